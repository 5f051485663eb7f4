"""Writes the guide's page on the doctor from its rules.

python -m netlapse.doctor.guide            write docs/guide/doctor.md
python -m netlapse.doctor.guide --check    fail where it differs from what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

from netlapse.doctor.rules import RULES
from netlapse.protocol.diagnosis import RuleName

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "doctor.md"

_HEAD = """# The training doctor

<!-- Made of the rules by `python -m netlapse.doctor.guide`. Do not edit. -->

The doctor watches a training and says what goes wrong: which layer, since which step, on which
numbers, why, and what helps.

```python
import netlapse as nl

run = nl.train(nl.presets.spiral(), epochs=20)
for finding in run.diagnose().findings:
    print(finding.title, finding.layer, finding.explanation)
    for remedy in finding.remedies:
        print("  ", remedy.label)
run.at(200).diagnose()  # what it would have said then
```

`netlapse doctor RUN` says the same on the command line, of a recorded run; `--at STEP` of an
earlier step, `--json` for programs.

A remedy with changes acts on the training that goes on, and can be undone; the others change the
spec for a new run. The doctor rests on the record alone, so a run that is closed, shared or rewound
gets the same answer.

It would rather be silent than wrong. Nothing is said before a thing was so at four moments in a row
and for a fifth of all steps, every preset trains without a word, and where one finding is the cause
of another, only the cause is told.

| finding | how serious |
| --- | --- |
"""


def page() -> str:
    """The page, as Markdown."""
    titles: dict[RuleName, str] = {rule.name: rule.title for rule in RULES}
    rows = "".join(
        f"| [{rule.title}](#{_anchor(rule.title)}) | {rule.severity} |\n" for rule in RULES
    )
    parts = [_HEAD + rows]
    for rule in RULES:
        silent = ", ".join(titles[name].lower() for name in rule.unless)
        lines = [
            f"## {rule.title}",
            "",
            f"- **Watches:** {rule.watches}",
            f"- **Speaks:** {rule.threshold}",
            f"- **Why:** {rule.why}",
            f"- **Offers:** {rule.remedy}",
        ]
        if silent:
            lines.append(f"- **Silent where there is:** {silent}.")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def main() -> None:
    """Write the page, or check it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit(f"{PAGE.name} is not what the rules say. Run `python -m netlapse.doctor.guide`.")


if __name__ == "__main__":
    main()
