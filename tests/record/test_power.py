"""Power goes at any moment: a disk with what may be on it then holds all that was promised."""

from __future__ import annotations

import itertools
import random
import sqlite3
from pathlib import Path

import pytest

from netlapse.record.contract import Keyframe
from netlapse.record.sql.store import SqlStore
from tests.record.power import disk_after, library, recording
from tests.record.test_contract import SPEC, learning_rate
from tests.record.writing_process import losses, state

CRASHES = 40


def test_what_was_promised_survives_a_loss_of_power(tmp_path: Path) -> None:
    sqlite = library()
    if sqlite is None:
        pytest.skip("This Python brings its own SQLite, whose writes cannot be recorded.")
    chance = random.Random(0)
    promised: list[tuple[int, int, int]] = [(0, 0, 0)]
    with recording(sqlite) as recorder:
        store = SqlStore(tmp_path / "home")
        run = store.create(SPEC)
        created = len(recorder.events)
        for number in range(150):
            first, count = store.recorded_step(run) + 1, chance.choice((1, 500, 9_000))
            store.append_metrics(run, first, losses(first, count), losses(first, count))
            step = first + count - 1
            step -= step % 2  # whose state lies in its row
            store.save_keyframe(run, Keyframe(step, number // 10, False, state(step), number))
            if number % 10 == 9:
                store.append_intervention(run, learning_rate(first, 1 / (1 + number // 10)))
            store.flush(run)
            acted = len(store.interventions(run))
            promised.append((len(recorder.events), store.saved_step(run), acted))
        events = list(recorder.events)
        store.close()
    later = {Path(event.path).name for event in events[created:]}
    assert later == {"netlapse.db", "netlapse.db-wal"}
    syncs = [at for at, event in enumerate(events) if event.kind == "sync" and at > created]
    near = [at + chance.randint(-3, 3) for at in chance.choices(syncs, k=CRASHES // 2)]
    anywhere = [chance.randrange(created, len(events)) for _ in range(CRASHES // 2)]
    for seed, at in enumerate((*near, *anywhere)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        disk_after(events[:at], folder, seed)
        _, saved, acted = max(p for p in promised if p[0] <= at)
        check(folder, run, saved, acted)
    checkpoints = sum(e.kind == "sync" and e.path.endswith(".db") for e in events)
    assert checkpoints > 3  # into the database itself, which is the hard part


def check(folder: Path, run: str, saved: int, acted: int) -> None:
    connection = sqlite3.connect(folder / "netlapse.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    store = SqlStore(folder)
    steps = store.recorded_step(run)
    assert steps >= saved
    assert store.metrics(run).loss.tobytes() == losses(1, steps).tobytes()
    assert len(store.interventions(run)) >= acted
    for before, after in itertools.pairwise(store.interventions(run)):
        assert before.step < after.step <= steps
    for entry in store.keyframes(run):
        assert entry.step <= steps
        assert store.keyframe_before(run, entry.step).data == state(entry.step)
    store.acquire(run)  # and it can go on
    store.append_metrics(run, steps + 1, losses(steps + 1, 10), losses(steps + 1, 10))
    store.flush(run)
    assert store.saved_step(run) == steps + 10
    store.close()
