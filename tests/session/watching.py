"""Waiting for what a session does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from netlapse.protocol.messages import Event, Status
from netlapse.session.session import Session

TIMEOUT_S = 60.0


class Watch:
    """Keeps all events and waits for one."""

    def __init__(self, session: Session) -> None:
        self.events: list[Any] = []
        self.frames: list[bytes] = []
        self._changed = threading.Condition()
        self.remove = session.listen(self._take)

    def _take(self, event: Event, frame: bytes, payload: memoryview) -> None:
        with self._changed:
            self.events.append(event)
            self.frames.append(frame)
            self._changed.notify_all()

    def wait(self, condition: Callable[[Any], bool]) -> Any:
        """The first event, of all so far and to come, that meets a condition."""

        def found() -> Any:
            return next((event for event in self.events if condition(event)), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, TIMEOUT_S), self.events[-3:]
            return found()

    def wait_state(self, *states: str, step: int = 0) -> Status:
        """The first status with one of some states, at a step or later."""
        return self.wait(
            lambda event: event.kind == "status" and event.state in states and event.step >= step
        )
