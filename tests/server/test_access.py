"""Who may call: every route without token, with a foreign host and with a foreign origin."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.testclient import WebSocketDenialResponse

from netlapse.server.access import Policy, access, check_policies, policy_of
from netlapse.server.app import ROUTERS
from netlapse.server.headers import FIXED
from tests.server.fakes import HOST, TOKEN, FakeStudio

ROUTES: list[BaseRoute] = [route for router in ROUTERS for route in router.routes]
CALLS = [
    (method, getattr(route, "path", ""))
    for route in ROUTES
    for method in sorted(getattr(route, "methods", None) or ["WEBSOCKET"])
]
OPEN = [("GET", "/api/health")]
LINK = "/s/{token}"
"""Where a link leads: who has an unknown one reads that it shows nothing."""
NO_TOKEN = {"Authorization": ""}


def ask(studio: FakeStudio, method: str, path: str, **headers: str) -> Any:
    """The answer to a request, or to the handshake of a WebSocket."""
    path = path.replace("{name:path}", "x").replace("{run}", "0" * 16).replace("{table}", "0" * 32)
    if method != "WEBSOCKET":
        return studio.client.request(method, path, headers=headers)
    handshake = studio.client.websocket_connect(path, headers={"Host": HOST, **headers})
    with pytest.raises(WebSocketDenialResponse) as refused, handshake:
        pass
    return refused.value


def test_all_routes_are_listed() -> None:
    assert len(CALLS) >= 25
    assert ("WEBSOCKET", "/api/live") in CALLS
    assert ("POST", "/api/quit") in CALLS
    assert [call for call in CALLS if policy_named(call) == "open"] == OPEN


def policy_named(call: tuple[str, str]) -> str | None:
    return next(policy_of(route) for route in ROUTES if getattr(route, "path", "") == call[1])


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_without_token(studio: FakeStudio, method: str, path: str) -> None:
    answer = ask(studio, method, path, **NO_TOKEN)
    if (method, path) in OPEN:
        assert answer.status_code == 200
    elif path == LINK:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 401
        if method != "HEAD":
            assert "token" in answer.json()["message"]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_with_a_wrong_token(studio: FakeStudio, method: str, path: str) -> None:
    answer = ask(studio, method, path, Authorization=f"Bearer {TOKEN}x")
    expected = 200 if (method, path) in OPEN else 404 if path == LINK else 401
    assert answer.status_code == expected


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_with_a_foreign_host(studio: FakeStudio, method: str, path: str) -> None:
    answer = ask(studio, method, path, Host="evil.example:8765")
    assert answer.status_code == 403
    if method != "HEAD":
        assert "netlapse --allow-host evil.example`" in answer.json()["remedy"]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:3000", "http://localhost:8765", "null"]
)
def test_with_a_foreign_origin(studio: FakeStudio, method: str, path: str, origin: str) -> None:
    assert ask(studio, method, path, Origin=origin).status_code == 403


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/api/openapi.json", "/api/nothing"])
def test_paths_that_do_not_exist_are_closed_too(studio: FakeStudio, path: str) -> None:
    assert studio.client.get(path, headers=NO_TOKEN).status_code == 401
    assert studio.client.get(path, headers={"Host": "evil.example"}).status_code == 403


def test_an_undeclared_route_ends_the_start() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/api/secret", lambda: "x")
    with pytest.raises(RuntimeError, match="/api/secret does not declare its access"):
        check_policies(app.routes)
    socket = WebSocketRoute("/api/socket", lambda websocket: None)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="/api/socket does not declare"):
        check_policies([socket])


@pytest.mark.parametrize(
    ("policy", "path"),
    [("share", "/api/secret"), ("guest", "/api/runs/{run}"), ("link", "/s"), ("open", "/{name}")],
)
def test_a_path_that_does_not_fit_its_policy_ends_the_start(policy: Policy, path: str) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route(path, access(policy)(lambda: "x"))
    with pytest.raises(RuntimeError, match=r"does not fit|must not have parameters"):
        check_policies(app.routes)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9000", "127.0.0.1:1", "[::1]:8765", "LOCALHOST:8765"]
)
def test_loopback_names_with_any_port(studio: FakeStudio, host: str) -> None:
    assert studio.client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1.evil.example",
        "evil.example:127.0.0.1",
        "localhost@evil.example",
        "localhost:80@evil.example",
        "localhost:port",
        "[::1].evil.example",
        "[::1]evil.example:80",
        "[::2]",
        "0.0.0.0",
    ],
)
def test_names_that_only_look_like_loopback(studio: FakeStudio, host: str) -> None:
    assert studio.client.get("/api/presets", headers={"Host": host}).status_code == 403


def test_an_allowed_host_and_its_origin(studio: FakeStudio) -> None:
    headers = {"Host": "studio.example", "Origin": "https://studio.example"}
    assert studio.client.get("/api/presets", headers=headers).status_code == 200


def test_own_origin(studio: FakeStudio) -> None:
    headers = {"Origin": f"http://{HOST}"}
    assert studio.client.get("/api/presets", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
def test_what_the_browser_says_of_the_sender(studio: FakeStudio, site: str, status: int) -> None:
    answer = studio.client.get("/api/presets", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status


def test_a_link_may_lead_to_the_page_alone(studio: FakeStudio) -> None:
    visit = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert studio.client.get("/", headers=visit).status_code == 200
    assert studio.client.get("/api/presets", headers=visit).status_code == 403
    assert studio.client.get("/", headers={**visit, "Sec-Fetch-Dest": "iframe"}).status_code == 403


def test_the_token_is_exchanged_for_a_cookie(studio: FakeStudio) -> None:
    answer = studio.client.get(f"/?token={TOKEN}&a=1&b=%26", headers=NO_TOKEN)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?a=1&b=%26"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"netlapse-8765={TOKEN};")
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Domain" not in cookie
    assert studio.client.get("/api/presets", headers=NO_TOKEN).status_code == 200


def test_a_page_without_the_token_says_how_to_get_in(studio: FakeStudio) -> None:
    headers = {**NO_TOKEN, "Accept": "text/html"}
    for path in ("/", "/?token=old", "/anything"):
        answer = studio.client.get(path, headers=headers)
        assert answer.status_code == 401
        assert "<h1>This Studio needs its token</h1>" in answer.text
        assert "set-cookie" not in answer.headers
    assert (
        "application/json"
        in studio.client.get("/api/runs", headers=headers).headers["content-type"]
    )


def test_a_token_elsewhere_is_no_token(studio: FakeStudio) -> None:
    answer = studio.client.get(f"/api/presets?token={TOKEN}", headers=NO_TOKEN)
    assert answer.status_code == 401
    cookie = {**NO_TOKEN, "Cookie": f"netlapse-9999={TOKEN}; x=y"}
    assert studio.client.get("/api/presets", headers=cookie).status_code == 401


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/nothing", "/api/presets"])
@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", ""])
def test_every_answer_has_the_security_headers(
    studio: FakeStudio, path: str, authorization: str
) -> None:
    answer = studio.client.get(path, headers={"Authorization": authorization})
    for name, value in FIXED.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' ws://{HOST} wss://{HOST};" in policy


def test_a_foreign_host_does_not_get_into_the_policy(studio: FakeStudio) -> None:
    answer = studio.client.get("/", headers={"Host": "a; script-src *"})
    assert "script-src *" not in answer.headers["Content-Security-Policy"]


def test_the_token_is_not_shown(studio: FakeStudio) -> None:
    assert TOKEN not in repr(studio.settings)
