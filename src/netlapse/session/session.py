"""A session joins one worker and one record, for one run.

    session = Session(store, pool)
    session.open(spec).result()                 # acknowledged: the spec can be trained
    session.call(Play(kind="play", command=0))  # the number is given here
    remove = session.listen(lambda event, frame, payload: ...)
    session.close()

Library, command line and server all train through this, so the bits are the same.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import NetlapseError, Problem, StateError, WorkerError, from_problem
from netlapse.protocol.frames import encode, unpack
from netlapse.protocol.messages import (
    Acknowledged,
    Advance,
    Event,
    GetKeyframe,
    Open,
    Pause,
    Play,
    ProblemPart,
    Ready,
    Refused,
    Reply,
    Status,
    Want,
)
from netlapse.protocol.views import View
from netlapse.record.contract import Keyframe, Store
from netlapse.session.opening import opening
from netlapse.session.pool import WorkerPool
from netlapse.session.recorder import Recorder
from netlapse.session.worker_process import WorkerProcess
from netlapse.spec.base import Document
from netlapse.spec.document import Spec

Listener = Callable[[Event, bytes, memoryview], None]
"""Gets every event of the run: the message, the frame it came in, the frame's payload. It is called
in the session's reading thread and must return quickly: hand work over, never wait."""

MOVING = ("opening", "compiling", "training")
"""States in which something is going on in the worker."""

_log = logging.getLogger("netlapse.session")


@dataclass(frozen=True)
class Answer:
    """What became of a command."""

    event: Acknowledged | Reply
    arrays: dict[str, NDArray[Any]]
    """The arrays of a reply by name, read-only; empty for an acknowledgment."""

    @property
    def step(self) -> int:
        """The step at which it acted, or that it answers for."""
        return self.event.step


