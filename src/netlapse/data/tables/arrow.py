"""The one place where Arrow enters: it reads fast, and ships no types."""

from __future__ import annotations

import importlib
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from netlapse.data.tables.limits import MAX_CELL_LENGTH
from netlapse.data.tables.numbers import LEADING_ZERO, MISSING, NUMBER
from netlapse.data.tables.table import Column, NumberColumn, TextColumn
from netlapse.errors import DataError


def arrow(module: str = "") -> Any:
    """PyArrow or one of its modules, imported at the first use."""
    return importlib.import_module(f"pyarrow.{module}" if module else "pyarrow")


def text_column(name: str, cells: Any) -> Column:
    """A column from an Arrow array of text: numbers if every cell that is not empty is one.

    Cells are stripped of blanks on both sides.

    Raises:
        DataError: A cell is longer than a cell may be.
    """
    pa, pc = arrow(), arrow("compute")
    cells = pc.utf8_trim_whitespace(cells)
    _check_length(name, cells)
    empty = pc.or_kleene(pc.is_null(cells), pc.is_in(cells, value_set=pa.array(MISSING)))
    cells = pc.if_else(empty, pa.scalar(None, cells.type), cells)
    if _are_numbers(cells):
        return number_column(name, pc.cast(_without_plus(cells), pa.float64()))
    return dictionary_column(name, pc.dictionary_encode(cells))


def number_column(name: str, values: Any) -> NumberColumn:
    """A column from an Arrow array of float64, where null is an empty cell."""
    pc = arrow("compute")
    missing = cast("NDArray[np.bool_]", np.array(pc.is_null(values), dtype=bool))
    numbers = np.array(pc.fill_null(values, float("nan")), dtype=np.float64)
    return NumberColumn(name, numbers, missing)


def dictionary_column(name: str, values: Any) -> TextColumn:
    """A column from an Arrow dictionary array of text, each different text kept once.

    Raises:
        DataError: A cell is longer than a cell may be.
    """
    pc = arrow("compute")
    _check_length(name, values.dictionary)
    found = [str(text).strip() for text in cast("list[str | None]", values.dictionary.to_pylist())]
    codes = np.array(pc.fill_null(values.indices, -1), dtype=np.int32)
    used = sorted({found[code] for code in np.unique(codes[codes >= 0])} - set(MISSING))
    place = {text: index for index, text in enumerate(used)}
    new_code = np.array([*(place.get(text, -1) for text in found), -1], dtype=np.int32)
    return TextColumn(name, new_code[codes], tuple(used))


def _check_length(name: str, cells: Any) -> None:
    pc = arrow("compute")
    lengths = pc.utf8_length(cells)
    longest = pc.max(lengths).as_py() or 0
    if longest > MAX_CELL_LENGTH:
        start = cells[pc.index(lengths, longest).as_py()].as_py()[:20]
        raise DataError(
            f"A cell may have at most {MAX_CELL_LENGTH:,} characters, got {longest:,} "
            f"in the one that starts with `{start}`.",
            place=f"Column `{name}`",
            remedy="Shorten it, or leave the column out of the file.",
        )


def _are_numbers(cells: Any) -> bool:
    pc = arrow("compute")
    if cells.null_count == len(cells):
        return False
    number = pc.all(pc.match_substring_regex(cells, NUMBER)).as_py()
    return bool(number) and not pc.any(pc.match_substring_regex(cells, LEADING_ZERO)).as_py()


def _without_plus(cells: Any) -> Any:
    return arrow("compute").utf8_ltrim(cells, characters="+")
