"""Runs of the format before the database are taken in, whole, once."""

from __future__ import annotations

import json
import logging
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from netlapse.errors import RunError
from netlapse.record import files_1
from netlapse.record.contract import Keyframe, RunStatus
from netlapse.record.lock import WriterLock
from netlapse.record.sql import upgrade_files
from netlapse.spec.document import read_spec
from tests.record.conftest import MakeSqlStore

KEPT = Path(__file__).with_name("files_1") / "runs"
RUN = "6e174a84d32902e0"
"""A line that was trained for 100 steps, got another learning rate, and was trained to its end."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The old folder of that run, in the data folder of the stores."""
    shutil.copytree(KEPT, tmp_path / "runs")
    return tmp_path / "runs" / RUN


def whole_losses() -> np.ndarray:
    return np.concatenate([part.loss for part in files_1.metrics_of(KEPT / RUN)])


def test_everything_is_taken_in(sql_store: MakeSqlStore, old: Path) -> None:
    store = sql_store()
    (summary,) = store.runs()
    assert (summary.run, summary.name) == (RUN, "Line")
    assert summary.created == json.loads((KEPT / RUN / "status.json").read_text())["created"]
    assert summary.status == RunStatus("finished", 320, 40.0, 40)
    assert store.spec(RUN) == read_spec(KEPT / RUN / "spec.json")
    assert store.metrics(RUN).loss.tobytes() == whole_losses().tobytes()
    assert (store.recorded_step(RUN), store.loss_columns(RUN).steps) == (320, 320)
    (intervention,) = store.interventions(RUN)
    assert (intervention.step, intervention.changes[0].value) == (100, 0.02)
    assert [entry["step"] for entry in store.evaluations(RUN)] == [0, 100, 150, 320]
    assert summary.evaluation == store.evaluations(RUN)[-1]
    assert [(note.step, note.kind) for note in store.notes(RUN)] == [(0, "plan"), (320, "finished")]
    old_state = (KEPT / RUN / "keyframes" / "0000000000000150-00000001.keyframe").read_bytes()
    state = old_state.split(b"\n", 1)[1]
    assert store.keyframe_before(RUN, 200) == Keyframe(150, 1, True, state)
    assert store.newest_keyframe(RUN).step == 320


def test_the_old_folder_is_kept_beside(sql_store: MakeSqlStore, old: Path, tmp_path: Path) -> None:
    sql_store().runs()
    assert not old.parent.exists()
    kept = tmp_path / "runs-upgraded" / RUN
    for path in (KEPT / RUN).rglob("*.*"):
        assert (kept / path.relative_to(KEPT / RUN)).read_bytes() == path.read_bytes()


def test_it_is_taken_in_once(sql_store: MakeSqlStore, old: Path) -> None:
    first = sql_store()
    first.describe(RUN, name="renamed")
    assert [summary.name for summary in sql_store().runs()] == ["renamed"]
    first.acquire(RUN)
    first.append_metrics(RUN, 321, *2 * [np.ones(5, np.float32)])
    first.release(RUN)
    assert sql_store().recorded_step(RUN) == 325


def test_a_torn_tail_is_cut(sql_store: MakeSqlStore, old: Path) -> None:
    os.truncate(old / "metrics.bin", (old / "metrics.bin").stat().st_size - 1)
    (old / "notes.log").write_bytes((old / "notes.log").read_bytes()[:-3])
    newest = sorted((old / "keyframes").iterdir())[-1]
    newest.write_bytes(newest.read_bytes()[:-1])
    store = sql_store()
    steps = store.recorded_step(RUN)
    assert 0 < steps < 320
    assert store.metrics(RUN).loss.tobytes() == whole_losses()[:steps].tobytes()
    assert [note.kind for note in store.notes(RUN)] == ["plan"]
    assert store.newest_keyframe(RUN).step == 150


def test_a_lost_status_is_no_loss(sql_store: MakeSqlStore, old: Path) -> None:
    (old / "status.json").write_text("{")
    store = sql_store()
    assert store.summary(RUN).status.state == "paused"
    assert store.summary(RUN).created > 1.7e9


def test_half_a_run_is_told_of_and_kept(
    sql_store: MakeSqlStore, old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    torn = old.with_name("0123456789abcdef")
    shutil.copytree(old, torn)
    os.truncate(torn / "spec.json", 100)
    (old.parent / "notes.txt").write_text("not a run")
    with caplog.at_level(logging.WARNING):
        assert [summary.run for summary in sql_store().runs()] == [RUN]
    assert "cannot be read and stays where it is" in caplog.text
    assert str(torn) in caplog.text
    assert sorted(path.name for path in old.parent.iterdir()) == [torn.name, "notes.txt"]


def test_what_another_program_writes_waits(sql_store: MakeSqlStore, old: Path) -> None:
    lock = WriterLock(old / "writer.lock")
    assert lock.acquire()
    assert sql_store().runs() == []
    assert old.exists()
    lock.release()
    assert len(sql_store().runs()) == 1


def test_a_program_that_ends_between_takes_nothing_twice(
    sql_store: MakeSqlStore, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", interrupted)
        store = sql_store()
        with pytest.raises(RunError, match="Input/output error"):
            store.runs()
    assert old.exists()
    assert store.count_runs() == 1
    assert store.recorded_step(RUN) == 320
    assert len(store.evaluations(RUN)) == 4
    assert not old.exists()


def test_where_it_cannot_be_read_to_its_end_nothing_moves(
    sql_store: MakeSqlStore, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RunError("The run cannot be saved: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(upgrade_files.files_1, "keyframes_of", fail)
        with pytest.raises(RunError):
            sql_store().runs()
    assert old.exists()
