"""What databases promise: they survive, are shared, are brought to the newest format."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from netlapse.errors import RunError, StateError
from netlapse.record.contract import Keyframe, RunQuery, RunStatus
from netlapse.record.settings import RecordSettings
from netlapse.record.sql.store import SqlStore
from tests.record.conftest import MakeSqlStore
from tests.record.postgres import Server
from tests.record.test_contract import SPEC, learning_rate, values

ROOT = Path(__file__).parents[2]


def test_a_new_store_has_everything(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 500))
    store.append_intervention(run, learning_rate(500, 0.1))
    store.append_evaluation(run, {"step": 500})
    store.save_keyframe(run, Keyframe(500, 1, True, b"state", 2.5))
    status = RunStatus("finished", 500, 25.0, 25, note="done")
    store.set_status(run, status)
    store.close()
    again = sql_store()
    assert again.spec(run) == SPEC
    assert again.metrics(run).loss.tobytes() == values(1, 500)[0].tobytes()
    assert again.interventions(run) == (learning_rate(500, 0.1),)
    assert again.evaluations(run) == ({"step": 500},)
    assert again.newest_keyframe(run) == Keyframe(500, 1, True, b"state", 2.5)
    assert again.summary(run).status == status
    assert again.loss_columns(run).steps == 500


def test_what_was_appended_is_saved_soon(sql_store: MakeSqlStore) -> None:
    store, other = sql_store(), sql_store()
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 10))
    deadline = time.monotonic() + 10  # generous: the machine may be busy
    while store.saved_step(run) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert store.saved_step(run) == other.recorded_step(run) == 10


def test_a_reader_follows_a_writer(sql_store: MakeSqlStore) -> None:
    store, reader = sql_store(), sql_store()
    run = store.create(SPEC)
    for first in (1, 101, 201):
        store.append_metrics(run, first, *values(first, 100))
        store.append_intervention(run, learning_rate(first, 0.1))
        assert reader.recorded_step(run) == first + 99
        assert reader.loss_columns(run).steps == first + 99
        assert len(reader.interventions(run)) == 1 + first // 100
    assert reader.metrics(run).loss.tobytes() == values(1, 300)[0].tobytes()


def test_a_run_has_one_writer(sql_store: MakeSqlStore) -> None:
    store, other = sql_store(), sql_store()
    run = store.create(SPEC)
    with pytest.raises(StateError, match=f"run {run}: This run is open in another program"):
        other.acquire(run)
    with pytest.raises(StateError, match="another program"):
        other.delete(run)
    store.release(run)
    other.acquire(run)
    with pytest.raises(StateError, match="another program"):
        store.acquire(run)


def test_who_lost_a_run_writes_nothing(
    sql_store: MakeSqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = sql_store(), sql_store()
    run = store.create(SPEC)
    # As a file system would whose locks are not kept, or a server that was restarted.
    monkeypatch.setattr(other._locks, "take", lambda run: True)
    other.acquire(run)
    store.append_metrics(run, 1, *values(1, 10))
    with pytest.raises(StateError, match="Another program has taken this run over"):
        store.flush(run)
    other.append_metrics(run, 1, *values(5, 10))
    other.flush(run)
    assert sql_store().metrics(run).loss.tobytes() == values(5, 10)[0].tobytes()
    with pytest.raises(StateError):
        store.release(run)


def test_a_run_without_writer_is_paused_and_says_why(sql_store: MakeSqlStore) -> None:
    store, reader = sql_store(), sql_store()
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 30))
    store.set_status(run, RunStatus("training", 10, 1.5, 400))
    store.flush(run)
    assert reader.summary(run).status.state == "training"
    store.release(run)
    shown = reader.summary(run).status
    assert shown == RunStatus(
        "paused", 30, 1.5, 400, note="The program ended while this run was open."
    )
    assert [summary.status for summary in reader.runs()] == [shown]
    assert reader.count_runs(RunQuery(states=("training",))) == 0
    assert reader.count_runs(RunQuery(states=("paused",))) == 1


def test_evaluations_stay_few_in_the_database(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = store.create(SPEC)
    for part in range(10):
        for step in range(500 * part, 500 * part + 500):
            store.append_evaluation(run, {"step": step})
        store.flush(run)
    kept = store.evaluations(run)
    store.release(run)
    assert sql_store().evaluations(run) == kept
    store.acquire(run)
    assert store.evaluations(run) == kept
    for step in range(5000, 6000):
        store.append_evaluation(run, {"step": step})
    steps = [entry["step"] for entry in store.evaluations(run)]
    assert len(set(np.diff(steps[:-1]))) == 1
    store.release(run)
    assert [entry["step"] for entry in store.evaluations(run)] == steps


def test_slow_training_makes_few_rows(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = store.create(SPEC)
    for step in range(1, 301):
        store.append_metrics(run, step, *values(step, 1))
        store.flush(run)
    with store._database.read() as connection:
        found = connection.exec_driver_sql("SELECT first_step, count FROM metric_chunks").all()
    assert len(found) <= 10
    assert sum(count for _, count in found) == 300
    store.release(run)
    assert store.metrics(run).loss.tobytes() == values(1, 300)[0].tobytes()


def test_odd_characters_are_kept_or_left_out(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = store.create(SPEC)
    store.describe(run, name="a\0b\ud800", tags=["🙂", "\0"], remark="\x1b[0m")
    assert store.summary(run).name == "ab?"
    assert store.summary(run).tags == ("", "🙂")
    assert len(store.runs(RunQuery(search="🙂\0"))) == 1
    store.append_evaluation(run, {"step": 0, "note": "a\0b\ud800"})
    store.release(run)
    assert store.evaluations(run) == ({"step": 0, "note": "a\0b\ud800"},)


def test_many_threads_share_a_store(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    problems: list[Exception] = []

    def train(number: int) -> None:
        try:
            run = store.create(SPEC)
            for first in range(1, 500, 10):
                store.append_metrics(run, first, *values(first, 10))
                if first % 100 == 1:
                    store.append_intervention(run, learning_rate(first, 0.1))
                    store.describe(run, name=f"{number} at {first}")
                    store.runs()
            store.release(run)
            assert store.metrics(run).loss.tobytes() == values(1, 500)[0].tobytes()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=train, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert store.count_runs(RunQuery(search="at 401")) == 6


def test_keyframes_of_all_runs_have_room_together(sql_store: MakeSqlStore, in_files: None) -> None:
    store = sql_store(total_bytes=3000)
    runs = [store.create(SPEC) for _ in range(3)]
    for run, count in zip(runs, (10, 20, 5), strict=True):
        store.append_metrics(run, 1, *values(1, 100))
        for step in range(count):
            store.save_keyframe(run, Keyframe(step, 0, False, b"%99d" % step, step))
            store.flush(run)
        if run is not runs[-1]:
            store.release(run)
    kept = {run: store.keyframes(run) for run in runs}
    sizes = {run: sum(k.bytes_used for k in kept[run]) for run in runs}
    assert sum(sizes.values()) <= 3000
    assert len(kept[runs[2]]) == 5  # open
    assert 2 <= len(kept[runs[1]]) < 20
    for run in runs:
        files = list((store.folder / "keyframes" / run).iterdir())
        assert sum(file.stat().st_size for file in files) == sizes[run]
        assert store.bytes_used() >= sum(sizes.values())


def test_what_an_open_run_has_is_thinned_last(sql_store: MakeSqlStore) -> None:
    store, other = sql_store(total_bytes=3000), sql_store()
    elsewhere, here = other.create(SPEC), store.create(SPEC)
    for kept_by, run in ((other, elsewhere), (store, here)):
        kept_by.append_metrics(run, 1, *values(1, 100))
        for step in range(25):
            kept_by.save_keyframe(run, Keyframe(step, 0, False, b"%99d" % step, step))
            kept_by.flush(run)
    assert len(other.keyframes(elsewhere)) == 25
    kept = store.keyframes(here)
    assert (kept[0].step, kept[-1].step) == (0, 24)
    assert sum(k.bytes_used for k in (*kept, *other.keyframes(elsewhere))) <= 3000


def test_bytes_are_counted_as_they_come_and_go(sql_store: MakeSqlStore) -> None:
    store = sql_store(keyframe_bytes=1000)
    run = store.create(SPEC)
    empty = store.bytes_used()
    store.append_metrics(run, 1, *values(1, 1000))
    for step in range(1000):
        store.append_evaluation(run, {"step": step, "long": "x" * 80})
        store.save_keyframe(run, Keyframe(step, 0, False, b"x" * 100, step))
    store.flush(run)
    used = store.bytes_used()
    assert empty + 8000 + 1000 + 100_000 < used < empty + 8000 + 1000 + 130_000
    for step in range(1000, 2000):  # of which every second stays, as of those before
        store.append_evaluation(run, {"step": step, "long": "x" * 80})
    store.flush(run)
    assert abs(store.bytes_used() - used) < 5000
    assert store.summary(run).bytes_used == store.bytes_used()


# --- other formats -----------------------------------------------------------------------------


@contextmanager
def an_empty_database(
    request: pytest.FixtureRequest, kind: str, folder: Path
) -> Iterator[SqlStore]:
    if kind == "sqlite":
        yield SqlStore(folder)
        return
    server: Server = request.getfixturevalue("postgres")
    with server.empty("migrated") as url:
        yield SqlStore(folder, RecordSettings(url=url))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_newer_format_is_refused(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    with an_empty_database(request, kind, tmp_path) as store:
        run = store.create(SPEC)
        store.release(run)
        with store._database.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        store.close()
        newer = SqlStore(tmp_path, store._settings)
        sentence = r"of a newer netlapse \(format 9999; this one knows 2\)"
        for ask in (newer.runs, lambda: newer.create(SPEC), lambda: newer.delete(run)):
            with pytest.raises(RunError, match=sentence) as caught:
                ask()
            assert caught.value.remedy.startswith("Update netlapse")
        newer.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_migrations_lead_to_the_tables_that_are_used(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from netlapse.record.sql.tables import FORMAT, metadata

    with an_empty_database(request, kind, tmp_path) as store:
        assert store.runs() == []
        with store._database.read() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
            assert context.get_current_revision() == FORMAT
        store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_processes_may_be_the_first(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    with an_empty_database(request, kind, tmp_path) as store:
        code = (
            "import sys; from pathlib import Path\n"
            "from netlapse.record.settings import RecordSettings\n"
            "from netlapse.record.sql.store import SqlStore\n"
            "from tests.record.test_contract import SPEC\n"
            "store = SqlStore(Path(sys.argv[1]), RecordSettings(url=sys.argv[2]))\n"
            "store.create(SPEC); store.close()"
        )
        arguments = [sys.executable, "-c", code, str(tmp_path), store._settings.url]
        both = [subprocess.Popen(arguments, cwd=ROOT) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
        assert store.count_runs() == 2
        store.close()


# --- PostgreSQL ---------------------------------------------------------------------------------


def test_connections_that_are_cut_are_made_anew(postgres: Server, tmp_path: Path) -> None:
    settings = RecordSettings(url=postgres.url())
    store, other = SqlStore(tmp_path, settings), SqlStore(tmp_path, settings)
    try:
        run = store.create(SPEC)
        store.append_metrics(run, 1, *values(1, 10))
        store.flush(run)
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = 'netlapse'"
        )
        deadline = time.monotonic() + 20
        store.set_status(run, RunStatus("training", 10))  # wakes who writes, and renews the lock
        while not other._locks.taken([run]) and time.monotonic() < deadline:
            time.sleep(0.05)
        with pytest.raises(StateError, match="open in another program"):
            other.acquire(run)
        store.append_metrics(run, 11, *values(11, 10))
        store.flush(run)
        assert other.recorded_step(run) == 20
        assert other.summary(run).status.state == "training"
    finally:
        store.close()
        other.close()
        postgres.clear()
