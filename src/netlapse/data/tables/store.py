"""A folder of tables, each a Parquet file that is called by the id of its content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.data.content_store import ContentStore, Entry
from netlapse.data.disk import whole_file
from netlapse.data.tables.arrow import arrow, number_column
from netlapse.data.tables.table import Column, NumberColumn, Table, TextColumn

_KEY = b"netlapse"


@dataclass(frozen=True)
class TableEntry(Entry):
    """A stored table, without its content."""

    rows: int
    columns: int


class TableStore(ContentStore[Table, TableEntry]):
    """Keeps tables in a folder of its own."""

    ending = ".parquet"
    what = "table"
    unknown = (
        "There is no table of this id.",
        "data.table",
        "Add the file again, or choose another table.",
    )
    damaged = "The stored table {id} is damaged.", "Delete it and add it again."

    def _write(self, content: Table, path: Path) -> None:
        with whole_file(path) as stream:
            arrow("parquet").write_table(_to_arrow(content), stream, compression="zstd")

    def _read(self, path: Path) -> Table | None:
        try:
            return _read(path)
        except (arrow().ArrowException, OSError, ValueError, KeyError, IndexError):
            return None

    def _entry(self, path: Path) -> TableEntry | None:
        try:
            metadata = arrow("parquet").read_metadata(path)
            name = str(json.loads(metadata.metadata[_KEY])["name"])
            state = path.stat()
        except (arrow().ArrowException, OSError, ValueError, KeyError, TypeError):
            return None
        return TableEntry(
            id=path.stem,
            name=name,
            size_bytes=state.st_size,
            added_s=state.st_mtime,
            rows=metadata.num_rows,
            columns=metadata.num_columns,
        )


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
