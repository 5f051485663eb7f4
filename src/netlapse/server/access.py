"""Who may call: host, origin and token, before any route is looked at, HTTP and WebSocket alike.

The order of the checks is Host (against DNS rebinding), Origin and Sec-Fetch-Site (against other
pages in the same browser), token (against other users and programs of the machine). Who has no
token but came by a link may look at its run, through the routes that say so. A route without a
declared policy ends the start-up: `check_policies` refuses the application.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from itertools import islice
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netlapse.errors import NetlapseError, Problem
from netlapse.server.pages import dead_link, how_to_get_in
from netlapse.server.problems import problem_response, status_of
from netlapse.server.settings import Settings
from netlapse.server.shares import Guest, Shares, as_guest, by_link

log = logging.getLogger("netlapse.server")

Policy = Literal["open", "token", "share", "guest", "link"]
MAX_COOKIES = 20
"""Links that a browser may have followed and still use, at a time."""
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]*)(?::[0-9]{0,5})?")
_ATTRIBUTE = "netlapse_access"
_BODY = "netlapse_body_bytes"

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def access(policy: Policy, *, body_bytes: int = 0) -> Callable[[Endpoint], Endpoint]:
    """Declare who may call a route, and how large the body of a request may be.

    Args:
        policy: `token` for everyone who has the token, `open` for everyone on an allowed host;
            `share` also for guests whose link is to the `{run}` of the path; `guest` also for all
            guests, for what belongs to no run; `link` for who has the link of the `{token}` of the
            path.
        body_bytes: Longest body; 0 for a route that takes none.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, policy)
        setattr(endpoint, _BODY, body_bytes)
        return endpoint

    return declare


def policy_of(route: BaseRoute) -> Policy | None:
    """The declared policy of a route; none where it declares none."""
    return getattr(getattr(route, "endpoint", None), _ATTRIBUTE, None)


def body_bytes_of(route: BaseRoute) -> int:
    """The longest body that a route takes."""
    return getattr(getattr(route, "endpoint", None), _BODY, 0)


def check_policies(routes: Iterable[BaseRoute]) -> frozenset[str]:
    """Refuse routes that do not say who may call them; gives the paths open to everyone.

    Raises:
        RuntimeError: A route declares no policy, or its path does not fit it.
    """
    opened: set[str] = set()
    for route in routes:
        path = getattr(route, "path", repr(route))
        policy = policy_of(route)
        if policy is None:
            raise RuntimeError(
                f"The route {path} does not declare its access: decorate it with `@access(...)`."
            )
        if policy == "open":
            if "{" in path:
                raise RuntimeError(f"The open route {path} must not have parameters.")
            opened.add(path)
        needed = {"share": "{run}", "link": "{token}"}.get(policy, "")
        if needed not in path or (policy == "guest" and "{run}" in path):
            raise RuntimeError(f"The path {path} does not fit the access `{policy}`.")
    return frozenset(opened)


