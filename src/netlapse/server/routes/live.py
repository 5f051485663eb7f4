"""The live channel."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.websockets import WebSocket

from netlapse.server.access import access
from netlapse.server.live.socket import Connection
from netlapse.server.shares import guest_of
from netlapse.server.state import studio_of

router = APIRouter(prefix="/api")


@router.websocket("/live")
@access("guest")
async def live(socket: WebSocket) -> None:
    """Viewer messages in, frames of live events out."""
    await Connection(socket, studio_of(socket).manager, guest=guest_of(socket)).serve()
