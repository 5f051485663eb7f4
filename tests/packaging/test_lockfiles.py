"""The lockfiles name versions, and no host: any registry or mirror can serve them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from scripts.lock import HEADER, constraints, requirements

ROOT = Path(__file__).parents[2]


def addresses(value: object) -> Iterator[str]:
    """All strings with an address below `value`, except those that a package shows to people."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("funding", "deprecated"):
                yield from addresses(item)
    elif isinstance(value, list):
        for item in value:
            yield from addresses(item)
    elif isinstance(value, str) and "://" in value:
        yield value


def test_the_web_lockfile_names_no_host() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    assert list(addresses(lock)) == []


def test_the_constraints_are_exact_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").removeprefix(HEADER).splitlines()
    assert lines
    assert [
        line for line in lines if not re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", line)
    ] == []


def test_every_requirement_is_locked() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    wanted = {re.split(r"[^A-Za-z0-9._-]", line)[0] for line in requirements(pyproject)}
    assert {name for name in wanted if f"\n{name}==" not in text} == set()


def test_a_local_version_label_is_left_out() -> None:
    assert constraints({"torch": "2.13.0+cpu", "jax": "0.10.2"}) == (
        HEADER + "jax==0.10.2\ntorch==2.13.0\n"
    )
