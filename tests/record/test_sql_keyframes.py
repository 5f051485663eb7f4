"""States of keyframes in files: torn, orphaned, and never behind their rows."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from netlapse.errors import RunError
from netlapse.record import disk
from netlapse.record.contract import Keyframe
from netlapse.record.sql import keyframe_files
from netlapse.record.sql.database import Database
from netlapse.record.sql.store import SqlStore
from tests.record.conftest import MakeSqlStore
from tests.record.test_contract import SPEC, values

pytestmark = pytest.mark.usefixtures("in_files")


def saved(store: SqlStore, *steps: int) -> str:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, max(steps)))
    for step in steps:
        store.save_keyframe(run, Keyframe(step, 0, False, b"state" * step, step))
    store.flush(run)
    return run


def files(store: SqlStore, run: str) -> list[Path]:
    return sorted((store.folder / "keyframes" / run).iterdir())


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "gone"])
def test_a_torn_keyframe_gives_way_to_the_one_before(
    sql_store: MakeSqlStore, how: str, released: bool
) -> None:
    store = sql_store()
    run = saved(store, 10, 20, 30)
    torn = files(store, run)[-1]
    whole = torn.read_bytes()
    if how == "gone":
        torn.unlink()
    else:
        cut = {"cut": whole[:-1], "flipped": whole[:-1] + b"x", "empty": b""}
        torn.write_bytes(cut[how])
    if released:
        store.release(run)
    assert store.newest_keyframe(run) == Keyframe(20, 0, False, b"state" * 20, 20)
    assert store.keyframe_before(run, 29) == Keyframe(20, 0, False, b"state" * 20, 20)
    assert store.keyframe_before(run, 19) == Keyframe(10, 0, False, b"state" * 10, 10)


def test_what_no_row_names_is_swept_when_the_run_is_acquired(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = saved(store, 10)
    kept = files(store, run)
    for name in ("000000000020-000000-0123456789abcdef.safetensors", "x.safetensors.part"):
        (store.folder / "keyframes" / run / name).write_bytes(b"left")
    store.release(run)
    store.acquire(run)
    assert files(store, run) == kept
    assert store.newest_keyframe(run) is not None


def test_files_go_with_their_keyframes(sql_store: MakeSqlStore) -> None:
    store = sql_store(keyframe_bytes=250)
    run = saved(store, 10, 20, 30, 40)
    names = {f"{step:012d}" for step in (10, 40)}
    assert {path.name[:12] for path in files(store, run)} == names
    store.delete(run)
    assert not (store.folder / "keyframes" / run).exists()


def test_branches_share_the_disk_where_it_can_be(
    sql_store: MakeSqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sql_store()
    run = saved(store, 10, 20, 30)
    linked = store.branch(run, 20)
    assert [path.stat().st_nlink for path in files(store, run)] == [2, 2, 1]

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(keyframe_files.os, "link", refuse)
    copied = store.branch(run, 20)
    for made in (linked, copied):
        assert store.newest_keyframe(made) == store.keyframe_before(run, 20)
        assert [path.read_bytes() for path in files(store, made)] == [b"state" * 10, b"state" * 20]


def test_a_branch_that_fails_leaves_nothing(
    sql_store: MakeSqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sql_store()
    run = saved(store, 10)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keyframe_files, "_link", full)
        with pytest.raises(RunError, match="the disk is full"):
            store.branch(run, 10)
    assert [path.name for path in (store.folder / "keyframes").iterdir()] == [run]
    assert store.count_runs() == 1
    assert store.recorded_step(store.branch(run, 10)) == 10


@pytest.mark.parametrize("released", [False, True])
def test_small_states_lie_in_the_database(
    sql_store: MakeSqlStore, released: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyframe_files, "INLINE_BYTES", 100)
    store = sql_store()
    run = saved(store, 10, 20, 30)
    assert [path.name[:12] for path in files(store, run)] == ["000000000030"]
    made = store.branch(run, 30)
    for each in (run, made):
        kept = [store.keyframe_before(each, step).data for step in (10, 20, 30)]
        assert kept == [b"state" * 10, b"state" * 20, b"state" * 30]
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE keyframes SET data = NULL WHERE step = 20")
    if released:
        store.release(run)
    assert store.keyframe_before(run, 29).step == 10
    assert store.keyframe_before(run, 30).step == 30


class Recorded:
    """Whatever reaches the disk, in order: writes, syncs, new names, commits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, str]] = []
        self._paths: dict[int, str] = {}
        self._wrap(monkeypatch, "sync_file", lambda descriptor: self._name(descriptor))
        self._wrap(monkeypatch, "sync_folder", str)
        replace, unlink, write = os.replace, Path.unlink, Database.write

        def replaced(source: Path, target: Path) -> None:
            replace(source, target)
            self.events.append(("rename", str(target)))

        def unlinked(path: Path, **given: bool) -> None:
            unlink(path, **given)
            self.events.append(("delete", str(path)))

        @contextlib.contextmanager
        def committed(database: Database, **given: bool) -> Generator[Connection, None, None]:
            with write(database, **given) as connection:
                yield connection
                self.events.append(("before commit", ""))
            self.events.append(("commit", ""))

        monkeypatch.setattr(disk.os, "replace", replaced)
        monkeypatch.setattr(Path, "unlink", unlinked)
        monkeypatch.setattr(Database, "write", committed)

    def _wrap(self, monkeypatch: pytest.MonkeyPatch, name: str, place: Callable[..., str]) -> None:
        real = getattr(disk, name)

        def recorded(target: int | Path) -> None:
            self.events.append((name, place(target)))
            real(target)

        monkeypatch.setattr(disk, name, recorded)
        if hasattr(keyframe_files, name):
            monkeypatch.setattr(keyframe_files, name, recorded)

    @staticmethod
    def _name(descriptor: int) -> str:
        return os.readlink(f"/proc/self/fd/{descriptor}")


def safe_names(events: list[tuple[str, str]]) -> set[str]:
    """Files that survive a loss of power here: synced, renamed, and their folder synced."""
    synced: set[str] = set()
    named: set[str] = set()
    safe: set[str] = set()
    for kind, place in events:
        if kind == "sync_file":
            synced.add(place)
        elif kind == "rename" and f"{place}.part" in synced:
            named.add(place)
        elif kind == "sync_folder":
            safe |= {name for name in named if str(Path(name).parent) == place}
    return safe


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux")
def test_power_may_go_at_any_moment(
    sql_store: MakeSqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sql_store(keyframe_bytes=300)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 100))
    recorded = Recorded(monkeypatch)
    rows: dict[int, set[str]] = {}
    for step in range(10, 101, 10):
        store.save_keyframe(run, Keyframe(step, 0, False, b"%80d" % step, step))
        store.flush(run)
        with store._database.read() as connection:
            found = connection.exec_driver_sql("SELECT file FROM keyframes").scalars()
            rows[len(recorded.events)] = set(found)
    folder = store.folder / "keyframes" / run
    known: set[str] = set()
    for place, (kind, name) in enumerate(recorded.events):
        if kind == "before commit":  # from here on the rows may be there
            following = next(files for end, files in rows.items() if end > place)
            safe = safe_names(recorded.events[:place])
            assert {str(folder / file) for file in following} <= safe
        if kind == "commit":
            known = following
        if kind == "delete":  # not before nobody needs it, also where the commit is lost
            assert Path(name).name not in known
    assert sum(kind == "commit" for kind, _ in recorded.events) >= 10
    assert sum(kind == "delete" for kind, _ in recorded.events) >= 7
