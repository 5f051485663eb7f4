"""Sessions over the real worker: the same bits, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from netlapse.errors import DivergedError, SpecError
from netlapse.protocol.messages import GetWeights, Intervene, Pause, Picture, Play, SetPace
from netlapse.protocol.views import View
from netlapse.record.sql.store import SqlStore
from netlapse.session.answers import Answer
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session
from netlapse.session.waiting import Rest, failure
from netlapse.spec import presets
from netlapse.spec.changes import Change, EditParameter, SetValue, set_value
from netlapse.spec.document import Spec
from tests.session.watching import Watch

TIMEOUT_S = 120.0
LONG = set_value(presets.spiral(), "training.epochs", 1_000_000)
RATE: Change = SetValue(kind="set", path="training.optimizer.learning_rate", value=0.005)
EDIT: Change = EditParameter(
    kind="edit", layer="hidden-1", parameter="kernel", index=(0, 3), value=1.5
)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(tmp_path)
    yield made
    made.close()


def done(future: Future[Answer]) -> Answer:
    return future.result(TIMEOUT_S)


def play(session: Session, until_step: int) -> None:
    rest = Rest(session)
    done(session.call(Play(kind="play", command=0, until_step=until_step)))
    assert rest.wait(TIMEOUT_S)
    assert session.status.step == until_step


def change(session: Session, *changes: Change) -> int:
    return done(session.call(Intervene(kind="intervene", command=0, changes=changes))).step


def weights(session: Session) -> bytes:
    return done(session.call(GetWeights(kind="get-weights", command=0))).arrays["weights"].tobytes()


def opened(store: SqlStore, pool: WorkerPool, spec: Spec) -> Session:
    session = Session(store, pool)
    done(session.open(spec))
    assert Rest(session).wait(TIMEOUT_S)
    return session


def uninterrupted(
    store: SqlStore, pool: WorkerPool, spec: Spec, changes: dict[int, Change], last: int
) -> tuple[np.ndarray, bytes]:
    session = opened(store, pool, spec)
    for step, made in changes.items():
        play(session, step)
        assert change(session, made) == step
    play(session, last)
    result = store.metrics(session.run).loss, weights(session)
    session.close()
    return result


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL")
def test_a_kill_in_mid_chunk_leaves_no_trace_in_the_bits(store: SqlStore, pool: WorkerPool) -> None:
    session = opened(store, pool, LONG)
    watch = Watch(session)
    done(session.call(Play(kind="play", command=0)))
    watch.wait(lambda event: event.kind == "metrics" and event.first_step > 3000)
    changes = {change(session, RATE): RATE}
    after = max(changes)
    watch.wait(lambda event: event.kind == "metrics" and event.first_step > after + 2000)
    changes[change(session, EDIT)] = EDIT
    after = max(changes)
    watch.wait(lambda event: event.kind == "metrics" and event.first_step > after + 2000)
    assert session.worker_pid is not None
    os.kill(session.worker_pid, signal.SIGKILL)
    died = watch.wait_state("worker-died")
    done(session.resume())
    assert Rest(session).wait(TIMEOUT_S)
    assert session.status.step == died.step
    last = died.step + 5000
    play(session, last)
    assert not [event for event in watch.events if event.kind == "differs"]
    losses, state = uninterrupted(store, pool, LONG, changes, last)
    assert store.metrics(session.run).loss.tobytes() == losses.tobytes()
    assert weights(session) == state
    session.close()


def test_a_new_process_goes_on_with_the_same_bits(store: SqlStore, tmp_path: Path) -> None:
    pool = WorkerPool(0)  # every session has a process of its own
    session = opened(store, pool, LONG)
    play(session, 1234)
    assert change(session, RATE) == 1234
    play(session, 2345)
    run = session.run
    session.close()
    store.release(run)
    other = SqlStore(store.folder)
    again = Session(other, pool)
    watch = Watch(again)
    done(again.reopen(run))
    assert Rest(again).wait(TIMEOUT_S)
    assert again.status.step == 2345
    assert again.status.interventions == 1
    play(again, 4000)
    assert not [event for event in watch.events if event.kind == "differs"]
    losses, state = uninterrupted(store, pool, LONG, {1234: RATE}, 4000)
    assert other.metrics(run).loss.tobytes() == losses.tobytes()
    assert weights(again) == state
    again.close()
    other.close()


def test_without_its_keyframes_a_run_is_run_again_from_its_start(
    store: SqlStore, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(store, pool, LONG)
    play(session, 500)
    change(session, EDIT)
    play(session, 3000)
    state = weights(session)
    run = session.run
    session.close()
    monkeypatch.setattr(store, "newest_keyframe", lambda run: None)
    again = Session(store, pool)
    watch = Watch(again)
    done(again.reopen(run))
    assert Rest(again).wait(TIMEOUT_S)
    assert weights(again) == state
    assert not [event for event in watch.events if event.kind == "differs"]
    again.close()


def test_a_record_of_other_losses_is_noticed(store: SqlStore, pool: WorkerPool) -> None:
    run = store.create(LONG)
    wrong = np.full(100, 0.5, np.float32)
    store.append_metrics(run, 1, wrong, wrong)
    session = Session(store, pool)
    watch = Watch(session)
    done(session.reopen(run))
    assert watch.wait(lambda event: event.kind == "differs").step == 1
    (note,) = [note for note in store.notes(run) if note.kind == "differs"]
    assert note.text == "recomputed: differs from the record from step 1"
    session.close()


def test_a_run_that_was_made_longer_stays_longer(store: SqlStore, pool: WorkerPool) -> None:
    session = opened(store, pool, set_value(presets.spiral(), "training.epochs", 3))
    rest = Rest(session)
    done(session.call(Play(kind="play", command=0)))
    assert rest.wait(TIMEOUT_S)
    assert session.status.state == "finished"
    done(session.call(Play(kind="play", command=0, more_epochs=4)))
    assert rest.wait(TIMEOUT_S)
    assert (session.status.step, session.status.epochs) == (140, 7)
    run = session.run
    session.close()
    assert [n.values for n in store.notes(run) if n.kind == "extended"] == [{"epochs": 4}]
    again = Session(store, pool)
    done(again.reopen(run))
    assert Rest(again).wait(TIMEOUT_S)
    assert (again.status.step, again.status.epochs) == (140, 7)
    assert again.status.state == "finished"
    again.close()


def test_a_diverged_run_says_where_and_why(store: SqlStore, pool: WorkerPool) -> None:
    spec = set_value(presets.line(), "training.optimizer.learning_rate", 100)
    session = opened(store, pool, spec)
    rest = Rest(session)
    done(session.call(Play(kind="play", command=0)))
    assert rest.wait(TIMEOUT_S)
    assert session.status.state == "diverged"
    error = failure(session.status)
    assert isinstance(error, DivergedError)
    assert "step" in str(error)
    assert "output" in str(error)
    assert np.isfinite(store.metrics(session.run).loss).all()
    assert store.summary(session.run).status.problem == error.problem
    session.close()


def test_a_spec_that_cannot_be_trained_leaves_nothing(store: SqlStore, pool: WorkerPool) -> None:
    spec = Spec.model_validate({"data": {"kind": "spiral"}})
    session = Session(store, pool)
    with pytest.raises(SpecError, match="The network has no layers"):
        done(session.open(spec))
    assert store.runs() == []
    session.close()


def test_a_pace_belongs_to_its_run_and_follows_the_batch_size(
    store: SqlStore, pool: WorkerPool
) -> None:
    first = opened(store, pool, LONG)
    done(first.call(SetPace(kind="pace", epochs_per_second=2)))
    per_epoch = first.status.steps_per_epoch
    assert first.status.pace == 2 * per_epoch
    change(first, SetValue(kind="set", path="training.batch_size", value=20))
    assert Rest(first).wait(TIMEOUT_S, interventions=1)
    assert first.status.pace == first.status.steps_per_epoch * 2 == per_epoch
    worker = first.worker_pid
    first.close()
    second = opened(store, pool, LONG)
    assert second.worker_pid == worker
    assert second.status.pace is None
    second.close()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_memory_is_flat_over_ten_million_watched_steps(store: SqlStore, pool: WorkerPool) -> None:
    spec = presets.line()
    for path, value in (
        ("training.epochs", 10_000_000),
        ("training.batch_size", 10),
        ("training.optimizer.learning_rate", 1e-4),
    ):
        spec = set_value(spec, path, value)
    session = opened(store, pool, spec)
    view = View(weights=True, evaluation=True)
    pictures: list[int] = []
    used: list[int] = []

    def listen(event: object, frame: bytes, payload: memoryview) -> None:
        if isinstance(event, Picture):
            pictures.append(event.step)

    session.listen(listen)
    done(session.call(Play(kind="play", command=0)))
    assert session.worker_pid is not None
    deadline = time.monotonic() + 4 * TIMEOUT_S
    while session.status.step < 10_000_000 and time.monotonic() < deadline:
        session.want(view)
        time.sleep(0.03)
        if session.status.step >= 2_000_000 and not used:
            used.extend((resident_kb(session.worker_pid), resident_kb(os.getpid())))
    done(session.call(Pause(kind="pause", command=0)))
    assert session.status.step >= 10_000_000 and len(pictures) > 50
    assert resident_kb(session.worker_pid) - used[0] < 20_000
    assert resident_kb(os.getpid()) - used[1] < 20_000
    session.close()


def resident_kb(process: int) -> int:
    """Memory that a process holds, in kB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0])
