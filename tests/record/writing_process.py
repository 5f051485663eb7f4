"""Writes one run as fast as it goes until it is killed: `python -m tests.record.writing_process`.

Arguments: the data folder, the database's address or nothing, the run. Prints `saved <step>` when a
step is promised, `acted <number>` when an intervention has returned.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path

import numpy as np

from netlapse.record.contract import Keyframe, RunStatus
from netlapse.record.settings import RecordSettings
from netlapse.record.sql.store import SqlStore
from tests.record.test_contract import learning_rate


def losses(first: int, count: int) -> np.ndarray:
    """What the losses of some steps are, whoever writes them."""
    steps = np.arange(first, first + count, dtype=np.uint64)
    return (steps * np.uint64(2654435761) % np.uint64(2**32)).astype(np.float32)


def state(step: int) -> bytes:
    """What the state at a step is."""
    return step.to_bytes(8, "little") * (9_000 if step % 2 else 500)  # a file, or in its row


def main() -> None:
    """Go on with the run where its record ends."""
    folder, url, run = sys.argv[1:4]
    store = SqlStore(Path(folder), RecordSettings(url=url, keyframe_bytes=400_000))
    store.acquire(run)
    chance = random.Random(store.recorded_step(run))
    threading.Thread(target=tell, args=(store, run), daemon=True).start()
    while True:
        first, count = store.recorded_step(run) + 1, chance.choice((1, 7, 100, 5000))
        loss = losses(first, count)
        store.append_metrics(run, first, loss, loss)
        step = first + count - 1
        store.set_status(run, RunStatus("training", step))
        if chance.random() < 0.1:
            acted = len(store.interventions(run))
            store.append_intervention(run, learning_rate(step, 1 / (1 + acted)))
            print(f"acted {acted + 1}\n", end="", flush=True)
        if chance.random() < 0.2:
            acted = len(store.interventions(run))
            store.save_keyframe(run, Keyframe(step, acted, False, state(step), step / 1e4))
        if chance.random() < 0.2:
            store.append_evaluation(run, {"step": step})
        if chance.random() < 0.5:
            store.flush(run)


def tell(store: SqlStore, run: str) -> None:
    """Say at once what is promised: also while the other thread commits."""
    told = 0
    while True:
        saved = store.saved_step(run)
        if saved > told:
            told = saved
            print(f"saved {saved}\n", end="", flush=True)
        time.sleep(0.0002)


if __name__ == "__main__":
    main()
