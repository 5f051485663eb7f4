"""How large a table may be. Bounds are checked before the work that they bound."""

from __future__ import annotations

from netlapse.errors import DataError

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
MAX_CELLS = 20_000_000
MAX_CELL_LENGTH = 10_000
MAX_NAME_LENGTH = 200
MAX_CATEGORIES = 100
MAX_MAGNITUDE = 1e30
"""Largest absolute value of a number: float32 ends at 3.4e38, and squares must fit."""
MAX_FEATURES = 4_096
MAX_FEATURE_VALUES = 100_000_000
"""Samples times features of a dataset: 400 MB as float32."""


def check_size(size_bytes: int) -> None:
    """Refuse a file by its size alone, before any of it is read.

    Raises:
        DataError: It is larger than a table may be.

    >>> check_size(2_000_000_000)
    Traceback (most recent call last):
    netlapse.errors.DataError: A table file may have at most 64 MB, got 1,907.3 MB. Keep fewer...
    """
    if size_bytes > MAX_BYTES:
        raise DataError(
            f"A table file may have at most {MAX_BYTES >> 20} MB, "
            f"got {size_bytes / 2**20:,.1f} MB.",
            remedy="Keep fewer rows or columns, or save the table as Parquet.",
        )


def check_shape(rows: int, columns: int) -> None:
    """Refuse a table by its numbers of rows and columns.

    Raises:
        DataError: A number, or their product, is larger than allowed.
    """
    if columns > MAX_COLUMNS:
        raise DataError(f"A table may have at most {MAX_COLUMNS:,} columns, got {columns:,}.")
    if rows > MAX_ROWS:
        raise DataError(f"A table may have at most {MAX_ROWS:,} rows, got {rows:,}.")
    if rows * columns > MAX_CELLS:
        raise DataError(
            f"A table may have at most {MAX_CELLS:,} cells, got {rows:,} rows of {columns:,}.",
            remedy="Keep fewer rows or columns.",
        )
