"""What waits to be sent to one viewer: bounded by its shape, newer replaces older."""

from __future__ import annotations

import asyncio
from collections import deque

MAX_PICTURES = 2
KINDS = ("gone", "ready", "status", "differs", "refused", "recalling", "surveying", "timeline")
"""Of these the newest is kept; they go out in this order, before pictures."""


class Outbox:
    """One newest frame of each kind, and the two newest pictures.

    >>> outbox = Outbox()
    >>> for frame in (b"one", b"two", b"three"):
    ...     outbox.put("picture", frame)
    >>> outbox.put("status", b"training")
    >>> outbox.take_now(), outbox.take_now(), outbox.take_now(), outbox.take_now()
    (b'training', b'two', b'three', None)
    """

    def __init__(self) -> None:
        self._newest: dict[str, bytes] = {}
        self._pictures: deque[bytes] = deque(maxlen=MAX_PICTURES)
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._newest) + len(self._pictures)

    def put(self, kind: str, frame: bytes) -> None:
        """Leave a frame; one of the same kind that was not sent yet is dropped."""
        if kind == "picture":
            self._pictures.append(frame)
        else:
            self._newest[kind] = frame
        self._filled.set()

    def drop_pictures(self) -> None:
        """Drop what answers a view: the viewer has turned to another one of the same run."""
        self._pictures.clear()
        self._newest.pop("recalling", None)

    def clear(self) -> None:
        """Drop everything: it is about a run that the viewer no longer watches."""
        self._newest.clear()
        self._pictures.clear()
        self._filled.clear()

    def take_now(self) -> bytes | None:
        """The next frame; none where nothing waits."""
        for kind in KINDS:
            if kind in self._newest:
                return self._newest.pop(kind)
        return self._pictures.popleft() if self._pictures else None

    async def take(self) -> bytes:
        """The next frame, when there is one."""
        while (frame := self.take_now()) is None:
            self._filled.clear()
            await self._filled.wait()
        return frame
