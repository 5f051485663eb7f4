"""What became of a command: its answer, and the future that waits for it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from netlapse.errors import NetlapseError, Problem, from_problem
from netlapse.protocol.frames import unpack
from netlapse.protocol.messages import Acknowledged, Event, Refused, Reply


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


def sent() -> Future[Answer]:
    """The future of a command, which cannot be called back."""
    future: Future[Answer] = Future()
    future.set_running_or_notify_cancel()
    return future


def settle(
    future: Future[Answer],
    event: Event,
    payload: memoryview,
    problem: NetlapseError | None = None,
) -> None:
    """Resolve a future with the event that answers its command.

    Args:
        future: Of the command.
        event: The answer.
        payload: Its bytes.
        problem: Why the record could not take it; none where it could.
    """
    if isinstance(event, Refused):
        future.set_exception(from_problem(Problem(**event.problem.to_dict())))
    elif problem is not None:
        future.set_exception(problem)
    elif isinstance(event, Reply):
        future.set_result(Answer(event, unpack(event.buffers, payload)))
    elif isinstance(event, Acknowledged):
        future.set_result(Answer(event, {}))
