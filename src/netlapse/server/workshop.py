"""Heavy work beside the event loop: in few threads, each piece with a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from netlapse.errors import InputError, StateError

THREADS = 2
MAX_WAITING = 16
LIMIT_S = 60.0

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Workshop:
    """Runs blocking functions in a small pool of threads.

    A thread cannot be stopped; work that runs over its time keeps its thread and only its caller
    goes on, so that all work together stays bounded.
    """

    def __init__(self, threads: int = THREADS, limit_s: float = LIMIT_S) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="netlapse-work")
        self._limit_s = limit_s
        self._pending = 0

    async def run(
        self,
        work: Callable[Parameters, Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Result:
        """The result of `work(*arguments)`.

        Raises:
            InputError: It takes longer than the limit.
            StateError: Too much waits already.
        """
        if self._pending >= MAX_WAITING:
            raise StateError("The Studio is busy with other data.", remedy="Try again in a moment.")
        self._pending += 1
        future = self._pool.submit(work, *arguments, **named)
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _tell(loop, self._finished))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._limit_s)
        except TimeoutError:
            raise InputError(
                f"This took longer than {self._limit_s:g} s.", remedy="Use less data."
            ) from None

    def _finished(self) -> None:
        self._pending -= 1

    def close(self) -> None:
        """Drop what waits; what runs ends on its own."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(what)
