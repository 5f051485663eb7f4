"""Commands waiting for the worker's loop."""

from __future__ import annotations

import queue
from typing import Any

Received = tuple[Any, memoryview]


class Inbox:
    """A queue that can wake the loop without a command, and knows when no more will come."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Received | None] = queue.SimpleQueue()
        self.closed = False
        self.broken = False
        """Whether it closed because something came that is no command."""

    def put(self, received: Received) -> None:
        """Add a command with its payload."""
        self._queue.put(received)

    def wake(self) -> None:
        """Let a waiting `take` return nothing."""
        self._queue.put(None)

    def close(self) -> None:
        """No more commands will come."""
        self.closed = True
        self.wake()

    def take(self, timeout_s: float | None) -> Received | None:
        """The next command; none after the timeout, or when woken. A timeout of 0 does not wait."""
        try:
            if timeout_s == 0:
                return self._queue.get_nowait()
            return self._queue.get(timeout=timeout_s)
        except queue.Empty:
            return None
