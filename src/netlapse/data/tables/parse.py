"""From a file that someone gave to a table."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, TypeAlias

from netlapse.data.tables.delimited import parse_delimited
from netlapse.data.tables.limits import MAX_BYTES, MAX_NAME_LENGTH, check_size
from netlapse.data.tables.parquet import parse_parquet
from netlapse.data.tables.table import Table
from netlapse.errors import DataError

Source: TypeAlias = bytes | Path | BinaryIO
_MAGIC = b"PAR1"


def parse_table(
    source: Source, filename: str, *, header: bool | None = None, delimiter: str | None = None
) -> Table:
    r"""Read CSV, TSV or Parquet.

    The content decides what it is; of the filename only the ending and the name count. Of a file or
    a stream that is too large, nothing (or no more than the limit) is read.

    Args:
        source: The content, the path of a file, or a binary stream.
        filename: What the file is called; its last part names the table.
        header: Whether the first row of a text names the columns; by default this is guessed.
        delimiter: Comma, semicolon or tab; by default this is guessed.

    Raises:
        DataError: The content cannot be read as a table, or is too large; the message names row
            and column where there are any.

    >>> table = parse_table(b"height,kind\n1.5,oak\n2,elm\n", "trees.csv")
    >>> table.name, table.row_count, table.column_names
    ('trees.csv', 2, ('height', 'kind'))
    """
    name = filename.replace("\\", "/").rsplit("/", 1)[-1][:MAX_NAME_LENGTH] or "table"
    data = _bytes(source)
    if data.startswith(_MAGIC):
        return parse_parquet(data, name)
    if name.lower().endswith((".parquet", ".pq")):
        raise DataError("The file is not Parquet, although its name says so.", place=name)
    if delimiter is None and name.lower().endswith((".tsv", ".tab")):
        delimiter = "\t"
    return parse_delimited(data, name, header=header, delimiter=delimiter)


def _bytes(source: Source) -> bytes:
    if isinstance(source, Path):
        return _file(source)
    data = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    check_size(len(data) if isinstance(source, bytes) else _full_size(source, len(data)))
    return data


def _file(path: Path) -> bytes:
    try:
        check_size(path.stat().st_size)
        with path.open("rb") as stream:
            return _bytes(stream)
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=str(path)) from error


def _full_size(stream: BinaryIO, read: int) -> int:
    """The size of a stream where it can be known without reading on, else what was read."""
    return max(read, stream.seek(0, io.SEEK_END)) if stream.seekable() else read
