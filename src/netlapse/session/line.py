"""The line to a worker: commands go out with a number, and their futures wait for the answers."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future

from netlapse.errors import NetlapseError, WorkerError
from netlapse.protocol.messages import Acknowledged, Event, Open, Refused, Reply, Want
from netlapse.session.answers import Answer
from netlapse.session.worker_process import WorkerProcess
from netlapse.spec.base import Document

Waiting = tuple[Document, Future[Answer]]
"""A command that is not answered yet."""


class Line:
    """The commands of one session to its worker, whichever that is.

    Args:
        guard: Held while the worker changes: the session's.
        why_none: Why there is no worker, where there is none; asked with what a dead one says.

    Attributes:
        worker: The worker; none where there is none.
    """

    def __init__(
        self, guard: threading.RLock, why_none: Callable[[WorkerError | None], NetlapseError]
    ) -> None:
        self._guard, self._why_none = guard, why_none
        self.worker: WorkerProcess | None = None
        self._waiting: dict[int, Waiting] = {}

    def send(self, command: Document, payload: bytes, future: Future[Answer]) -> Future[Answer]:
        """Send a command under the next number; gives its future."""
        with self._guard:
            worker = self.worker
            if worker is None:
                future.set_exception(self._why_none(None))
                return future
            number = worker.next_number()
            self._waiting[number] = (command, future)
            try:
                worker.send(command.model_copy(update={"command": number}), payload)
            except WorkerError as error:
                del self._waiting[number]
                future.set_exception(self._why_none(error))
        return future

    def want(self, want: Want) -> None:
        """Ask for a picture; nothing where there is no worker."""
        with self._guard, contextlib.suppress(WorkerError):
            if self.worker is not None:
                self.worker.send(want)

    def answered(self, event: Event) -> Waiting | None:
        """The command that an event answers, and its future, which waits no longer."""
        if not isinstance(event, Acknowledged | Refused | Reply):
            return None
        with self._guard:
            return self._waiting.pop(event.command, None)

    def only_opens(self) -> bool:
        """Whether the worker has not taken the run yet, and was asked for nothing else."""
        commands = [command for command, _ in self._waiting.values()]
        return len(commands) == 1 and isinstance(commands[0], Open)

    def cut(self) -> list[Future[Answer]]:
        """There is no worker any more; gives the futures that would wait for it in vain."""
        with self._guard:
            self.worker = None
            waiting, self._waiting = self._waiting, {}
        return [future for _, future in waiting.values()]


def fail(futures: list[Future[Answer]], error: NetlapseError) -> None:
    """Refuse all of them."""
    for future in futures:
        future.set_exception(error)
