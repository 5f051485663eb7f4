"""A table in memory: named columns of numbers or of texts, nothing interpreted yet."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """A column where every cell that is not empty is a number."""

    name: str
    numbers: NDArray[np.float64]
    """Values [n]; NaN where `missing`. NaN and infinity elsewhere stood in the file."""
    missing: NDArray[np.bool_]
    """Which cells are empty [n]."""

    @cached_property
    def distinct(self) -> int:
        """How many different values there are, empty cells apart."""
        return len(np.unique(self.numbers[~self.missing]))


@dataclass(frozen=True, eq=False)
class TextColumn:
    """A column with some text, each different text kept once."""

    name: str
    codes: NDArray[np.int32]
    """Index into `texts` [n]; -1 where the cell is empty."""
    texts: tuple[str, ...]
    """The different texts in ascending order, all of them used."""

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which cells are empty [n]."""
        return self.codes < 0

    @property
    def distinct(self) -> int:
        """How many different texts there are."""
        return len(self.texts)


Column: TypeAlias = NumberColumn | TextColumn


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was read.

    Rows have the numbers that a spreadsheet shows: with a header, the first row of data is row 2.
    """

    name: str
    columns: tuple[Column, ...]
    first_row: int = 2
    """Number of the first row of data: 2 with a header, else 1."""
    blank_rows: tuple[int, ...] = ()
    """Numbers of the rows of the file that were blank and left out, ascending."""

    @property
    def row_count(self) -> int:
        """How many rows of data there are."""
        return len(self.columns[0].missing) if self.columns else 0

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, all different."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def id(self) -> str:
        """32 hexadecimal digits made from the content: SHA-256, shortened. The name is no part."""
        return _digest(self)

    def row_number(self, index: int) -> int:
        """The number of a row in the file, from its index (0 for the first row of data).

        >>> column = NumberColumn("a", np.zeros(3), np.zeros(3, bool))
        >>> table = Table("t", (column,), first_row=2, blank_rows=(3,))
        >>> [table.row_number(index) for index in range(3)]
        [2, 4, 5]
        """
        row = index + self.first_row
        while True:
            shifted = index + self.first_row + bisect_right(self.blank_rows, row)
            if shifted == row:
                return row
            row = shifted

    def place(self, index: int, column: str) -> str:
        """Where a cell is, in words: Row 17, column `age`."""
        return f"Row {self.row_number(index):,}, column `{column}`"

    def column(self, name: str, place: str = "") -> Column:
        """The column of a name.

        Raises:
            DataError: There is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        known = ", ".join(f"`{other}`" for other in self.column_names[:10])
        more = ", …" if len(self.columns) > 10 else ""
        raise DataError(
            f"The table `{self.name}` has no column `{name}`.",
            place=place,
            remedy=f"Its columns are {known}{more}.",
        )


def check_names(names: list[str]) -> None:
    """Refuse columns that cannot be told apart.

    Raises:
        DataError: Two columns have one name.
    """
    seen: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        if name in seen:
            raise DataError(
                f"Column names must differ, got `{name}` for columns {seen[name]} and {position}.",
                remedy="Rename one of them.",
            )
        seen[name] = position


def _digest(table: Table) -> str:
    hasher = hashlib.sha256()
    for part in _parts(table):  # length first, so that no two tables give the same stream
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher.hexdigest()[:32]


def _parts(table: Table) -> Iterator[bytes]:
    yield json.dumps([table.first_row, table.blank_rows]).encode()
    for column in table.columns:
        yield json.dumps([type(column).__name__, column.name]).encode()
        if isinstance(column, NumberColumn):
            numbers = np.where(np.isnan(column.numbers), np.nan, column.numbers)
            yield numbers.astype("<f8").tobytes()
            yield np.packbits(column.missing).tobytes()
        else:
            yield column.codes.astype("<i4").tobytes()
            yield json.dumps(column.texts).encode()
