"""Security headers on every answer, and the one place that answers a fault of our own."""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netlapse.server.problems import ending, unexpected

log = logging.getLogger("netlapse.server")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; worker-src 'self'; manifest-src 'self'; connect-src 'self'{sockets}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_security_policy(host: str) -> str:
    """What the page may load and connect to: itself.

    Args:
        host: The Host header of the request, for browsers where 'self' leaves out `ws:`; anything
            that is not a plain host and port is left out.

    >>> "connect-src 'self' ws://localhost:8765 wss://localhost:8765;" in content_security_policy(
    ...     "localhost:8765"
    ... )
    True
    """
    plain = host and all(c.isalnum() or c in "-._:[]" for c in host)
    return _POLICY.format(sockets=f" ws://{host} wss://{host}" if plain else "")


class SecurityHeaders:
    """Pure ASGI middleware around everything else, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add(scope, message)
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except asyncio.CancelledError:  # the server ends, and this has taken too long
            if not started:
                await ending()(scope, receive, with_headers)
            raise
        except Exception:
            log.exception("A request to %s failed.", _told(scope["path"]))
            if not started:
                await unexpected()(scope, receive, with_headers)


def _told(path: str) -> str:
    """A path as it may stand in a log: without the token of a link."""
    return "/s/…" if path.startswith("/s/") else path


def _add(scope: Scope, message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in FIXED.items():
        headers.setdefault(name, value)
    policy = content_security_policy(Headers(scope=scope).get("host", ""))
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("Cache-Control", "no-store")
