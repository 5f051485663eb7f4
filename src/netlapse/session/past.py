"""Past steps of a session's run: the worker stands at one at a time, and is told here at which."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from netlapse.errors import NetlapseError, StateError
from netlapse.protocol.messages import Forget
from netlapse.record.contract import Store
from netlapse.session.answers import Answer
from netlapse.session.opening import recall
from netlapse.spec.base import Document

_log = logging.getLogger("netlapse.session")


class PastSteps:
    """Brings the worker to past steps, in a thread of its own: nobody waits for the disk.

    Args:
        store: Where the run is recorded.
        interventions: How many have acted on the run now.
        send: Sends a command with its payload to the worker.
        no_worker: Why nothing can be sent any more.
    """

    def __init__(
        self,
        store: Store,
        interventions: Callable[[], int],
        send: Callable[[Document, bytes], Future[Answer]],
        no_worker: Callable[[], NetlapseError],
    ) -> None:
        self._store = store
        self._interventions = interventions
        self._send = send
        self._no_worker = no_worker
        self._run = ""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="netlapse-past")
        self._recalled: tuple[tuple[int, bool, int], Future[Answer]] | None = None
        """What the worker was last told to recall, and what came of it."""

    def begin(self, run: str) -> None:
        """A worker opens the run; it knows of no past step."""
        self._run, self._recalled = run, None

    def when_there(
        self, at: int, future: Future[Answer], then: Callable[[Answer], object]
    ) -> Future[Answer]:
        """Call `then` when the worker stands at a step.

        Gives `future`, which is refused with a `StateError` where the record does not reach so far,
        or another step is recalled before this one is reached.
        """

        def go_on(reached: Future[Answer]) -> None:
            error = reached.exception()
            if error is not None:
                future.set_exception(error)
            else:
                then(reached.result())

        self._later(lambda: self._recall(at, nearest=False).add_done_callback(go_on), future)
        return future

    def when_told(self, at: int, *, nearest: bool, then: Callable[[], None]) -> None:
        """Call `then` when the worker is on its way to a step, or to the keyframe before it."""

        def tell() -> None:
            self._recall(at, nearest=nearest)
            then()

        self._later(tell)

    def when_read(
        self, read: Callable[[], Callable[[], object]], future: Future[Answer]
    ) -> Future[Answer]:
        """Read something of the record, and then call what comes of it; gives `future`, which is
        refused where the record cannot be read."""

        def go_on() -> None:
            read()()

        self._later(go_on, future)
        return future

    def forget(self) -> None:
        """Nobody looks at the past any more: what is on its way there ends."""

        def end() -> None:
            if self._recalled is not None:
                self._recalled = None
                self._send(Forget(kind="forget"), b"")

        self._later(end)

    def close(self) -> None:
        """Drop what waits; does not wait."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _later(self, work: Callable[[], None], future: Future[Answer] | None = None) -> None:
        def safely() -> None:
            try:
                work()
            except Exception as error:  # nobody else would ever answer
                if future is not None:
                    future.set_exception(error)
                else:
                    _log.info("Run %s cannot show the past: %s", self._run, error)

        try:
            self._thread.submit(safely)
        except RuntimeError:  # closed meanwhile
            if future is not None:
                future.set_exception(self._no_worker())

    def _recall(self, at: int, *, nearest: bool) -> Future[Answer]:
        """Tell the worker to stand at a past step, where it does not."""
        key = (at, nearest, self._interventions())
        known = self._recalled
        if known is not None and known[0] == key and not (known[1].done() and known[1].exception()):
            return known[1]
        recorded = self._store.recorded_step(self._run)
        if at > recorded:
            raise StateError(
                f"The record ends at step {recorded:,}, before step {at:,}.",
                place=f"run {self._run}",
            )
        reached = self._send(*recall(self._store, self._run, at, nearest=nearest))
        self._recalled = key, reached
        return reached
