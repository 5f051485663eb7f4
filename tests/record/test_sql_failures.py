"""What can go wrong with SQLite: one sentence, and nothing is lost."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from netlapse.errors import RunError
from netlapse.record.contract import Keyframe
from netlapse.record.sql import database
from netlapse.record.sql.store import SqlStore
from tests.record.test_contract import SPEC, learning_rate, values


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(tmp_path)
    yield made
    made.close()


def tell(store: SqlStore, pragma: str) -> None:
    """Say something to the one connection that writes."""
    connection = store._database._engine("writing").raw_connection()
    connection.cursor().execute(f"PRAGMA {pragma}").fetchall()
    connection.close()


def assert_nothing_is_lost(store: SqlStore, run: str, tmp_path: Path) -> None:
    """After a failure at step 200, and the disk is well again."""
    with pytest.raises(RunError):
        store.append_metrics(run, 201, *values(201, 1))
    with pytest.raises(RunError):
        store.append_intervention(run, learning_rate(201, 0.1))
    other = SqlStore(tmp_path)
    assert other.recorded_step(run) == store.saved_step(run) == 100
    other.close()
    assert store.recorded_step(run) == 201
    assert store.metrics(run).loss.tobytes() == values(1, 201)[0].tobytes()


def test_a_full_disk_loses_nothing(sqlite: SqlStore, tmp_path: Path) -> None:
    run = sqlite.create(SPEC)
    sqlite.append_metrics(run, 1, *values(1, 100))
    sqlite.flush(run)
    tell(sqlite, "max_page_count=1")  # SQLite's own way to be full
    sqlite.append_metrics(run, 101, *values(101, 100))
    sqlite.save_keyframe(run, Keyframe(150, 0, False, b"state" * 10_000))
    for step in range(100):
        sqlite.append_evaluation(run, {"step": step, "long": "x" * 1000})
    with pytest.raises(RunError) as caught:
        sqlite.flush(run)
    assert caught.value.message == "The run cannot be saved: the disk is full."
    assert caught.value.place == str(tmp_path / "netlapse.db")
    assert caught.value.remedy == "Free some space; what was saved is kept."
    assert_nothing_is_lost(sqlite, run, tmp_path)
    tell(sqlite, "max_page_count=1000000000")
    sqlite.flush(run)
    assert sqlite.saved_step(run) == 201
    sqlite.close()
    again = SqlStore(tmp_path)
    assert again.metrics(run).loss.tobytes() == values(1, 201)[0].tobytes()
    assert again.interventions(run) == (learning_rate(201, 0.1),)
    assert again.newest_keyframe(run) == Keyframe(150, 0, False, b"state" * 10_000)
    assert len(again.evaluations(run)) == 100
    again.close()


def test_a_full_disk_for_keyframes_loses_nothing(
    sqlite: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_files: None
) -> None:
    run = sqlite.create(SPEC)
    sqlite.append_metrics(run, 1, *values(1, 100))
    sqlite.flush(run)
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(os, "fsync", full)
        sqlite.append_metrics(run, 101, *values(101, 100))
        sqlite.save_keyframe(run, Keyframe(150, 0, False, b"state"))
        with pytest.raises(RunError, match="the disk is full"):
            sqlite.flush(run)
        assert_nothing_is_lost(sqlite, run, tmp_path)
        assert list((tmp_path / "keyframes" / run).iterdir()) == []
    sqlite.flush(run)
    assert sqlite.saved_step(run) == 201
    assert sqlite.newest_keyframe(run) == Keyframe(150, 0, False, b"state")


def test_a_record_that_may_not_be_written(sqlite: SqlStore, tmp_path: Path) -> None:
    run = sqlite.create(SPEC)
    sqlite.append_metrics(run, 1, *values(1, 100))
    sqlite.flush(run)
    tell(sqlite, "query_only=1")
    sqlite.append_metrics(run, 101, *values(101, 100))
    with pytest.raises(RunError, match="this folder may not be written") as caught:
        sqlite.flush(run)
    assert caught.value.remedy.startswith("Set NETLAPSE_HOME to another folder")
    with pytest.raises(RunError, match="may not be written"):
        sqlite.create(SPEC)
    assert_nothing_is_lost(sqlite, run, tmp_path)
    tell(sqlite, "query_only=0")
    sqlite.flush(run)
    assert sqlite.saved_step(run) == 201


def test_a_locked_record(sqlite: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.1)
    run = sqlite.create(SPEC)
    sqlite.append_metrics(run, 1, *values(1, 100))
    sqlite.flush(run)
    holder = sqlite3.connect(tmp_path / "netlapse.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    sqlite.append_metrics(run, 101, *values(101, 100))
    with pytest.raises(RunError, match="another program keeps the record locked"):
        sqlite.flush(run)
    assert len(sqlite.runs()) == 1  # reading goes on
    assert_nothing_is_lost(sqlite, run, tmp_path)
    holder.rollback()
    holder.close()
    sqlite.flush(run)
    assert sqlite.saved_step(run) == 201


def test_a_failure_that_is_over_needs_no_call(
    sqlite: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = sqlite.create(SPEC)
    tell(sqlite, "query_only=1")
    sqlite.append_metrics(run, 1, *values(1, 10))
    with pytest.raises(RunError):
        sqlite.flush(run)
    tell(sqlite, "query_only=0")
    deadline = time.monotonic() + 20
    while sqlite.saved_step(run) < 10 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sqlite.saved_step(run) == 10


def test_a_run_that_cannot_be_opened_is_not_locked(sqlite: SqlStore) -> None:
    run = sqlite.create(SPEC)
    sqlite.release(run)
    tell(sqlite, "query_only=1")
    with pytest.raises(RunError, match="may not be written"):
        sqlite.acquire(run)
    tell(sqlite, "query_only=0")
    sqlite.acquire(run)


def test_a_folder_that_may_not_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RunError, match="this folder may not be written"):
        SqlStore(tmp_path / "home").create(SPEC)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(RunError, match=r"is a file and no folder\. Set NETLAPSE_HOME to a folder"):
        SqlStore(tmp_path / "home" / "data").create(SPEC)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "netlapse.db").write_text("something else " * 100)
    with pytest.raises(RunError, match=r"netlapse.db: The record is damaged.*Move this file away"):
        SqlStore(tmp_path).runs()


def test_a_chunk_that_has_rotted_is_told_of(sqlite: SqlStore, tmp_path: Path) -> None:
    run, other = sqlite.create(SPEC), sqlite.create(SPEC)
    for each in (run, other):
        sqlite.append_metrics(each, 1, *values(1, 100))
        sqlite.release(each)
    with sqlite3.connect(tmp_path / "netlapse.db") as connection:
        connection.execute("UPDATE metric_chunks SET data = zeroblob(800) WHERE run = ?", (run,))
    connection.close()
    with pytest.raises(RunError, match="The record of the steps 1 to 100 is damaged"):
        sqlite.metrics(run)
    assert sqlite.metrics(other).last_step == 100
    assert len(sqlite.runs()) == 2


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
@pytest.mark.parametrize("exists", [False, True])
def test_the_record_is_readable_by_its_user_alone(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "data"
    umask = os.umask(0o022)
    try:
        if exists:
            folder.mkdir()
        store = SqlStore(folder)
        run = store.create(SPEC)
        store.append_metrics(run, 1, *values(1, 5))
        store.save_keyframe(run, Keyframe(5, 0, True, b"state"))
        store.flush(run)
        open_to = {path.name for path in folder.iterdir() if path.stat().st_mode & 0o077}
        store.close()
    finally:
        os.umask(umask)
    assert exists or folder.stat().st_mode & 0o777 == 0o700
    assert open_to == set()


def test_a_network_file_system_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "network_file_system", lambda folder: "nfs4")
    store = SqlStore(tmp_path)
    with caplog.at_level(logging.WARNING):
        run = store.create(SPEC)
    assert "lies on a network file system (nfs4)" in caplog.text
    assert "set NETLAPSE_HOME to a local folder" in caplog.text
    store.append_metrics(run, 1, *values(1, 10))
    store.flush(run)
    assert not (tmp_path / "netlapse.db-wal").exists()
    assert store.saved_step(run) == 10
    store.close()


def test_deleting_gives_the_disk_back(sqlite: SqlStore, tmp_path: Path) -> None:
    run = sqlite.create(SPEC)
    loss = np.random.default_rng(0).random(1_000_000, np.float32)
    sqlite.append_metrics(run, 1, loss, loss)
    sqlite.flush(run)
    sqlite.delete(run)
    sqlite.close()
    assert (tmp_path / "netlapse.db").stat().st_size < 1_000_000


@pytest.mark.slow
def test_memory_is_flat_over_ten_million_steps(sqlite: SqlStore) -> None:
    run = sqlite.create(SPEC)
    loss = np.random.default_rng(0).random(1000, np.float32)
    peaks: list[int] = []
    tracemalloc.start()
    for first in range(1, 10_000_001, 1000):
        sqlite.append_metrics(run, first, loss, loss)
        if first % 1_000_000 == 1:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
    tracemalloc.stop()
    assert max(peaks[2:]) < 1.5 * peaks[1] + 1_000_000
    sqlite.release(run)
    assert sqlite.recorded_step(run) == 10_000_000
    assert sqlite.loss_columns(run).steps == 10_000_000
    middle = sqlite.metrics(run, 5_000_001, 5_001_000)
    assert middle.loss.tobytes() == loss.tobytes()
