"""Questions that are about no run: a worker of the pool is borrowed, asked, and given back."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future

from netlapse.errors import InputError, StateError, WorkerError
from netlapse.protocol.lab import Apart
from netlapse.protocol.messages import Event, Refused, Reply
from netlapse.session.answers import Answer, settle
from netlapse.session.pool import WorkerPool

LIMIT_S = 60.0
"""How long an answer may take: starting a worker and compiling come first."""
GRACE_S = 1.0
"""A canceled question is answered within so long, or its worker is ended with it: most are, and a
new worker would take longer."""
_LOOK_S = 0.05


def ask(
    pool: WorkerPool,
    question: Apart,
    *,
    limit_s: float = LIMIT_S,
    is_canceled: Callable[[], bool] = lambda: False,
) -> Answer:
    """The answer of a worker, which is free for others afterwards; waits for it.

    Args:
        pool: Where the worker comes from, and goes back to.
        question: What is asked; its number is given here.
        limit_s: How long to wait.
        is_canceled: Asked while waiting.

    Raises:
        NetlapseError: The worker refuses, with its reason.
        InputError: It takes longer than the limit.
        StateError: It was canceled, or the pool is closed.
        WorkerError: No worker can be started, or it died.
    """
    worker = pool.take()
    number = worker.next_number()
    answered: Future[Answer] = Future()

    def hear(event: Event, frame: bytes, payload: memoryview) -> None:
        del frame
        if not isinstance(event, Reply | Refused) or event.command != number:
            return  # late words about the run that this worker had before
        settle(answered, event, payload)

    def die(reason: str) -> None:
        if not answered.done():
            answered.set_exception(WorkerError(reason))

    try:
        worker.attach(hear, die)
        worker.send(question.model_copy(update={"command": number}))
        return _waited(answered, limit_s, is_canceled)
    finally:
        if answered.done():
            pool.give_back(worker)
        else:
            worker.detach()
            worker.kill()


def _waited(answered: Future[Answer], limit_s: float, is_canceled: Callable[[], bool]) -> Answer:
    until, canceled = time.monotonic() + limit_s, False
    while time.monotonic() < until:
        try:
            return answered.result(_LOOK_S)
        except TimeoutError:
            if is_canceled() and not canceled:
                until, canceled = min(until, time.monotonic() + GRACE_S), True
    if canceled:
        raise StateError("The question was canceled.")
    raise InputError(f"This took longer than {limit_s:g} s.", remedy="Ask for less.")
