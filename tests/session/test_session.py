"""One session over a fake worker: record before listeners, death, resume, closing."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from netlapse.errors import RunError, SpecError, StateError, WorkerError
from netlapse.protocol.messages import Intervene, Pause, Play, Predict
from netlapse.record.contract import Keyframe
from netlapse.record.memory import MemoryStore
from netlapse.record.sql.store import SqlStore
from netlapse.session.answers import Answer
from netlapse.session.kin import Kin
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session, as_payload
from netlapse.spec.changes import SetValue
from netlapse.spec.document import Spec
from tests.session.conftest import FAKE
from tests.session.fake_worker import loss
from tests.session.watching import TIMEOUT_S, Watch

PLAY = Play(kind="play", command=0)
PAUSE = Pause(kind="pause", command=0)


def spec(name: str = "", epochs: int = 50) -> Spec:
    data = {"kind": "spiral"}
    return Spec.model_validate({"name": name, "data": data, "training": {"epochs": epochs}})


def intervene(rate: float = 0.5) -> Intervene:
    change = SetValue(kind="set", path="training.optimizer.learning_rate", value=rate)
    return Intervene(kind="intervene", command=0, changes=(change,))


def done(future: Future[Answer]) -> Answer:
    return future.result(TIMEOUT_S)


def test_a_run_is_opened_trained_and_recorded(session: Session, store: SqlStore) -> None:
    watch = Watch(session)
    assert done(session.open(spec())).step == 0
    watch.wait_state("paused")
    assert session.ready is not None
    assert session.ready.parameters == 33
    done(session.call(PLAY))
    watch.wait_state("finished")
    assert session.status.step == 500
    assert store.metrics(session.run).loss.tobytes() == loss(1, 500).tobytes()
    assert store.newest_keyframe(session.run) == Keyframe(500, 0, True, b"500")
    assert [note.kind for note in store.notes(session.run)] == ["plan", "finished"]
    assert store.summary(session.run).status.state == "finished"


def test_the_record_is_ahead_of_the_listeners(session: Session, store: SqlStore) -> None:
    behind: list[int] = []

    def listen(event: object, frame: bytes, payload: memoryview) -> None:
        if event.kind == "metrics":
            behind.append(event.first_step + event.count - 1 - store.recorded_step(event.run))

    session.listen(listen)
    watch = Watch(session)
    session.open(spec())
    done(session.call(PLAY))
    watch.wait_state("finished")
    assert len(behind) == 50
    assert max(behind) == 0


def test_an_intervention_is_on_disk_before_its_future_resolves(
    session: Session, store: SqlStore
) -> None:
    done(session.open(spec(epochs=1_000_000)))
    done(session.call(PLAY))
    answer = done(session.call(intervene()))
    other = SqlStore(store.folder)
    (kept,) = other.interventions(session.run)
    assert kept.step == answer.step
    assert kept == answer.event.intervention
    assert other.recorded_step(session.run) >= answer.step


def test_questions_are_answered_with_arrays(session: Session) -> None:
    session.open(spec())
    rows = np.array([[1, 2], [3, 4]], np.float64)
    answer = done(session.call(Predict(kind="predict", command=0, rows=2), as_payload(rows)))
    assert answer.arrays["outputs"].tolist() == [[2, 4], [6, 8]]


def test_a_spec_that_is_refused_leaves_nothing(session: Session, store: SqlStore) -> None:
    future = session.open(spec("refuse"))
    with pytest.raises(SpecError, match="network: It is no good"):
        future.result(TIMEOUT_S)
    assert store.runs() == []
    assert session.status.state == "failed"
    session.close()


def test_a_listener_that_fails_disturbs_nobody(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    remove = session.listen(fail)
    watch = Watch(session)
    done(session.open(spec()))
    watch.wait_state("paused")
    remove()
    assert "A listener failed" in caplog.text


def test_a_killed_worker_leaves_the_run_and_the_reason(session: Session, store: SqlStore) -> None:
    watch = Watch(session)
    done(session.open(spec(epochs=1_000_000)))
    done(session.call(PLAY))
    watch.wait(lambda event: event.kind == "metrics" and event.first_step > 300)
    assert session.worker_pid is not None
    os.kill(session.worker_pid, signal.SIGKILL)
    died = watch.wait_state("worker-died")
    assert died.problem is not None
    assert died.problem.message == "The worker process was ended by SIGKILL."
    recorded = store.recorded_step(session.run)
    assert died.step == recorded == store.saved_step(session.run) > 300
    with pytest.raises(WorkerError, match="was ended by SIGKILL"):
        done(session.call(PLAY))
    done(session.resume())
    assert not [event for event in watch.events if event.kind == "differs"]
    answer = done(session.call(Play(kind="play", command=0, until_step=recorded + 500)))
    assert answer.step == recorded
    watch.wait_state("paused", step=recorded + 500)
    kept = store.metrics(session.run)
    assert kept.loss.tobytes() == loss(1, recorded + 500).tobytes()


def test_resumed_twice_at_once_it_has_one_worker(session: Session, pool: WorkerPool) -> None:
    started: list[object] = []
    take = pool.take

    def counted(kin: Kin) -> object:
        started.append(None)
        time.sleep(0.1)
        return take(kin)

    watch = Watch(session)
    done(session.open(spec(epochs=1_000_000)))
    assert session.worker_pid is not None
    os.kill(session.worker_pid, signal.SIGKILL)
    watch.wait_state("worker-died")
    pool.take = counted  # type: ignore[method-assign]
    with ThreadPoolExecutor(4) as threads:
        tries = [threads.submit(lambda: done(session.resume())) for _ in range(4)]
        errors = [each.exception() for each in tries]
    assert errors.count(None) == len(started) == 1
    assert all(error is None or isinstance(error, StateError) for error in errors)
    assert done(session.call(PAUSE)).step == 0


def test_a_run_that_is_not_yet_open_hands_its_worker_on_at_once(
    store: SqlStore, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_STARTS_IN_S", "3")
    sessions = [Session(store, pool) for _ in range(3)]
    opened = []
    workers = set()
    for session in sessions[:2]:  # replaced by the next before it is open
        opened.append(session.open(spec()))
        workers.add(session.worker_pid)
        session.close()
    answer = sessions[2].open(spec())
    assert done(answer).step == 0
    assert workers == {sessions[2].worker_pid}  # not ended while it starts, and not started anew
    assert sessions[2].status.run == sessions[2].run
    for future in opened:
        with pytest.raises(StateError, match="This run is closed"):
            done(future)
    assert len({session.run for session in sessions}) == 3
    done(sessions[2].call(PLAY))
    Watch(sessions[2]).wait_state("finished")
    sessions[2].close()


def test_a_run_deleted_under_its_session_closes_all_the_same(
    store: SqlStore, pool: WorkerPool
) -> None:
    session = Session(store, pool)
    done(session.open(spec(epochs=1_000_000)))
    done(session.call(PLAY))
    worker = session.worker_pid
    store.delete(session.run)
    session.close()
    assert store.runs() == []
    other = Session(store, pool)
    done(other.open(spec()))
    assert other.worker_pid == worker  # it was given back
    other.close()


def test_a_refused_run_that_is_resumed_is_paused_at_its_end(
    store: SqlStore, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Session(store, pool)
    done(first.open(spec(epochs=1_000_000)))
    run = first.run
    first.close()
    refused = store.spec(run).model_copy(update={"name": "refuse"})
    session = Session(store, pool)
    with monkeypatch.context() as patch:
        patch.setattr(store, "spec", lambda run: refused)
        with pytest.raises(SpecError):
            done(session.reopen(run))
    done(session.resume())
    done(session.call(PLAY))
    Watch(session).wait(lambda event: event.kind == "metrics")
    session.close()
    keyframe = store.newest_keyframe(run)
    assert keyframe is not None and keyframe.final
    assert keyframe.step == store.recorded_step(run) > 0


def test_a_worker_that_crashes_says_its_last_words(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_DIES_AT", "200")
    watch = Watch(session)
    done(session.open(spec()))
    done(session.call(PLAY))
    died = watch.wait_state("worker-died")
    assert died.step == 200
    assert died.problem.message == (
        "The worker process ended with exit code 3. Its last words: Segmentation fault (pretended)"
    )


def test_a_worker_that_garbles_is_ended(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GARBLES_AT", "200")
    watch = Watch(session)
    done(session.open(spec()))
    done(session.call(PLAY))
    died = watch.wait_state("worker-died")
    assert "sent what is no message" in died.problem.message


def test_an_unanswered_command_fails_when_the_worker_dies(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_CHUNK_S", "30")
    done(session.open(spec()))
    done(session.call(PLAY))
    time.sleep(0.2)  # the fake is in its long chunk now, and reads no commands
    future = session.call(PAUSE)
    os.kill(session.worker_pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="SIGKILL"):
        future.result(TIMEOUT_S)


def test_a_closed_run_is_opened_again_where_it_stood(store: SqlStore, pool: WorkerPool) -> None:
    first = Session(store, pool)
    done(first.open(spec(epochs=1_000_000)))
    watch = Watch(first)
    done(first.call(PLAY))
    watch.wait(lambda event: event.kind == "metrics" and event.first_step > 100)
    done(first.call(intervene()))
    run = first.run
    first.close()
    first.close()
    recorded = store.saved_step(run)
    assert store.newest_keyframe(run).step == recorded
    assert store.summary(run).status.state == "paused"
    again = Session(store, pool)
    assert done(again.reopen(run)).step == recorded

    assert again.status.interventions == 1
    again.close()


def test_a_longer_training_stays_longer(store: SqlStore, pool: WorkerPool) -> None:
    first = Session(store, pool)
    done(first.open(spec(epochs=3)))
    watch = Watch(first)
    done(first.call(Play(kind="play", command=0, more_epochs=4)))
    watch.wait_state("finished", step=70)
    run = first.run
    first.close()
    assert [n.values for n in store.notes(run) if n.kind == "extended"] == [{"epochs": 4}]
    again = Session(store, pool)
    watch = Watch(again)
    done(again.reopen(run))
    assert watch.wait_state("paused").epochs == 7
    again.close()


def test_a_closed_session_keeps_its_worker_warm(store: SqlStore, pool: WorkerPool) -> None:
    pids = []
    for _ in range(3):
        session = Session(store, pool)
        done(session.open(spec()))
        done(session.call(PLAY))
        pids.append(session.worker_pid)
        session.close()
    assert len(set(pids)) == 1
    assert len(store.runs()) == 3


def test_a_run_gets_the_worker_that_had_one_like_it(store: SqlStore) -> None:
    # It has the programs, and those that call oneDNN are nowhere else.
    pool = WorkerPool(2, command=FAKE)
    other = spec().with_changes(data={"kind": "xor"})
    first, second = Session(store, pool), Session(store, pool)
    done(first.open(spec()))
    done(second.open(other))
    pids = [first.worker_pid, second.worker_pid]
    first.close()
    second.close()
    again = [Session(store, pool) for _ in range(2)]
    done(again[0].open(spec("again", epochs=70)))
    done(again[1].open(other))
    assert [session.worker_pid for session in again] == pids
    for session in again:
        session.close()
    pool.close()


def test_no_more_workers_are_kept_than_the_pool_holds(store: SqlStore, pool: WorkerPool) -> None:
    sessions = [Session(store, pool) for _ in range(3)]
    for session in sessions:
        done(session.open(spec()))
    last = sessions[2].worker_pid
    for session in sessions:
        session.close()
    assert pool.idle == 1
    assert pool.take().pid == last


def test_a_run_is_open_once(session: Session, store: SqlStore, pool: WorkerPool) -> None:
    done(session.open(spec()))
    other = Session(SqlStore(store.folder), pool)
    with pytest.raises(StateError, match="This run is open in another program"):
        other.reopen(session.run)
    with pytest.raises(StateError, match="A session holds one run"):
        session.open(spec())
    with pytest.raises(StateError, match="living worker"):
        session.resume()


def test_after_closing_commands_are_refused(session: Session) -> None:
    done(session.open(spec()))
    session.close()
    with pytest.raises(StateError, match="This run is closed"):
        done(session.call(PLAY))


def test_what_is_asked_of_a_busy_worker_ends_with_its_session(session: Session) -> None:
    done(session.open(spec()))
    os.kill(session.worker_pid, signal.SIGSTOP)
    asked = session.call(PLAY)
    session.close(0.2)
    with pytest.raises(StateError, match="This run is closed"):
        done(asked)


def test_a_full_disk_pauses_the_run_and_says_so(
    session: Session, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(session)
    done(session.open(spec(epochs=1_000_000)))
    store.flush(session.run)
    is_full = True
    append = store.append_metrics

    def full(*given: object) -> None:
        append(*given)
        if is_full:
            raise RunError("The run cannot be saved: the disk is full.")

    monkeypatch.setattr(store, "append_metrics", full)
    done(session.call(PLAY))
    status = watch.wait(lambda e: e.kind == "status" and e.state == "paused" and e.step > 0)
    assert status.problem.message == "The run cannot be saved: the disk is full."
    assert watch.frames[watch.events.index(status)].find(b"the disk is full") > 0
    is_full = False
    done(session.call(PLAY))
    watch.wait(lambda event: event.kind == "metrics" and event.first_step > status.step + 50)
    done(session.call(PAUSE))
    recorded = store.recorded_step(session.run)
    assert store.metrics(session.run).loss.tobytes() == loss(1, recorded).tobytes()


def test_without_a_record_it_is_the_same(pool: WorkerPool) -> None:
    store = MemoryStore()
    session = Session(store, pool)
    watch = Watch(session)
    done(session.open(spec()))
    done(session.call(PLAY))
    watch.wait_state("finished")
    assert store.metrics(session.run).loss.tobytes() == loss(1, 500).tobytes()
    session.close()
