"""Reading one column as numbers or as categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlapse.data.tables.limits import MAX_CATEGORIES, MAX_MAGNITUDE
from netlapse.data.tables.numbers import name_of, number_of
from netlapse.data.tables.table import Column, NumberColumn, Table
from netlapse.errors import DataError

_COLUMN_REMEDY = "Correct the cell, or leave it empty to have it count as missing."


@dataclass(frozen=True, eq=False)
class Cells:
    """A column, read."""

    name: str
    values: NDArray[np.float64]
    """Numbers, or indices of categories [n]; NaN where the cell is empty."""
    categories: tuple[str, ...] = ()
    """Names of the categories by index; empty for numbers."""


def as_numbers(table: Table, column: Column) -> Cells:
    """A column as numbers.

    Raises:
        DataError: A cell holds text, NaN, infinity, or a number beyond ±1e30.
    """
    if isinstance(column, NumberColumn):
        values = column.numbers
    else:
        known = [number_of(text) for text in column.texts]
        is_text = np.array([*(number is None for number in known), False])
        wrong = np.flatnonzero(is_text[column.codes])
        if len(wrong):
            raise _not_a_number(
                table, column.name, int(wrong[0]), column.texts[column.codes[wrong[0]]]
            )
        numbers = np.array([*(number or 0.0 for number in known), np.nan])
        values = numbers[column.codes]
    _check_finite(table, column, values)
    return Cells(column.name, values)


def as_categories(table: Table, column: Column) -> Cells:
    """A column as categories: texts in ascending order, or numbers by size.

    Raises:
        DataError: A cell holds NaN, there are too many categories, or every cell is empty.
    """
    if isinstance(column, NumberColumn):
        _check_finite(table, column, column.numbers)
        used, codes = np.unique(column.numbers[~column.missing], return_inverse=True)
        values = np.full(len(column.numbers), np.nan)
        values[~column.missing] = codes
        count, names = len(used), tuple(name_of(float(number)) for number in used[:MAX_CATEGORIES])
    else:
        _check_no_nan(table, column.name, column.codes, column.texts)
        values = np.where(column.codes < 0, np.nan, column.codes.astype(np.float64))
        count, names = len(column.texts), column.texts
    if not 0 < count <= MAX_CATEGORIES:
        raise DataError(
            f"A categorical column must have 1 to {MAX_CATEGORIES} categories, got {count:,}.",
            place=f"Column `{column.name}`",
            remedy="Use it as numeric, or leave it out."
            if isinstance(column, NumberColumn)
            else "Leave it out, or join rare categories into one.",
        )
    return Cells(column.name, values, names)


def _not_a_number(table: Table, name: str, index: int, text: str) -> DataError:
    shown = text if len(text) <= 40 else text[:39] + "…"
    comma = number_of(text.replace(",", ".", 1)) is not None
    return DataError(
        f"A numeric column must hold numbers, got `{shown}`.",
        place=table.place(index, name),
        remedy="Write numbers with a decimal point."
        if comma
        else "Use the column as categorical, or correct the cell.",
    )


def _check_finite(table: Table, column: Column, values: NDArray[np.float64]) -> None:
    usable = column.missing | (np.abs(values) <= MAX_MAGNITUDE)  # NaN compares as false
    wrong = np.flatnonzero(~usable)
    if len(wrong):
        raise DataError(
            f"A number must be finite and within ±1e30, got {values[wrong[0]]:g}.",
            place=table.place(int(wrong[0]), column.name),
            remedy=_COLUMN_REMEDY,
        )


def _check_no_nan(
    table: Table, name: str, codes: NDArray[np.int32], texts: tuple[str, ...]
) -> None:
    for code, text in enumerate(texts):
        if text.lower() == "nan":
            raise DataError(
                f"A category must have a name, got `{text}`, which means not a number.",
                place=table.place(int(np.argmax(codes == code)), name),
                remedy=_COLUMN_REMEDY,
            )
