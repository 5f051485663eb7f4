"""The WebSocket of one viewer: text in, frames out, and an end for those who misbehave or stall."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from pydantic import TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from netlapse.errors import NetlapseError
from netlapse.protocol.frames import encode
from netlapse.protocol.messages import (
    Credit,
    Gone,
    ProblemPart,
    Refused,
    Subscribe,
    ViewerMessage,
)
from netlapse.server.live.channel import Channel
from netlapse.server.live.viewer import Viewer
from netlapse.server.manager import Manager
from netlapse.server.shares import Guest
from netlapse.spec.base import spec_error

MAX_MESSAGE_BYTES = 16 * 1024
MESSAGES_PER_SECOND = 240
BURST = 480
STALL_S = 20.0
"""How long a viewer may leave a frame unread."""

log = logging.getLogger("netlapse.server")

_POLICY_VIOLATION = 1008
_FAULT = 1011
_TRY_AGAIN_LATER = 1013
_MESSAGES: TypeAdapter[Subscribe | Credit] = TypeAdapter(ViewerMessage)


class _Bucket:
    """How many messages may still come: a steady rate, with room for a burst."""

    def __init__(self) -> None:
        self._left, self._at = float(BURST), time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * MESSAGES_PER_SECOND) - 1
        self._at = now
        return self._left >= 0


class Connection:
    """One viewer on one socket.

    Args:
        socket: The socket, not yet accepted.
        manager: Knows the runs.
        stall_s: How long a frame may stay unread.
        guest: Who came by a link, and may watch its run alone; none for the owner.
    """

    def __init__(
        self,
        socket: WebSocket,
        manager: Manager,
        stall_s: float = STALL_S,
        guest: Guest | None = None,
    ) -> None:
        self._socket = socket
        self._manager = manager
        self._guest = guest
        self._stall_s = stall_s
        self._viewer = Viewer()
        self._channel: Channel | None = None

    async def serve(self) -> None:
        """Read and write until either side ends it."""
        await self._socket.accept()
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        if self._guest is not None:
            tasks.append(asyncio.create_task(self._guard(self._guest)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if error := task.exception():
                    log.error("A live channel failed.", exc_info=error)
            code = next((task.result() for task in done if not task.exception()), _FAULT)
        finally:
            self._leave()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if code is not None and self._socket.application_state is WebSocketState.CONNECTED:
            with suppress(RuntimeError, OSError, TimeoutError, WebSocketDisconnect):
                # A stalled socket takes no closing frame either; the transport is cut instead.
                await asyncio.wait_for(self._socket.close(code), 1)

    async def _write(self) -> int | None:
        while True:
            frame = await self._viewer.outbox.take()
            try:
                await asyncio.wait_for(self._socket.send_bytes(frame), self._stall_s)
            except TimeoutError:
                return _TRY_AGAIN_LATER
            except (WebSocketDisconnect, RuntimeError, OSError):
                return None

    async def _guard(self, guest: Guest) -> int | None:
        """Return when the guest's link no longer holds, after saying so."""
        while runs := await guest.runs():
            if self._channel is not None and self._channel.run not in runs:
                break
            await guest.changed()
        gone = encode(Gone(kind="gone", run=self._channel.run if self._channel else ""))
        self._leave()
        with suppress(WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
            await asyncio.wait_for(self._socket.send_bytes(gone), 1)
        return _POLICY_VIOLATION

    async def _read(self) -> int | None:
        bucket = _Bucket()
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            text = message.get("text")
            if text is None or len(text) > MAX_MESSAGE_BYTES or not bucket.take():
                return _POLICY_VIOLATION
            await self._take(text)

    async def _take(self, text: str) -> None:
        try:
            match _MESSAGES.validate_json(text):
                case Subscribe() as message:
                    await self._subscribe(message)
                case Credit(count=count):
                    if self._channel is not None:
                        self._channel.grant(self._viewer, count)
        except ValidationError as error:
            self._refuse(spec_error(error, None))
        except NetlapseError as error:
            self._refuse(error)

    async def _subscribe(self, message: Subscribe) -> None:
        if self._guest is not None and message.run not in await self._guest.runs():
            self._viewer.outbox.put("gone", encode(Gone(kind="gone", run=message.run)))
            return
        if self._channel is not None and self._channel.run != message.run:
            self._leave(replaced=True)
        channel = await self._manager.watch(message.run)
        if channel is None:
            self._viewer.outbox.clear()
            self._viewer.outbox.put("gone", encode(Gone(kind="gone", run=message.run)))
            return
        self._channel = channel
        channel.join(self._viewer, message.view)

    def _leave(self, *, replaced: bool = False) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.leave(self._viewer)
            self._manager.left(channel.run, replaced=replaced)

    def _refuse(self, error: NetlapseError) -> None:
        problem = ProblemPart(**error.as_dict())
        self._viewer.outbox.put(
            "refused", encode(Refused(kind="refused", command=0, problem=problem))
        )
