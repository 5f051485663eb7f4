"""`netlapse compare`: runs beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from netlapse.cli.show import number, print_json, print_table
from netlapse.comparing import compare
from netlapse.protocol.comparison import Comparison


def compare_and_print(
    runs: Sequence[str], form: Literal["table", "json", "markdown", "csv"]
) -> None:
    """Print what differs between runs and what they reached.

    Raises:
        SpecError: There are fewer than two runs or more than six.
        NotFoundError: There is no such run.
    """
    found = compare(*runs)
    match form:
        case "json":
            print_json(found.to_dict())
        case "markdown":
            print(found.to_markdown(), end="")
        case "csv":
            print(found.to_csv(), end="")
        case "table":
            _print(found)


def _print(found: Comparison) -> None:
    for caution in found.cautions:
        print(caution)
    rows = [
        ("step", *(f"{run.step:,}" for run in found.runs)),
        ("epochs", *(number(run.epochs) for run in found.runs)),
        ("seconds", *(number(run.seconds) for run in found.runs)),
    ]
    for row in found.metrics:
        cells = [
            f"{number(value)} *" if index in row.best else number(value)
            for index, value in enumerate(row.values)
        ]
        rows.append((f"{row.part} {row.title}", *cells))
    print_table(("", *found.titles), rows, numbers=range(1, len(found.runs) + 1))
    print("* the best")
    for title, run in zip(found.titles, found.runs, strict=True):
        print(f"\n{title}")
        for words in found.words(run):
            print(f"  {words}")
