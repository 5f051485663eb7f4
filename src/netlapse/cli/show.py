"""Printing: numbers, tables and JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: what a user named is never markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Print plain data as JSON; numbers that are not finite are null by then."""
    print(json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False))


def print_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
) -> None:
    """Print a table; the columns in `numbers` are aligned right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, title in enumerate(head):
        table.add_column(title, justify="right" if index in numbers else "left")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def number(value: float | None) -> str:
    """A number in four digits.

    >>> number(0.012344), number(None), number(12.0)
    ('0.01234', '–', '12')
    """
    return "–" if value is None else f"{value:.4g}"


def duration(seconds: float) -> str:
    """A time in the words of people.

    >>> duration(0.21), duration(75), duration(7500)
    ('0.2 s', '1 min 15 s', '2 h 5 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, left = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {left} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
