"""The guide says what the rules say."""

from __future__ import annotations

from netlapse.doctor import RULES
from netlapse.doctor.guide import PAGE, page


def test_the_page_is_made_of_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_rule_is_not_silenced_by_one_that_it_silences() -> None:
    unless = {rule.name: set(rule.unless) for rule in RULES}
    for name, causes in unless.items():
        assert name not in causes
        for cause in causes:
            assert name not in unless[cause], (name, cause)