class Session:
    """One open run: its worker, its record, and who listens.

    Everything may be called from any thread. What the worker sends is written to the record before
    any listener sees it; an intervention is on disk before its future resolves.

    Args:
        store: Where the run is recorded.
        pool: Where workers come from.
        tables: Folder of the user's tables.
    """

    def __init__(self, store: Store, pool: WorkerPool, *, tables: Path | None = None) -> None:
        self._store = store
        self._pool = pool
        self._tables = str(tables) if tables else ""
        self._guard = threading.RLock()
        self._starting = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._futures: dict[int, tuple[Document, Future[Answer]]] = {}
        self._listeners: list[Listener] = []
        self._recorder: Recorder | None = None
        self._status: Status | None = None
        self._ready: Ready | None = None
        self._is_new = False
        self._was_refused = False
        self._closed = False

    # --- where it stands -------------------------------------------------------------------

    @property
    def run(self) -> str:
        """The id of the run.

        Raises:
            StateError: No run is open.
        """
        return self._need_recorder().run

    @property
    def store(self) -> Store:
        """The record."""
        return self._store

    @property
    def status(self) -> Status:
        """The newest status.

        Raises:
            StateError: No run is open.
        """
        with self._guard:
            if self._status is None:
                raise StateError("No run is open in this session.")
            return self._status

    @property
    def ready(self) -> Ready | None:
        """What is known of the program since the run was opened; none before."""
        return self._ready

    @property
    def worker_pid(self) -> int | None:
        """The number of the worker process; none where there is no worker."""
        with self._guard:
            return self._worker.pid if self._worker else None

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hand every event to a listener from now on; gives the function that ends it."""
        with self._guard:
            self._listeners.append(listener)

        def remove() -> None:
            with self._guard, contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return remove

    # --- opening ---------------------------------------------------------------------------

    def open(self, spec: Spec, *, confirmed: bool = False) -> Future[Answer]:
        """Start a new run at step 0; `run` is known on return.

        The future is refused with a `SpecError` or `DataError` where the spec cannot be trained,
        with a `ConfirmationError` where it takes much memory and is not confirmed; nothing is
        recorded then.
        """
        self._refuse_second()
        run = self._store.create(spec)
        try:
            return self._start(run, spec.training.epochs, is_new=True, confirmed=confirmed)
        except NetlapseError:
            self._store.delete(run)
            raise

    def reopen(self, run: str) -> Future[Answer]:
        """Go on with a recorded run, at the last step that is recorded.

        Raises:
            NotFoundError: There is no such run.
            StateError: Another program has it open.
        """
        self._refuse_second()
        self._store.acquire(run)
        try:
            return self._start(run, self._store.summary(run).status.epochs)
        except NetlapseError:
            self._store.release(run)
            raise

    def resume(self) -> Future[Answer]:
        """Go on at the last recorded step after the worker died, or failed: with a new worker.

        Raises:
            StateError: The worker lives and is well.
        """
        with self._starting:  # who comes second finds the worker that the first has started
            with self._guard:
                run = self._need_recorder().run
                worker = self._worker
                if self._closed:
                    raise StateError("This run is closed.")
                if worker is not None and self.status.state != "failed":
                    raise StateError("This run has a living worker; there is nothing to resume.")
                self._worker = None
            if worker is not None:  # what made it fail, such as a lack of memory, may stay with it
                worker.detach()
                worker.kill()
                self._fail_futures(StateError("The run was resumed before this could act."))
            return self._start(run, self.status.epochs)

    # --- talking ---------------------------------------------------------------------------

    def call(self, command: Document, payload: bytes = b"") -> Future[Answer]:
        """Send a command; the future resolves with what became of it.

        The command's number is given here, whatever it says. The future's errors are those of the
        worker, as `netlapse.errors`; `WorkerError` where it dies before it answers.
        """
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # a command that was sent cannot be called back
        if isinstance(command, Play | Advance):
            try:
                self._need_recorder().recover()
            except NetlapseError as error:
                future.set_exception(error)
                return future
        with self._guard:
            worker = self._worker
            if worker is None:
                future.set_exception(self._no_worker())
                return future
            number = worker.next_number()
            self._futures[number] = (command, future)
            try:
                worker.send(command.model_copy(update={"command": number}), payload)
            except WorkerError as error:
                del self._futures[number]
                future.set_exception(error)
        return future

    def want(self, view: View, *, fresh: bool = False) -> None:
        """Give the worker credit for one picture; nothing where there is no worker."""
        with self._guard, contextlib.suppress(WorkerError):
            if self._worker is not None:
                self._worker.send(Want(kind="want", view=view, fresh=fresh))

    # --- ending ----------------------------------------------------------------------------

    def close(self, timeout_s: float = 10.0) -> None:
        """Pause, save the state, give the worker back and release the run. May be called twice."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            worker = self._worker
            untouched = self._was_refused or self._only_opens()
        if worker is not None:
            has_room = self._pool.has_room
            if has_room and (untouched or self._rest(timeout_s)) and worker.is_alive:
                self._drop_worker()
                self._pool.give_back(worker)
            else:
                if untouched:
                    worker.kill()  # nothing is to be saved
                worker.close(timeout_s)
                self._drop_worker()
                worker.detach()
        if self._recorder is not None:
            self._recorder.end()

    def _only_opens(self) -> bool:
        """Whether the worker has not taken the run yet, and was asked for nothing else."""
        commands = [command for command, _ in self._futures.values()]
        return len(commands) == 1 and isinstance(commands[0], Open)

    def _rest(self, timeout_s: float) -> bool:
        """Bring the worker to a stand and save where; says whether it did in time."""
        try:
            self.call(Pause(kind="pause", command=0)).result(timeout_s)
            answer = self.call(GetKeyframe(kind="get-keyframe", command=0)).result(timeout_s)
        except (NetlapseError, TimeoutError):
            return False
        state = answer.arrays["keyframe"].tobytes()
        keyframe = Keyframe(answer.step, self.status.interventions, True, state)
        self._need_recorder().save(keyframe)
        return True

    # --- the worker's side: called in its reading thread -----------------------------------

    def _on_event(self, event: Event, frame: bytes, payload: memoryview) -> None:
        recorder = self._need_recorder()
        command = self._settled(event)
        if command is None and getattr(event, "run", recorder.run) != recorder.run:
            return  # late words about the run that this worker had before
        problem = recorder.take(event, payload, command[0] if command else None)
        if problem is not None and not recorder.has_asked_to_pause:
            recorder.has_asked_to_pause = True
            self.call(Pause(kind="pause", command=0))
        if isinstance(event, Status):
            patched = recorder.patched(event)
            if patched is not event:
                event, frame = patched, encode(patched)
            with self._guard:
                self._status = event
        elif isinstance(event, Ready):
            self._ready = event
        if isinstance(event, Refused) and command is not None and isinstance(command[0], Open):
            self._fail_to_open(event)
        if command is not None:
            _settle(command[1], event, payload, problem)
        self._tell(event, frame, payload)

    def _on_exit(self, reason: str) -> None:
        with self._guard:
            status = self.status
            self._worker = None
        if not self._closed:
            died = status.model_copy(
                update={
                    "state": "worker-died",
                    "step": self._store.recorded_step(self.run),
                    "steps_per_second": 0.0,
                    "problem": ProblemPart(
                        kind="WorkerError",
                        message=reason,
                        place=f"run {self.run}",
                        remedy="Resume continues from the last step that is recorded.",
                    ),
                }
            )
            with self._guard:
                self._status = died
            self._need_recorder().take(died, memoryview(b""), None)
            self._need_recorder().flush()
            self._tell(died, encode(died), memoryview(b""))
        self._fail_futures(WorkerError(reason))

    def _settled(self, event: Event) -> tuple[Document, Future[Answer]] | None:
        if not isinstance(event, Acknowledged | Refused | Reply):
            return None
        with self._guard:
            return self._futures.pop(event.command, None)

    def _tell(self, event: Event, frame: bytes, payload: memoryview) -> None:
        with self._guard:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(event, frame, payload)
            except Exception:  # one listener's fault is not another's
                _log.exception("A listener failed on a %s.", event.kind)

    # --- within ----------------------------------------------------------------------------

    def _start(
        self, run: str, epochs: int, *, is_new: bool = False, confirmed: bool = True
    ) -> Future[Answer]:
        opened = opening(self._store, run, self._tables, confirmed=confirmed)
        worker = self._pool.take()
        with self._guard:
            self._recorder, self._ready = Recorder(self._store, run), None
            self._status = _opening_status(run, opened.command, epochs)
            self._is_new, self._was_refused = is_new, False
            self._worker = worker  # before it can say that it died
        try:
            worker.attach(self._on_event, self._on_exit)
        except WorkerError:
            with self._guard:
                self._worker = None
            raise
        self._tell(self.status, encode(self.status), memoryview(b""))
        return self.call(opened.command, opened.payload)

    def _fail_to_open(self, refused: Refused) -> None:
        """The run cannot be trained: nothing of a new one is kept, a recorded one stays."""
        update = {"state": "failed", "problem": refused.problem}
        with self._guard:
            self._status = failed = self.status.model_copy(update=update)
            self._was_refused = True
        if self._is_new:
            self._need_recorder().end(forget=True)
        self._need_recorder().take(failed, memoryview(b""), None)
        self._tell(failed, encode(failed), memoryview(b""))

    def _refuse_second(self) -> None:
        with self._guard:
            if self._closed or self._recorder is not None:
                raise StateError("A session holds one run, once.")

    def _need_recorder(self) -> Recorder:
        with self._guard:
            if self._recorder is None:
                raise StateError("No run is open in this session.")
            return self._recorder

    def _no_worker(self) -> NetlapseError:
        if self._closed:
            return StateError("This run is closed.")
        problem = self._status.problem if self._status else None
        if problem is None:
            return WorkerError("This run has no worker.")
        return WorkerError(problem.message, place=problem.place, remedy=problem.remedy)

    def _drop_worker(self) -> None:
        with self._guard:
            self._worker = None
        self._fail_futures(StateError("This run is closed."))

    def _fail_futures(self, error: NetlapseError) -> None:
        with self._guard:
            waiting, self._futures = self._futures, {}
        for _, future in waiting.values():
            future.set_exception(error)


def _settle(
    future: Future[Answer], event: Event, payload: memoryview, problem: NetlapseError | None
) -> None:
    """Resolve a future with the event that answers its command."""
    if isinstance(event, Refused):
        future.set_exception(from_problem(Problem(**event.problem.to_dict())))
    elif problem is not None:
        future.set_exception(problem)
    elif isinstance(event, Reply):
        future.set_result(Answer(event, unpack(event.buffers, payload)))
    elif isinstance(event, Acknowledged):
        future.set_result(Answer(event, {}))


def _opening_status(run: str, command: Open, epochs: int) -> Status:
    return Status(
        kind="status",
        run=run,
        state="opening",
        step=command.replay_to,
        epoch=0.0,
        epochs=epochs,
        steps_per_epoch=1,
        steps_per_second=0.0,
        interventions=len(command.interventions),
        pace=None,
        learning_rate=None,
    )


def as_payload(rows: NDArray[Any]) -> bytes:
    """Rows of raw inputs as the payload of a `Predict`: float32, little-endian."""
    return np.ascontiguousarray(rows, "<f4").tobytes()
