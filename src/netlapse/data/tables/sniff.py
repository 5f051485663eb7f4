"""Guessing what a text file does not say: its delimiter, and whether its first row is a header."""

from __future__ import annotations

import csv
import io
from collections import Counter

from netlapse.data.tables.limits import MAX_CELL_LENGTH
from netlapse.data.tables.numbers import MISSING, number_of
from netlapse.errors import DataError

DELIMITERS = ("\t", ";", ",")
"""Tried in this order: the earlier one wins where several fit equally well."""
_SAMPLE_ROWS = 20


def sniff_delimiter(sample: str) -> str:
    r"""The delimiter that gives the most rows the same number of cells, more than one.

    Raises:
        DataError: A cell is far too long.

    >>> sniff_delimiter("a;b\n1,5;2,5\n"), sniff_delimiter("a,b\n1,2\n"), sniff_delimiter("a\n1\n")
    (';', ',', ',')
    """
    fits = {delimiter: _fit(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: fits[delimiter])
    return best if fits[best] > 0 else ","


def sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    """The first rows that are not blank, as stripped cells."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if row:
                rows.append([cell.strip() for cell in row])
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:  # a cell of more than 128 KB
        raise DataError(
            f"A cell may have at most {MAX_CELL_LENGTH:,} characters, got more.",
            place=f"Row {len(rows) + 1}",
        ) from None
    return rows


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    It does if a text stands above a number, or if none of its cells is a number.

    >>> has_header([["a", "b"], ["1", "x"]]), has_header([["5.1", "setosa"], ["4.9", "setosa"]])
    (True, False)
    """
    head = rows[0]
    is_text = [cell not in MISSING and number_of(cell) is None for cell in head]
    below = [
        [row[index] for row in rows[1:] if index < len(row) and row[index] not in MISSING]
        for index in range(len(head))
    ]
    above_number = any(
        text and cells and all(number_of(cell) is not None for cell in cells)
        for text, cells in zip(is_text, below, strict=True)
    )
    return above_number or (any(is_text) and all(number_of(cell) is None for cell in head))


def _fit(sample: str, delimiter: str) -> float:
    """Part of the rows that have the most frequent number of cells above one."""
    rows = sample_rows(sample, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.values(), default=0) / max(1, len(rows))