class AccessControl:
    """Pure ASGI middleware: answers who may not call, and hands on the others."""

    def __init__(
        self, app: ASGIApp, settings: Settings, routes: Sequence[BaseRoute], shares: Shares
    ) -> None:
        self.app = app
        self.settings = settings
        self.routes = routes
        self.shares = shares
        self.open_paths = check_policies(routes)
        self.links = [route for route in routes if policy_of(route) == "link"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            answer = await self._answer(scope)
        except NetlapseError as error:  # of the record, asked for a link
            log.error("%s", error)
            answer = problem_response(error.problem, status_of(error))
        if answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await _refuse_socket(answer, scope, send)

    async def _answer(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if refusal := self._foreign(scope, headers):
            return problem_response(refusal, 403)
        path = scope["path"]
        if path in self.open_paths:
            return None
        if scope["type"] == "http" and path == "/" and scope["method"] in ("GET", "HEAD"):
            entrance = self._entrance(scope)
            if entrance is not None:
                return entrance
        if (followed := _matching(self.links, scope)) is not None:
            return await self._follow(scope, followed[1]["token"])
        if self._has_token(headers):
            return None
        return await self._answer_guest(scope, headers)

    async def _follow(self, scope: Scope, token: str) -> Response | None:
        """Let who follows a link that holds come in."""
        client = _client(scope)
        link = await self.shares.find(token, client)
        if link is not None:
            scope.update(by_link(link))
            return None
        status = 429 if self.shares.is_blocked(client) else 404
        return HTMLResponse(dead_link(), status, {"Cache-Control": "no-store"})

    async def _answer_guest(self, scope: Scope, headers: Headers) -> Response | None:
        found = _matching(self.routes, scope)
        policy = policy_of(found[0]) if found else None
        if found is None or policy not in ("share", "guest"):
            return self._locked(scope, headers)
        tried = [await self.shares.find(t, _client(scope)) for t in self._link_tokens(headers)]
        links = [link for link in tried if link is not None]
        if not links:
            return self._locked(scope, headers)
        if policy == "share" and found[1]["run"] not in {link.run for link in links}:
            problem = Problem("AccessError", "The link that you followed shows another run.")
            return problem_response(problem, 403)
        scope.update(as_guest(Guest(self.shares, links)))
        return None

    def _link_tokens(self, headers: Headers) -> list[str]:
        """The tokens of links that a request brings."""
        return list(islice(_tokens(headers, self.settings.link_cookies), MAX_COOKIES))

    def _foreign(self, scope: Scope, headers: Headers) -> Problem | None:
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or _name(host) not in self.settings.hosts:
            return Problem(
                "AccessError",
                f"This Studio does not answer to the host {_shown(_name(host))}.",
                "Host",
                f"Start it with `netlapse --allow-host {_shown(_name(host), plain=True)}` if this"
                " is its name for your browser.",
            )
        origins = headers.getlist("origin")
        # The page's own origin has exactly the host that the request is addressed to: another
        # service of this machine, on another port, is as foreign as any page of the web.
        if origins and origins not in ([f"http://{host}"], [f"https://{host}"]):
            return Problem(
                "AccessError",
                f"A page of {_shown(origins[0])} may not call this Studio.",
                "Origin",
                "Open the Studio's own page.",
            )
        site = headers.get("sec-fetch-site")
        if site not in (None, "same-origin", "none") and not _is_visit(scope, headers):
            return Problem(
                "AccessError", "Another page may not call this Studio.", "Sec-Fetch-Site"
            )
        return None

    def _entrance(self, scope: Scope) -> Response | None:
        """Exchange a token in the address for a cookie, and clean the address."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for key, value in query if key == "token"]
        if not given:
            return None
        if not self._is_token(given[0]):
            return self._page()
        rest = urlencode([(key, value) for key, value in query if key != "token"])
        response = RedirectResponse("/?" + rest if rest else "/", 303)
        response.set_cookie(
            self.settings.cookie, self.settings.token, httponly=True, samesite="strict", path="/"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _has_token(self, headers: Headers) -> bool:
        cookie = re.compile(re.escape(self.settings.cookie))
        return any(map(self._is_token, _tokens(headers, cookie)))

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.settings.token.encode())

    def _locked(self, scope: Scope, headers: Headers) -> Response:
        wants_page = "text/html" in headers.get("accept", "")
        if scope["type"] == "http" and wants_page and not scope["path"].startswith("/api/"):
            return self._page()
        return problem_response(
            Problem(
                "AccessError",
                "This needs the Studio's token.",
                "",
                "Open the address that `netlapse` printed when it was started.",
            ),
            401,
        )

    def _page(self) -> Response:
        return HTMLResponse(how_to_get_in(), 401, {"Cache-Control": "no-store"})


def _is_visit(scope: Scope, headers: Headers) -> bool:
    """Whether someone follows a link to a page, which gives the page that it stands on nothing."""
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and (scope["path"] == "/" or scope["path"].startswith("/s/"))
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _name(host: str) -> str:
    """The name in a Host header, in lower case, without port; all of it where it is malformed.

    >>> _name("LocalHost:8765"), _name("[::1]:80"), _name("example.org")
    ('localhost', '[::1]', 'example.org')
    >>> _name("[::1].example.org"), _name("localhost:80@example.org")
    ('[::1].example.org', 'localhost:80@example.org')
    """
    parts = _HOST.fullmatch(host)
    return (parts[1] if parts else host).lower()


def _shown(text: str, *, plain: bool = False) -> str:
    safe = "".join(c for c in text[:80] if c.isalnum() or c in "-._:[]/")
    return safe or "NAME" if plain else f"`{safe}`"


def _tokens(headers: Headers, cookie: re.Pattern[str]) -> Iterator[str]:
    """The bearer's token; where there is none, those of the cookies of some names."""
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        yield given.strip()
        return
    for text in headers.getlist("cookie"):
        yield from _cookie_values(text, cookie)


def _cookie_values(text: str, name: re.Pattern[str]) -> Iterable[str]:
    try:
        cookies = SimpleCookie(text)
    except CookieError:
        return []
    return [morsel.value for key, morsel in cookies.items() if name.fullmatch(key)]


def _matching(
    routes: Iterable[BaseRoute], scope: Scope
) -> tuple[BaseRoute, Mapping[str, Any]] | None:
    """The route that will answer, as the application finds it, and the parameters of its path."""
    for route in routes:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return route, found["path_params"]
    return None


def _client(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


async def _refuse_socket(answer: Response, scope: Scope, send: Send) -> None:
    """Answer a WebSocket's handshake with the HTTP response, where the server can."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": "not allowed"})
        return

    async def as_handshake(message: Message) -> None:
        await send({**message, "type": message["type"].replace("http.", "websocket.http.", 1)})

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    await answer({**scope, "type": "http", "method": "GET"}, nothing, as_handshake)


__all__ = [
    "AccessControl",
    "access",
    "body_bytes_of",
    "check_policies",
    "policy_of",
]
