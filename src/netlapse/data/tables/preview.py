"""The beginning of a table and what its columns hold, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from netlapse.data.tables.infer import infer
from netlapse.data.tables.numbers import name_of
from netlapse.data.tables.table import Column, NumberColumn, Table

_EXAMPLES = 5
_LENGTH = 100


def preview(table: Table, rows: int = 50) -> dict[str, Any]:
    r"""Columns and first rows.

    Each column has `name`, `read_as` (what was inferred), `reason` (why, one sentence), `missing`
    and `distinct` counts, and up to five different `examples`. Each row has its `number` in the
    file and its `cells` as text, shortened to 100 characters, or None where a cell is empty.

    >>> from netlapse.data.tables.parse import parse_table
    >>> shown = preview(parse_table(b"a,b\n1,x\n,y\n", "t.csv"))
    >>> shown["rows"]
    [{'number': 2, 'cells': ['1', 'x']}, {'number': 3, 'cells': [None, 'y']}]
    """
    count = min(max(rows, 0), table.row_count)
    cells = [[_cell(column, index) for column in table.columns] for index in range(count)]
    return {
        "id": table.id,
        "name": table.name,
        "row_count": table.row_count,
        "columns": [_column(table, column) for column in table.columns],
        "rows": [
            {"number": table.row_number(index), "cells": row} for index, row in enumerate(cells)
        ],
    }


def _column(table: Table, column: Column) -> dict[str, Any]:
    inference = infer(table, column)
    return {
        "name": column.name,
        "read_as": inference.read_as,
        "reason": inference.reason,
        "missing": int(column.missing.sum()),
        "distinct": column.distinct,
        "examples": _examples(column),
    }


def _examples(column: Column) -> list[str]:
    """The first different values, in the order of the rows."""
    found: dict[str, None] = {}
    for index in np.flatnonzero(~column.missing)[:1000]:
        found[_cell(column, int(index)) or ""] = None
        if len(found) == _EXAMPLES:
            break
    return list(found)


def _cell(column: Column, index: int) -> str | None:
    if column.missing[index]:
        return None
    if isinstance(column, NumberColumn):
        return name_of(float(column.numbers[index]))
    text = column.texts[column.codes[index]]
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
