"""The folder of tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from netlapse.data import Table, TableStore, parse_table
from netlapse.data.tables import NumberColumn, TextColumn
from netlapse.errors import DataError, NotFoundError, RunError

TEXT = 'a,b,"c,`\n"\n1.5,x,\n\n,y,NaN\n-0.1,,3\n'


@pytest.fixture
def table() -> Table:
    return parse_table(TEXT.encode(), "t.csv")


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path / "tables")


def test_what_was_added_comes_back(store: TableStore, table: Table):
    found = store.get(store.add(table))
    assert (found.name, found.first_row, found.blank_rows) == ("t.csv", 2, (3,))
    assert found.column_names == table.column_names
    for one, other in zip(found.columns, table.columns, strict=True):
        if isinstance(one, NumberColumn) and isinstance(other, NumberColumn):
            np.testing.assert_array_equal(one.numbers, other.numbers)
            np.testing.assert_array_equal(one.missing, other.missing)
        else:
            assert isinstance(one, TextColumn) and isinstance(other, TextColumn)
            assert one.texts == other.texts
            np.testing.assert_array_equal(one.codes, other.codes)


def test_the_id_is_made_from_the_content(store: TableStore, table: Table):
    same = store.add(parse_table(TEXT.encode(), "other name.csv"))
    assert same == store.add(table) == table.id
    assert len(store.list()) == 1
    assert parse_table(TEXT.replace("1.5", "1.6").encode(), "t.csv").id != same
    assert parse_table(TEXT.replace("x", "z").encode(), "t.csv").id != same
    assert parse_table(TEXT.replace("a,", "d,").encode(), "t.csv").id != same


def test_the_list(store: TableStore, table: Table):
    assert store.list() == ()
    store.add(table)
    (entry,) = store.list()
    assert (entry.id, entry.name, entry.rows, entry.columns) == (table.id, "t.csv", 3, 3)
    assert entry.size_bytes > 0


def test_what_was_deleted_is_gone(store: TableStore, table: Table):
    store.add(table)
    store.delete(table.id)
    assert store.list() == ()
    for call in (store.get, store.delete):
        with pytest.raises(NotFoundError, match="no table of this id"):
            call(table.id)


@pytest.mark.parametrize("name", ["../secret", "..", "", "/etc/passwd", "A" * 32, "0" * 32 + "\n"])
def test_no_path_reaches_the_file_system(
    tmp_path: Path, store: TableStore, table: Table, name: str
):
    store.add(table)
    secret = tmp_path / "secret.parquet"
    secret.write_bytes(b"secret")
    for call in (store.get, store.delete):
        with pytest.raises(NotFoundError):
            call(name)
    assert secret.exists()


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_damaged_file_is_noticed(
    tmp_path: Path, store: TableStore, table: Table, content: bytes | None
):
    other = parse_table(b"a,b\n1,2\n", "t.csv")
    store.add(other)
    folder = tmp_path / "tables"
    source = folder / f"{other.id}.parquet"
    (folder / f"{table.id}.parquet").write_bytes(
        source.read_bytes() if content is None else content
    )
    with pytest.raises(DataError, match=r"is damaged\. Delete it and add it again"):
        store.get(table.id)
    assert other.id in [entry.id for entry in store.list()]


def test_no_half_written_file_stays(
    tmp_path: Path, store: TableStore, table: Table, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(RunError, match="The table cannot be kept: disk full"):
        store.add(table)
    assert list((tmp_path / "tables").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, table: Table):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="The table cannot be kept: Not a directory"):
        TableStore(tmp_path / "file" / "tables").add(table)
