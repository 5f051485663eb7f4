"""What a column seems to hold, and why; and a first choice of target and inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlapse.data.tables.limits import MAX_CATEGORIES
from netlapse.data.tables.numbers import number_of
from netlapse.data.tables.table import Column, NumberColumn, Table, TextColumn
from netlapse.errors import DataError
from netlapse.spec.data import ColumnChoice, ColumnType, TableData

FEW_CLASSES = 20
"""A target of whole numbers with at most so many different values is taken for classes."""


@dataclass(frozen=True)
class Inference:
    """How a column is best read, and why."""

    read_as: ColumnType
    reason: str
    """One sentence."""


def infer(table: Table, column: Column) -> Inference:
    """How a column is best read as an input."""
    filled = int((~column.missing).sum())
    if filled == 0:
        return Inference("categorical", "Every cell is empty.")
    if isinstance(column, TextColumn):
        return Inference("categorical", _why_text(table, column))
    odd = np.flatnonzero(~np.isfinite(column.numbers) & ~column.missing)
    if len(odd):
        row = table.row_number(int(odd[0]))
        held = f"row {row:,} holds {column.numbers[odd[0]]}"
        return Inference("numeric", f"Every cell is a number, but {held}, which cannot be used.")
    if filled == 1:
        return Inference("numeric", "Its only cell that is not empty holds a number.")
    return Inference("numeric", f"All {filled:,} cells that are not empty hold numbers.")


def infer_target(table: Table, column: Column) -> Inference:
    """How a column is best read as a target: few whole numbers, often repeated, are classes."""
    found = infer(table, column)
    if not isinstance(column, NumberColumn):
        return found
    numbers = column.numbers[~column.missing]
    few = column.distinct <= FEW_CLASSES and 2 * column.distinct <= len(numbers)
    if not few or not np.all(numbers == np.round(numbers)):
        return found
    return Inference("categorical", f"It has {column.distinct} different whole numbers.")


def suggest(table: Table) -> TableData:
    """A first choice: the last column is the target, the others are the inputs.

    Left out are columns that are empty, text with too many categories or another one in every row
    (names, notes: nothing of them is found again in the validation part), and inputs that are
    constant.

    Raises:
        DataError: No target or no input remains.
    """
    usable = [column for column in table.columns if column.distinct > 0 and not _is_prose(column)]
    inputs = [column for column in usable[:-1] if column.distinct > 1]
    if not inputs:
        raise DataError(
            "A table needs a column to predict and another to predict from, "
            f"got {len(usable)} of {len(table.columns)} that can be used.",
            place=table.name,
            remedy="An input must have two different values or more, and text at most "
            f"{MAX_CATEGORIES}.",
        )
    target = usable[-1]
    return TableData(
        kind="table",
        table=table.id,
        target=target.name,
        target_as=infer_target(table, target).read_as,
        inputs=tuple(
            ColumnChoice(name=column.name, read_as=infer(table, column).read_as)
            for column in inputs
        ),
    )


def _is_prose(column: Column) -> bool:
    if not isinstance(column, TextColumn):
        return False
    is_name = column.distinct > FEW_CLASSES and column.distinct == int((~column.missing).sum())
    return is_name or column.distinct > MAX_CATEGORIES


def _why_text(table: Table, column: TextColumn) -> str:
    """The first cell that is no number; if all are numbers, they are codes with leading zeros."""
    numbers = np.array([number_of(text) is not None for text in column.texts])
    kept = np.flatnonzero(column.codes >= 0)
    words = kept[~numbers[column.codes[kept]]]
    index = int(words[0] if len(words) else kept[0])
    if not len(words):
        code = next(text for text in column.texts if text.lstrip("+-").startswith("0"))
        return f"Its numbers are codes such as `{_short(code)}`, with leading zeros."
    text = _short(column.texts[column.codes[index]])
    return f"Row {table.row_number(index):,} holds the text `{text}`."


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
