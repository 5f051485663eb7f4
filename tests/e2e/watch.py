"""What a page must never do: ask elsewhere, break its own policy, fail in the console."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_ANSWER = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
_LOST = re.compile(
    r"^Failed to load resource: (net::ERR_CONNECTION|the server responded with a status of 503)"
    r"|^WebSocket connection to"
)


class Watch:
    """Notes what goes wrong in the pages of the contexts it follows."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.requests: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expects_refusals(self) -> None:
        """From here on the server refuses things, which the browser writes to the console."""
        self._expected.append(_ANSWER)

    def expects_lost_server(self) -> None:
        """From here on the server may be gone."""
        self._expected.append(_LOST)

    def follow(self, context: BrowserContext, url: str) -> None:
        """Watch all pages of a context that is for one Studio."""
        home = urlsplit(url).netloc

        def on_request(request: Request) -> None:
            self.requests.append(request.url)
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and parts.netloc != home:
                self.problems.append(f"a request to another origin: {request.url}")

        def on_console(message: ConsoleMessage) -> None:
            if message.type not in ("error", "warning"):
                return
            if any(pattern.search(message.text) for pattern in self._expected):
                return
            place = urlsplit(message.location.get("url", "")).path
            self.problems.append(f"console {message.type}: {message.text} ({place})")

        def on_page(page: Page) -> None:
            page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
            page.on("websocket", lambda socket: self._socket(socket.url, home))

        context.on("request", on_request)
        context.on("console", on_console)
        context.on("page", on_page)

    def _socket(self, url: str, home: str) -> None:
        self.requests.append(url)
        if urlsplit(url).netloc != home:
            self.problems.append(f"a socket to another origin: {url}")
