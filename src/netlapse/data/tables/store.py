"""A folder of tables, each a Parquet file that is called by the id of its content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.data.disk import whole_file
from netlapse.data.tables.arrow import arrow, number_column
from netlapse.data.tables.table import Column, NumberColumn, Table, TextColumn
from netlapse.errors import DataError, NotFoundError, RunError

_ID = re.compile(r"[0-9a-f]{32}")
_KEY = b"netlapse"


@dataclass(frozen=True)
class TableEntry:
    """A stored table, without its content."""

    id: str
    name: str
    rows: int
    columns: int
    size_bytes: int
    added_s: float
    """When it was added, in seconds since 1970."""


class TableStore:
    """Keeps tables in a folder of its own.

    A table never changes: its id is made from its content, so adding the same content again keeps
    what is there, its name too. A file is complete or absent (written aside, flushed, renamed), and
    is checked against its id when it is read.

    Args:
        folder: Where the files are; made at the first `add`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    def add(self, table: Table) -> str:
        """Keep a table.

        Returns:
            Its id.

        Raises:
            RunError: The folder may not be written, or the disk is full.
        """
        path = self._path(table.id)
        try:
            if not path.exists():
                with whole_file(path) as stream:
                    arrow("parquet").write_table(_to_arrow(table), stream, compression="zstd")
        except OSError as error:
            raise RunError(
                f"The table cannot be kept: {error.strerror or error}.",
                place=str(self._folder),
                remedy="Free some space, or set NETLAPSE_HOME to a folder that can be written.",
            ) from error
        return table.id

    def get(self, table_id: str) -> Table:
        """The table of an id.

        Raises:
            NotFoundError: There is none.
            DataError: Its file is damaged.
        """
        path = self._existing(table_id)
        try:
            table = _read(path)
        except (arrow().ArrowException, OSError, ValueError, KeyError, IndexError):
            table = None
        if table is None or table.id != table_id:
            raise DataError(
                f"The stored table {table_id} is damaged.", remedy="Delete it and add it again."
            )
        return table

    def list(self) -> tuple[TableEntry, ...]:
        """All tables that can be read, the newest first."""
        found = (
            _entry(path) for path in self._folder.glob("*.parquet") if _ID.fullmatch(path.stem)
        )
        return tuple(
            sorted((entry for entry in found if entry), key=lambda e: (-e.added_s, e.name))
        )

    def delete(self, table_id: str) -> None:
        """Remove a table.

        Raises:
            NotFoundError: There is none.
        """
        self._existing(table_id).unlink(missing_ok=True)

    def _existing(self, table_id: str) -> Path:
        path = self._path(table_id) if _ID.fullmatch(table_id) else None
        if path is None or not path.is_file():
            raise NotFoundError(
                "There is no table of this id.",
                place="data.table",
                remedy="Add the file again, or choose another table.",
            )
        return path

    def _path(self, table_id: str) -> Path:
        return self._folder / f"{table_id}.parquet"


def _to_arrow(table: Table) -> Any:
    """Columns by number, with their names in the metadata, which allows any name."""
    pa = arrow()
    arrays = {str(index): _array(column) for index, column in enumerate(table.columns)}
    about = {
        "name": table.name,
        "columns": table.column_names,
        "first_row": table.first_row,
        "blank_rows": table.blank_rows,
    }
    return pa.table(arrays).replace_schema_metadata({_KEY: json.dumps(about).encode()})


def _array(column: Column) -> Any:
    pa = arrow()
    if isinstance(column, NumberColumn):
        return pa.array(column.numbers, mask=column.missing, from_pandas=False)
    codes = pa.array(column.codes, mask=column.missing)
    return pa.DictionaryArray.from_arrays(codes, pa.array(column.texts, pa.string()))


def _read(path: Path) -> Table:
    # All at once, without a memory map: a deleted file must not pull the ground from under it.
    content = arrow("parquet").read_table(path, memory_map=False, use_threads=False)
    about = json.loads(content.schema.metadata[_KEY])
    columns = tuple(
        _column(str(name), content.column(index).combine_chunks())
        for index, name in enumerate(about["columns"])
    )
    return Table(
        str(about["name"]), columns, int(about["first_row"]), tuple(map(int, about["blank_rows"]))
    )


def _column(name: str, values: Any) -> Column:
    pa, pc = arrow(), arrow("compute")
    if not pa.types.is_dictionary(values.type):
        return number_column(name, values)
    texts = tuple(str(text) for text in values.dictionary.to_pylist())
    codes = np.array(pc.fill_null(values.indices, -1), dtype=np.int32)
    return TextColumn(name, codes, texts)


def _entry(path: Path) -> TableEntry | None:
    try:
        metadata = arrow("parquet").read_metadata(path)
        name = str(json.loads(metadata.metadata[_KEY])["name"])
        state = path.stat()
    except (arrow().ArrowException, OSError, ValueError, KeyError, TypeError):
        return None
    return TableEntry(
        path.stem, name, metadata.num_rows, metadata.num_columns, state.st_size, state.st_mtime
    )
