"""A writer is killed at random moments: what was promised is there, once, and readable."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from netlapse.record.sql.store import SqlStore
from tests.record.conftest import MakeSqlStore
from tests.record.test_contract import SPEC
from tests.record.writing_process import losses, state

ROOT = Path(__file__).parents[2]
KILLS = 10


def write_and_kill(store: SqlStore, run: str, seed: int) -> dict[str, int]:
    """What a process had promised when it was killed."""
    chance = random.Random(seed)
    arguments = [str(store.folder), store._settings.url, run]
    command = [sys.executable, "-m", "tests.record.writing_process", *arguments]
    promised = {"saved": 0, "acted": 0}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        for _ in range(chance.randint(1, 30)):
            what, number = process.stdout.readline().split()
            promised[what] = int(number)
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:  # said before, read after
            if line.endswith("\n"):
                what, number = line.split()
                promised[what] = int(number)
    return promised


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_was_promised_survives_any_kill(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = store.create(SPEC)
    store.release(run)
    for seed in range(KILLS):
        promised = write_and_kill(store, run, seed)
        # A database server notices after a moment, and may still carry out what it was told last.
        deadline = time.monotonic() + 10
        while store.summary(run).status.state == "training" and time.monotonic() < deadline:
            time.sleep(0.05)
        steps = store.recorded_step(run)
        assert steps >= promised["saved"]
        kept = store.metrics(run)
        assert kept.last_step == steps
        assert kept.loss.tobytes() == kept.gradient_norm.tobytes() == losses(1, steps).tobytes()
        interventions = store.interventions(run)
        assert len(interventions) >= promised["acted"]
        rates = [entry.changes[0].value for entry in interventions]
        assert rates == [1 / (1 + number) for number in range(len(rates))]
        assert all(entry.step <= steps for entry in interventions)
        for entry in store.keyframes(run):
            assert entry.step <= steps
            keyframe = store.keyframe_before(run, entry.step)
            assert (keyframe.step, keyframe.data) == (entry.step, state(entry.step))
        evaluated = [entry["step"] for entry in store.evaluations(run)]
        assert evaluated == sorted(set(evaluated))
        assert max(evaluated, default=0) <= steps
        columns = store.loss_columns(run)
        assert columns.steps == steps
        assert np.nanmin(columns.low) == losses(1, steps).min()
        status = store.summary(run).status
        assert (status.state, status.step) == ("paused", steps)
        assert status.note == "The program ended while this run was open."
