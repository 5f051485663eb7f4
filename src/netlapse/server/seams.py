"""What the server needs of an open run: `netlapse.session.Session` has it, and so has a fake."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from numpy.typing import NDArray

from netlapse.protocol.lab import Apart
from netlapse.protocol.messages import Acknowledged, Event, Ready, Reply, Status
from netlapse.protocol.views import View
from netlapse.session.kin import Kin
from netlapse.spec.base import Document
from netlapse.spec.document import Spec

Listener = Callable[[Event, bytes, memoryview], None]


class Answer(Protocol):
    """What became of a command."""

    @property
    def event(self) -> Acknowledged | Reply:
        """The worker's answer."""
        ...

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of a reply, by name."""
        ...


class OpenRun(Protocol):
    """A run in a worker. Methods may be called from any thread; only `close` waits."""

    @property
    def run(self) -> str:
        """The id of the run."""
        ...

    @property
    def kin(self) -> Kin | None:
        """Says which runs have the same programs."""
        ...

    @property
    def status(self) -> Status:
        """The newest status."""
        ...

    @property
    def ready(self) -> Ready | None:
        """What is known of the program since the run was opened; none before."""
        ...

    def call(self, command: Document, payload: bytes = b"") -> Future[Any]:
        """Send a command; the future resolves to an `Answer`, or to the worker's error."""
        ...

    def want(self, view: View, *, fresh: bool = False) -> None:
        """Give the worker credit for one picture."""
        ...

    def forget(self) -> None:
        """Nobody looks at a past step any more."""
        ...

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear every event after it is in the record; gives the way to stop."""
        ...

    def resume(self) -> Future[Any]:
        """Open the run again in a new worker."""
        ...

    def close(self, timeout_s: float = 10.0) -> None:
        """Pause, save the state, let go of worker and record."""
        ...


class Opener(Protocol):
    """Opens runs. Each gives the run and the future of its first acknowledgment."""

    def create(
        self, spec: Spec, *, confirmed: bool, edited_from: str | None
    ) -> tuple[OpenRun, Future[Any]]:
        """Start a new run, paused at step 0."""
        ...

    def open(self, run: str) -> tuple[OpenRun, Future[Any]]:
        """Open a recorded run, paused at its recorded step."""
        ...

    def ask(self, question: Apart, is_canceled: Callable[[], bool]) -> Answer:
        """The answer to a question that is about no run; waits for it."""
        ...

    def refill(self) -> None:
        """Start a spare worker where there is none; does not wait."""
        ...

    def close(self) -> None:
        """End the spare workers."""
        ...
