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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import NetlapseError, StateError, WorkerError
from netlapse.protocol.frames import encode
from netlapse.protocol.landscape import Landscape
from netlapse.protocol.messages import (
    Advance,
    Event,
    GetKeyframe,
    Open,
    Pause,
    Play,
    Ready,
    Refused,
    Reply,
    Status,
    Want,
)
from netlapse.protocol.views import View
from netlapse.record.contract import Keyframe, Store
from netlapse.session.answers import Answer, sent, settle
from netlapse.session.kin import Kin
from netlapse.session.line import Line, fail
from netlapse.session.opening import opening
from netlapse.session.past import PastSteps
from netlapse.session.path import with_path
from netlapse.session.pool import WorkerPool
from netlapse.session.recorder import Recorder
from netlapse.session.states import died_status, failed_status, opening_status
from netlapse.spec.base import Document
from netlapse.spec.document import Spec

Listener = Callable[[Event, bytes, memoryview], None]
"""Gets every event of the run: the message, the frame it came in, the frame's payload. It is called
in the session's reading thread and must return quickly: hand work over, never wait."""

_log = logging.getLogger("netlapse.session")


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
        self._line = Line(self._guard, self._no_worker)
        self._listeners: list[Listener] = []
        self._recorder: Recorder | None = None
        self._status: Status | None = None
        self._ready: Ready | None = None
        self._is_new = False
        self._was_refused = False
        self._closed = False
        self._past = PastSteps(
            store,
            interventions=lambda: self.status.interventions,
            send=lambda command, payload: self._send(command, payload, sent()),
            no_worker=self._no_worker,
        )

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
    def kin(self) -> Kin | None:
        """Of the run; none where there is no worker."""
        with self._guard:
            return self._line.worker.kin if self._line.worker else None

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
            return self._line.worker.pid if self._line.worker else None

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hand every event to a listener from now on; gives the function that ends it."""
        with self._guard:
            self._listeners.append(listener)

        def remove() -> None:
            with self._guard, contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return remove

    # --- opening ---------------------------------------------------------------------------

    def open(
        self, spec: Spec, *, confirmed: bool = False, edited_from: str | None = None
    ) -> Future[Answer]:
        """Start a new run at step 0; `run` is known on return. `edited_from` is the run whose spec
        was edited into this one.

        The future is refused with a `SpecError` or `DataError` where the spec cannot be trained,
        with a `ConfirmationError` where it takes much memory and is not confirmed; nothing is
        recorded then.
        """
        self._refuse_second()
        run = self._store.create(spec, edited_from=edited_from)
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
                worker = self._line.worker
                if self._closed:
                    raise _over()
                if worker is not None and self.status.state != "failed":
                    raise StateError("This run has a living worker; there is nothing to resume.")
                self._line.worker = None
            if worker is not None:  # what made it fail, such as a lack of memory, may stay with it
                worker.detach()
                worker.kill()
                fail(self._line.cut(), StateError("The run was resumed before this could act."))
            return self._start(run, self.status.epochs)

    # --- talking ---------------------------------------------------------------------------

    def call(self, command: Document, payload: bytes = b"") -> Future[Answer]:
        """Send a command; the future resolves with what became of it.

        The command's number is given here, whatever it says. The future's errors are those of the
        worker, as `netlapse.errors`; `WorkerError` where it dies before it answers.
        """
        future = sent()
        if isinstance(command, Landscape) and command.plane == "path":
            return self._past.when_read(lambda: self._with_path(command, future), future)
        return self._call(command, payload, future)

    def _with_path(self, command: Landscape, future: Future[Answer]) -> Callable[[], object]:
        asked, payload = with_path(self._store, self.run, command)
        return lambda: self._call(asked, payload, future)

    def _call(self, command: Document, payload: bytes, future: Future[Answer]) -> Future[Answer]:
        at: int | None = getattr(command, "at", None)
        if at is None:
            return self._send(command, payload, future)
        return self._past.when_there(at, future, lambda _: self._send(command, payload, future))

    def _send(self, command: Document, payload: bytes, future: Future[Answer]) -> Future[Answer]:
        if isinstance(command, Play | Advance):
            try:
                self._need_recorder().recover()
            except NetlapseError as error:
                future.set_exception(error)
                return future
        return self._line.send(command, payload, future)

    def want(self, view: View, *, fresh: bool = False) -> None:
        """Give the worker credit for one picture; nothing where there is no worker."""
        want = Want(kind="want", view=view, fresh=fresh)
        if view.at is None:
            self._line.want(want)
        else:
            self._past.when_told(view.at, nearest=view.nearest, then=lambda: self._line.want(want))

    def recall(self, at: int) -> Future[Answer]:
        """Reach a past step, so that questions and views with this `at` are answered at once.

        The future is refused with a `StateError` where the record does not reach so far, or another
        step is recalled before this one is reached.
        """
        future = sent()
        return self._past.when_there(at, future, future.set_result)

    def forget(self) -> None:
        """Nobody looks at the past any more: what is on its way there ends."""
        self._past.forget()

    # --- ending ----------------------------------------------------------------------------

    def close(self, timeout_s: float = 10.0) -> None:
        """Pause, save the state, give the worker back and release the run. May be called twice."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            worker = self._line.worker
            opens, status = self._line.only_opens(), self._status
            untouched = self._was_refused or (opens and status is not None and status.step == 0)
            compiles = status is not None and status.state == "compiling"
        if worker is not None:
            may_stay = untouched or not (opens or compiles)
            if may_stay and (untouched or self._rest(timeout_s)) and worker.is_alive:
                fail(self._line.cut(), _over())
                self._pool.give_back(worker)
            else:
                if opens:
                    worker.kill()  # it re-runs recorded steps: nothing is to be saved
                worker.close(timeout_s)
                fail(self._line.cut(), _over())
                worker.detach()
        self._past.close()
        if self._recorder is not None:
            self._recorder.end()

    def _rest(self, timeout_s: float) -> bool:
        """Bring the worker to a stand and save where; says whether it did in time."""
        try:
            self.call(Pause(kind="pause", command=0)).result(timeout_s)
            answer = self.call(GetKeyframe(kind="get-keyframe", command=0)).result(timeout_s)
        except (NetlapseError, TimeoutError):
            return False
        state = answer.arrays["keyframe"].tobytes()
        assert isinstance(answer.event, Reply)
        seconds = answer.event.values["seconds"]
        keyframe = Keyframe(answer.step, self.status.interventions, True, state, seconds)
        self._need_recorder().save(keyframe)
        return True

    # --- the worker's side: called in its reading thread -----------------------------------

    def _on_event(self, event: Event, frame: bytes, payload: memoryview) -> None:
        recorder = self._need_recorder()
        command = self._line.answered(event)
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
            settle(command[1], event, payload, problem)
        self._tell(event, frame, payload)

    def _on_exit(self, reason: str) -> None:
        with self._guard:
            status = self.status
            # Cut now: who hears of it may resume at once, and ask the next worker.
            unanswered = self._line.cut()
        if not self._closed:
            died = died_status(status, self._store.recorded_step(self.run), reason)
            with self._guard:
                self._status = died
            self._need_recorder().take(died, memoryview(b""), None)
            self._need_recorder().flush()
            self._tell(died, encode(died), memoryview(b""))
        fail(unanswered, _over() if self._closed else WorkerError(reason))

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
        worker = self._pool.take(opened.kin)
        with self._guard:
            worker.kin = opened.kin
            self._recorder, self._ready = Recorder(self._store, run), None
            self._status = opening_status(opened.command, epochs)
            self._is_new, self._was_refused = is_new, False
            self._line.worker = worker  # before it can say that it died
            self._past.begin(run)
        try:
            worker.attach(self._on_event, self._on_exit)
        except WorkerError:
            with self._guard:
                self._line.worker = None
            raise
        self._tell(self.status, encode(self.status), memoryview(b""))
        return self.call(opened.command, opened.payload)

    def _fail_to_open(self, refused: Refused) -> None:
        """The run cannot be trained: nothing of a new one is kept, a recorded one stays."""
        with self._guard:
            self._status = failed = failed_status(self.status, refused.problem)
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

    def _no_worker(self, error: WorkerError | None = None) -> NetlapseError:
        if self._closed:
            return _over()
        if error is not None:
            return error
        problem = self._status.problem if self._status else None
        if problem is None:
            return WorkerError("This run has no worker.")
        return WorkerError(problem.message, place=problem.place, remedy=problem.remedy)


def _over() -> StateError:
    return StateError("This run is closed.")


def as_payload(rows: NDArray[Any]) -> bytes:
    """Rows of raw inputs as the payload of a `Predict`: float32, little-endian."""
    return np.ascontiguousarray(rows, "<f4").tobytes()
