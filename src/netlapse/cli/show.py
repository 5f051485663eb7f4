"""Printing: numbers, tables and JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from netlapse.protocol.comparison import number as number

if TYPE_CHECKING:
    from rich.console import Console


PIPE_WIDTH = 160
"""Characters of a line that no terminal shows."""


def console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: what a user named is never markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Print plain data as JSON; numbers that are not finite are null by then."""
    print(json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False))


def print_table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table; the columns in `numbers` are aligned right, those in `whole` are never cut."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, title in enumerate(head):
        justify = "right" if index in numbers else "left"
        table.add_column(title, justify=justify, no_wrap=index in whole)
    for row in rows:
        table.add_row(*row)
    out = console()
    if not out.is_terminal:  # a file or another program has room
        out.width = max(out.width, PIPE_WIDTH)
    out.print(table)


def count(value: float, thing: str) -> str:
    """So many of something.

    >>> count(1, "epoch"), count(2500, "step"), count(0.5, "epoch")
    ('1 epoch', '2,500 steps', '0.5 epochs')
    """
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    return f"{shown} {thing}" if value == 1 else f"{shown} {thing}s"


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
