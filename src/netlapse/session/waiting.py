"""Waiting until a run stands still, with its progress on the way."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from netlapse.errors import NetlapseError, Problem, from_problem
from netlapse.protocol.messages import Event, Status
from netlapse.session.session import Session
from netlapse.session.states import MOVING

REPORT_S = 0.1
_OVER = ("worker-died", "failed")
RECENT_S = 5.0
"""The time left is estimated from the speed of so many last seconds."""


@dataclass(frozen=True)
class Progress:
    """How far a training is."""

    step: int
    target: int
    """The step at which it will stop, as far as is known."""
    epoch: float
    epochs: int
    loss: float | None
    """Loss of the newest recorded step's batch; none before the first."""
    steps_per_second: float
    """Over the last seconds."""
    seconds: float
    """Since training began."""
    seconds_left: float | None
    """At this speed; none where it is not yet known."""


OnProgress = Callable[[Progress], None]


class Speedometer:
    """Steps per second over the last seconds, and what is left at that speed.

    >>> meter = Speedometer()
    >>> meter.note(0.0, 0), meter.note(1.0, 50), meter.note(2.0, 100)
    (0.0, 50.0, 50.0)
    >>> meter.seconds_left(400)
    6.0
    """

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def note(self, now_s: float, step: int) -> float:
        """Take in where the training is; gives the steps per second."""
        self._points.append((now_s, step))
        while len(self._points) > 2 and now_s - self._points[0][0] > RECENT_S:
            self._points.popleft()
        return self._speed()

    def seconds_left(self, target: int) -> float | None:
        """Seconds until a step; none where nothing moves yet."""
        speed = self._speed()
        if not self._points or speed <= 0:
            return None
        return max(0.0, (target - self._points[-1][1]) / speed)

    def _speed(self) -> float:
        (began, first), (ended, last) = self._points[0], self._points[-1]
        return (last - first) / (ended - began) if ended > began else 0.0


class Rest:
    """Knows when the run of a session stands still."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changed = threading.Condition()
        self.stop_listening = session.listen(self._take)

    def _take(self, event: Event, frame: bytes, payload: memoryview) -> None:
        del frame, payload
        if isinstance(event, Status):
            with self._changed:
                self._changed.notify_all()

    @property
    def is_reached(self) -> bool:
        """Whether nothing goes on in the worker."""
        return self._session.status.state not in MOVING

    def wait(self, timeout_s: float | None = None, *, interventions: int = 0) -> bool:
        """Wait until the run stands still and so many interventions have acted, or it failed; says
        whether it does."""

        def is_reached() -> bool:
            status = self._session.status
            acted = status.interventions >= interventions or status.state in _OVER
            return self.is_reached and acted

        with self._changed:
            return self._changed.wait_for(is_reached, timeout_s)

    def wait_with_progress(self, target: int, on_progress: OnProgress | None) -> None:
        """Wait until the run stands still, telling how far it is about ten times a second."""
        began = time.monotonic()
        meter = Speedometer()
        meter.note(began, self._session.status.step)
        while not self.wait(REPORT_S):
            if on_progress is not None:
                on_progress(self._progress(meter, target, began))
        if on_progress is not None:
            on_progress(self._progress(meter, target, began))

    def _progress(self, meter: Speedometer, target: int, began: float) -> Progress:
        session = self._session
        status = session.status
        newest = session.store.metrics(session.run, session.store.recorded_step(session.run))
        step = max(status.step, newest.last_step)
        now = time.monotonic()
        speed = meter.note(now, step)
        loss = float(newest.loss[-1]) if len(newest.loss) else None
        return Progress(
            step=step,
            target=target,
            epoch=status.epoch + (step - status.step) / status.steps_per_epoch,
            epochs=status.epochs,
            loss=loss,
            steps_per_second=speed,
            seconds=now - began,
            seconds_left=meter.seconds_left(target),
        )


def steps_to_end(status: Status) -> int:
    """Steps until the epochs are done, with the present batch size."""
    epochs = max(0.0, status.epochs - status.epoch)
    return math.ceil(round(epochs * status.steps_per_epoch, 6))


def failure(status: Status) -> NetlapseError | None:
    """Why the run stands still, where something went wrong."""
    if status.problem is None:
        return None
    return from_problem(Problem(**status.problem.to_dict()))
