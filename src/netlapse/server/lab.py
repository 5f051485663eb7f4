"""Questions of the optimizer lab, one after the other: no second worker for what takes a moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

from netlapse.errors import StateError
from netlapse.protocol.lab import Apart
from netlapse.server.seams import Answer, Opener

MOST_WAITING = 64
"""A page that opens asks for thirteen pictures and races; there may be several pages."""
LOOK_S = 0.2
"""How often it is looked whether who asked is still there."""

IsGone = Callable[[], Awaitable[bool]]


class Lab:
    """Asks workers of the opener's pool. Lives on the event loop.

    Args:
        opener: Whose workers are asked.
    """

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def ask(self, question: Apart, is_gone: IsGone) -> Answer:
        """The answer to a question; it is given up when who asked is gone.

        Raises:
            NetlapseError: It was refused, takes too long, or nobody waits for it any more.
            StateError: Too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise StateError("The lab is busy with other races.", remedy="Try again in a moment.")
        self._waiting += 1
        gone = threading.Event()
        watching = asyncio.create_task(_watch(is_gone, gone))
        try:
            async with self._turn:
                if gone.is_set():
                    raise StateError("The question was canceled.")
                return await asyncio.to_thread(self._opener.ask, question, gone.is_set)
        finally:
            gone.set()
            watching.cancel()
            self._waiting -= 1


async def _watch(is_gone: IsGone, gone: threading.Event) -> None:
    while not await is_gone():
        await asyncio.sleep(LOOK_S)
    gone.set()
