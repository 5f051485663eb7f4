"""A scripted viewer: subscribes to what the Studio's page shows and grants credit by the clock."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.studio import Studio

CREDITS_PER_SECOND = 30


class ScriptedViewer:
    """Watches a view of a run in a thread of its own, from `with` to its end."""

    def __init__(self, studio: Studio, run: str, view: dict[str, Any]) -> None:
        self._studio = studio
        self._run = run
        self._view = view
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._watch()))
        self.pictures = 0
        self._started = 0.0
        self.seconds = 0.0

    @property
    def pictures_per_second(self) -> float:
        """As they came."""
        return self.pictures / self.seconds

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.seconds = time.perf_counter() - self._started

    async def _watch(self) -> None:
        address = f"ws://{urlsplit(self._studio.url).netloc}/api/live"
        async with connect(
            address,
            origin=self._studio.origin,  # type: ignore[arg-type]
            additional_headers={"Authorization": f"Bearer {self._studio.token}"},
            max_size=None,
            proxy=None,
        ) as socket:
            message = {"kind": "subscribe", "run": self._run, "view": self._view}
            await socket.send(json.dumps(message))
            reading = asyncio.create_task(self._read(socket))
            due = time.perf_counter()
            while not self._stop.is_set():
                await socket.send(json.dumps({"kind": "credit", "count": 1}))
                due += 1 / CREDITS_PER_SECOND
                await asyncio.sleep(max(0, due - time.perf_counter()))
            reading.cancel()

    async def _read(self, socket: ClientConnection) -> None:
        async for frame in socket:
            assert isinstance(frame, bytes)
            self.pictures += frame[4:24].startswith(b'{"kind":"picture"')
