"""How long the body of a request may be: refused by its declared length, and while it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netlapse.errors import InputError
from netlapse.server.access import body_bytes_of
from netlapse.server.problems import TooLargeError, problem_response

SMALL = 4096
"""What a route that takes no body puts up with."""
SPEC_BYTES = 2 * 1024 * 1024
"""A spec with 5,000 drawn points takes about 0.3 MB."""
TABLE_BYTES = 64 * 1024 * 1024
IMAGES_BYTES = 128 * 1024 * 1024
CHUNK_WAIT_S = 30.0
"""How long the next part of a body may take to arrive."""


class BodyLimits:
    """Pure ASGI middleware that bounds request bodies by the limits that routes declare."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = max(SMALL, self._limit(scope))
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > limit:
            # Closing spares the other side the rest, and us the reading of it.
            answer = problem_response(_too_large(limit).problem, 413, {"Connection": "close"})
            await answer(scope, receive, send)
            return
        await self.app(scope, _bounded(receive, limit), send)

    def _limit(self, scope: Scope) -> int:
        for route in self.routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return body_bytes_of(route)
        return 0


def _bounded(receive: Receive, limit: int) -> Receive:
    seen = 0
    more = True

    async def bounded() -> Message:
        nonlocal seen, more
        if not more:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), CHUNK_WAIT_S)
        except TimeoutError:
            raise InputError("The rest of the request did not arrive in time.") from None
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            more = message.get("more_body", False)
        else:
            more = False
        if seen > limit:
            raise _too_large(limit)
        return message

    return bounded


def _too_large(limit: int) -> TooLargeError:
    size = f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit:,} bytes"
    return TooLargeError(f"This request may have at most {size}.")
