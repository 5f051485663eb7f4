"""Links to runs: what a guest may see, and that everything else stays closed."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from netlapse.errors import RunError
from netlapse.record.contract import Share
from netlapse.record.memory import MemoryStore
from netlapse.server import shares as links
from netlapse.server.access import policy_of
from netlapse.spec.presets import PRESETS
from tests.server.fakes import HOST, TOKEN, FakeRun, FakeStudio, fake_studio
from tests.server.test_access import CALLS, ROUTES
from tests.server.test_channel import header

NOBODY = {"Authorization": ""}
VIEW = {"tab": "blocks", "axes": [0, 1]}
GUEST_MAY = {
    ("WEBSOCKET", "/api/live"),
    ("GET", "/api/schema"),
    ("GET", "/api/shared"),
    ("GET", "/api/runs/{run}"),
    ("GET", "/api/runs/{run}/losses"),
    ("GET", "/api/runs/{run}/vitals"),
    ("GET", "/api/runs/{run}/vitals/{step}"),
    ("GET", "/api/runs/{run}/diagnosis"),
    ("POST", "/api/runs/{run}/predict"),
    ("POST", "/api/runs/{run}/looks"),
    ("POST", "/api/runs/{run}/samples"),
    ("GET", "/api/runs/{run}/export/{what}"),
    ("GET", "/{name:path}"),
    ("HEAD", "/{name:path}"),
}
"""All that a link opens. A new route is closed to guests until it is added here."""
LINK = {("GET", "/s/{token}"), ("HEAD", "/s/{token}"), ("GET", "/api/health")}


@pytest.fixture
def run(studio: FakeStudio, spec: dict[str, Any]) -> FakeRun:
    """A run with ten steps."""
    made = studio.create(spec)
    studio.client.post(f"/api/runs/{made.run}/commands", json={"kind": "advance", "steps": 10})
    return made


def link_to(studio: FakeStudio, run: FakeRun, step: int = 4) -> str:
    """The token of a new link."""
    answer = studio.client.post(f"/api/runs/{run.run}/shares", json={"step": step, "view": VIEW})
    assert answer.status_code == 200, answer.text
    assert answer.json()["path"] == f"/s/{answer.json()['token']}"
    return answer.json()["token"]


def as_guest(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def browser(studio: FakeStudio) -> TestClient:
    """Another browser, that has neither token nor cookies."""
    return TestClient(studio.client.app, base_url=f"http://{HOST}", follow_redirects=False)


def forget_answers(studio: FakeStudio) -> None:
    """Let the second pass for which an answer of the record is kept."""
    studio.api.state.shares._known.clear()


def shared(studio: FakeStudio, token: str, **headers: str) -> Any:
    sent = {**as_guest(token), "Netlapse-Link": token, **headers}
    return studio.client.get("/api/shared", headers=sent)


def test_a_link_opens_its_run_at_its_step(studio: FakeStudio, run: FakeRun) -> None:
    answer = shared(studio, link_to(studio, run, 4)).json()
    assert (answer["run"], answer["step"], answer["view"]) == (run.run, 4, VIEW)
    assert answer["name"] == studio.store.summary(run.run).name
    assert answer["is_owner"] is False
    assert answer["details"] == studio.client.get(f"/api/runs/{run.run}").json()
    own = studio.client.post("/api/check", json={"spec": answer["details"]["spec"]})
    assert answer["check"] == own.json()
    data = {"data": answer["details"]["spec"]["data"]}
    assert answer["dataset"] == studio.client.post("/api/dataset", json=data).json()


def test_the_owner_is_told_to_be_the_owner(studio: FakeStudio, run: FakeRun) -> None:
    answer = shared(studio, link_to(studio, run), Authorization=f"Bearer {TOKEN}")
    assert answer.json()["is_owner"] is True


def test_following_a_link_gives_the_page_and_a_cookie(studio: FakeStudio, run: FakeRun) -> None:
    token, visitor = link_to(studio, run), browser(studio)
    answer = visitor.get(f"/s/{token}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "<title>Studio</title>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"netlapse-8765-link-{links.hash_of(token)[:16]}={token};")
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert visitor.get(f"/api/runs/{run.run}").status_code == 200
    assert visitor.get("/assets/index-B1tHqZ8a.js").status_code == 200
    assert visitor.get("/").status_code == 401


def test_the_page_of_a_link_finds_its_files(tmp_path: Path) -> None:
    with fake_studio(tmp_path) as studio:
        token = link_to(studio, studio.create(PRESETS["xor"].spec.to_dict()), 0)
    (tmp_path / "static" / "index.html").write_text('<script src="./assets/x.js"></script>')
    # The files of the page are read at the start.
    api = studio.api
    with TestClient(studio.client.app, base_url=f"http://{HOST}") as visitor:
        assert api.state.studio.files
        assert 'src="../assets/x.js"' in visitor.get(f"/s/{token}").text


def test_two_links_in_one_browser(studio: FakeStudio, run: FakeRun, spec: dict[str, Any]) -> None:
    other, visitor = studio.create(spec), browser(studio)
    for followed in (run, other):
        assert visitor.get(f"/s/{link_to(studio, followed, 0)}").status_code == 200
    third = studio.create(spec)
    assert visitor.get(f"/api/runs/{run.run}").status_code == 200
    assert visitor.get(f"/api/runs/{other.run}").status_code == 200
    assert visitor.get(f"/api/runs/{third.run}").status_code == 403


def test_a_link_from_a_mail_or_another_page_works(studio: FakeStudio, run: FakeRun) -> None:
    token, visitor = link_to(studio, run), browser(studio)
    visit = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert visitor.get(f"/s/{token}", headers=visit).status_code == 200
    framed = {**visit, "Sec-Fetch-Dest": "iframe"}
    assert visitor.get(f"/s/{token}", headers=framed).status_code == 403
    assert visitor.get(f"/api/runs/{run.run}", headers=visit).status_code == 403


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_guest_may_what_is_listed_and_nothing_else(
    studio: FakeStudio, run: FakeRun, method: str, path: str
) -> None:
    token = link_to(studio, run)
    asked = path.replace("{name:path}", "x").replace("{run}", run.run).replace("{token}", token)
    if method == "WEBSOCKET":
        assert (method, path) in GUEST_MAY
        return
    status = studio.client.request(method, asked, headers=as_guest(token)).status_code
    if (method, path) in GUEST_MAY | LINK:
        assert status not in (401, 403)
    else:
        assert status == 401
    assert run.run in [kept.run for kept in studio.store.runs()]


@pytest.mark.parametrize(
    ("method", "path"), [call for call in CALLS if "{run}" in call[1] and call in GUEST_MAY]
)
def test_a_link_opens_no_other_run(
    studio: FakeStudio, run: FakeRun, spec: dict[str, Any], method: str, path: str
) -> None:
    other, token = studio.create(spec), link_to(studio, run)
    for asked in (other.run, "0" * 16, f"{run.run}%2F..%2F{other.run}", run.run.upper()):
        answer = studio.client.request(
            method, path.replace("{run}", asked), headers=as_guest(token)
        )
        assert answer.status_code in (401, 403, 404, 405)
    assert other.calls == []


def test_every_policy_is_one_that_is_tested() -> None:
    open_to_guests = {
        (method, getattr(route, "path", ""))
        for route in ROUTES
        if policy_of(route) in ("share", "guest")
        for method in getattr(route, "methods", None) or ["WEBSOCKET"]
    }
    assert open_to_guests <= GUEST_MAY


def test_the_store_and_the_logs_never_see_the_token(
    studio: FakeStudio, run: FakeRun, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = link_to(studio, run)
    visitor = browser(studio)
    visitor.get(f"/s/{token}")
    shared(studio, token)
    visitor.get(f"/s/{token[:-1]}_")
    (kept,) = studio.store.shares(run.run)
    assert kept.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(kept)
    listed = studio.client.get(f"/api/runs/{run.run}/shares")
    assert listed.json() == [{"id": kept.token_hash, "step": 4, "created": kept.created}]
    assert token not in listed.text
    assert not any(token in text for text in said_by_us(caplog))


def said_by_us(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is in the log, but for what the test's own client writes there."""
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    return [caplog.handler.format(record) for record in ours]


@pytest.mark.parametrize("failure", [ValueError("a fault"), RunError("The disk is full.")])
def test_a_record_that_fails_tells_no_token(
    studio: FakeStudio, run: FakeRun, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    token = link_to(studio, run)

    def fail(token_hash: str) -> Share | None:
        raise failure

    studio.store.share = fail
    answer = browser(studio).get(f"/s/{token}")
    assert answer.status_code == 500
    assert ("The disk is full." in answer.text) is isinstance(failure, RunError)
    assert said_by_us(caplog)
    assert not any(token in text for text in said_by_us(caplog))


def test_tokens_differ_and_are_long(studio: FakeStudio, run: FakeRun) -> None:
    tokens = {link_to(studio, run) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 43 for token in tokens)


def test_a_revoked_link_shows_nothing(studio: FakeStudio, run: FakeRun) -> None:
    token, kept = link_to(studio, run), link_to(studio, run)
    visitor = browser(studio)
    assert visitor.get(f"/s/{token}").status_code == 200
    assert visitor.get(f"/api/runs/{run.run}").status_code == 200
    answer = studio.client.delete(f"/api/shares/{links.hash_of(token)}")
    assert answer.json() == {"done": True}
    page = visitor.get(f"/s/{token}")
    assert page.status_code == 404
    assert "It was revoked, its run was deleted" in page.text
    assert "set-cookie" not in page.headers
    assert visitor.get(f"/api/runs/{run.run}").status_code == 401
    assert visitor.get("/assets/index-B1tHqZ8a.js").status_code == 401
    assert shared(studio, token, Authorization=f"Bearer {TOKEN}").status_code == 404
    assert shared(studio, kept).status_code == 200


@pytest.mark.parametrize("how", ["hide", "delete"])
def test_a_link_to_a_run_that_is_gone(studio: FakeStudio, run: FakeRun, how: str) -> None:
    token = link_to(studio, run)
    getattr(studio.store, how)(run.run)
    forget_answers(studio)
    assert browser(studio).get(f"/s/{token}").status_code == 404
    assert shared(studio, token).status_code == 401
    if how == "hide":
        studio.store.restore(run.run)
        forget_answers(studio)
        assert shared(studio, token).status_code == 200


def test_guessing_is_slowed_down(studio: FakeStudio, run: FakeRun) -> None:
    token, visitor = link_to(studio, run), browser(studio)
    asked: list[str] = []
    lookup = studio.store.share

    def counted(token_hash: str) -> Share | None:
        asked.append(token_hash)
        return lookup(token_hash)

    studio.store.share = counted
    guesses = [f"{token[:-3]}{number:03d}" for number in range(60)]
    answers = [visitor.get(f"/s/{guess}").status_code for guess in guesses]
    assert answers[0] == 404 and answers[-1] == 429
    by_cookie = [f"netlapse-8765-link-{'0' * 16}={guess}x" for guess in guesses]
    for cookie in by_cookie:
        sent = {"Cookie": cookie}
        assert visitor.get(f"/api/runs/{run.run}", headers=sent).status_code == 401
    assert len(asked) <= links.FAILURES + 5


def test_guesses_of_others_shut_nobody_out(studio: FakeStudio, run: FakeRun) -> None:
    token, visitor = link_to(studio, run), browser(studio)
    assert visitor.get(f"/s/{token}").status_code == 200
    for number in range(60):
        visitor.get(f"/s/{token[:-3]}{number:03d}")
    known = studio.api.state.shares._known
    known.update({key: (0.0, share) for key, (_, share) in known.items()})  # long ago
    assert visitor.get(f"/api/runs/{run.run}").status_code == 200


def test_links_that_ended_do_not_count_as_guesses(studio: FakeStudio, run: FakeRun) -> None:
    visitor = browser(studio)
    for _ in range(15):
        token = link_to(studio, run)
        assert visitor.get(f"/s/{token}").status_code == 200
        studio.client.delete(f"/api/shares/{links.hash_of(token)}")
    assert visitor.get(f"/s/{link_to(studio, run)}").status_code == 200
    for _ in range(10):
        assert visitor.get(f"/api/runs/{run.run}").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "x" * 44, "é" * 43, "%00" * 43, "../" * 10, TOKEN])
def test_what_is_no_token_is_not_looked_up(studio: FakeStudio, token: str) -> None:
    studio.store.share = lambda token_hash: pytest.fail("looked up")
    assert browser(studio).get(f"/s/{token}").status_code in (401, 404)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"step": 11, "view": {}}, "The record ends at step 10, before step 11."),
        ({"step": -1, "view": {}}, "step"),
        ({"step": 1, "view": {"zoom": float("inf")}}, "A view holds finite numbers only."),
        ({"step": 1, "view": {"text": "x" * 20_000}}, "This request may have at most 16,384"),
    ],
)
def test_links_that_cannot_be_made(
    studio: FakeStudio, run: FakeRun, body: dict[str, Any], says: str
) -> None:
    answer = studio.client.post(
        f"/api/runs/{run.run}/shares",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in (413, 422)
    assert says in json.dumps(answer.json())
    assert studio.store.shares(run.run) == ()


def test_a_run_has_a_bounded_number_of_links(studio: FakeStudio, run: FakeRun) -> None:
    for number in range(links.MAX_LINKS):
        studio.store.add_share(Share(f"{number:064x}", run.run, 0))
    answer = studio.client.post(f"/api/runs/{run.run}/shares", json={"step": 0, "view": {}})
    assert answer.status_code == 409
    assert answer.json()["remedy"] == "Revoke some of them."


def test_a_shared_run_that_was_never_started_stays(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    untouched = studio.create(spec)
    token = link_to(studio, untouched, 0)
    studio.create(spec)
    forget_answers(studio)
    assert shared(studio, token).json()["run"] == untouched.run


def test_a_guest_keeps_no_drawing(studio: FakeStudio, run: FakeRun) -> None:
    question = {"kind": "draw", "drawing": "mine", "height": 1, "width": 1}
    answer = studio.client.post(
        f"/api/runs/{run.run}/looks",
        json={"question": question, "pixels": "AA=="},
        headers=as_guest(link_to(studio, run)),
    )
    assert answer.status_code == 409
    assert answer.json()["remedy"] == "Open a copy of the run."


def test_a_guest_takes_a_copy(studio: FakeStudio, run: FakeRun) -> None:
    token, address = link_to(studio, run), f"/api/runs/{run.run}/export/bundle"
    answer = studio.client.get(address, headers=as_guest(token))
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith('.netlapse"')
    imported = studio.client.post("/api/import", content=answer.content)
    assert imported.status_code == 200
    assert studio.store.recorded_step(imported.json()["run"]) == 10
    refused = studio.client.post("/api/import", content=answer.content, headers=as_guest(token))
    assert refused.status_code == 401


def test_images_of_a_run(studio: FakeStudio) -> None:
    spec = PRESETS["two-layer"].spec.to_dict()
    spec["data"] = {"kind": "images", "name": "digits", "validation_fraction": 0.2, "seed": 1}
    digits = studio.create(spec)
    spec = studio.client.get(f"/api/runs/{digits.run}").json()["spec"]
    wanted = {"part": "validation", "count": 3}
    own = studio.client.post("/api/data/samples", json={"data": spec["data"], **wanted})
    token = link_to(studio, digits, 0)
    address = f"/api/runs/{digits.run}/samples"
    answer = studio.client.post(address, json=wanted, headers=as_guest(token))
    assert answer.json() == own.json()
    other = {**wanted, "data": {"kind": "images", "name": "digits", "seed": 2}}
    refused = studio.client.post(address, json=other, headers=as_guest(token))
    assert refused.status_code == 422


def test_images_of_a_run_without_images(studio: FakeStudio, run: FakeRun) -> None:
    answer = studio.client.post(f"/api/runs/{run.run}/samples", json={})
    assert answer.status_code == 422
    assert answer.json()["message"] == "This run does not learn from images."


# --- the live channel -----------------------------------------------------------------------


@contextmanager
def live(studio: FakeStudio, token: str) -> Iterator[Any]:
    """A guest's live channel. The test client cancels it in the end, and sometimes says so."""
    headers = {"Host": HOST, **as_guest(token)}
    with (
        suppress(CancelledError),
        studio.client.websocket_connect("/api/live", headers=headers) as it,
    ):
        yield it


def told(socket: Any) -> tuple[str, str]:
    """Kind and run of the next frame."""
    message = header(socket.receive_bytes())
    return message["kind"], message["run"]


def test_a_guest_watches_the_run_of_the_link(studio: FakeStudio, run: FakeRun) -> None:
    with live(studio, link_to(studio, run)) as socket:
        socket.send_json({"kind": "subscribe", "run": run.run, "view": {}})
        kinds = {told(socket) for _ in range(3)}
        assert kinds == {("ready", run.run), ("status", run.run), ("timeline", run.run)}


def test_a_guest_watches_no_other_run(
    studio: FakeStudio, run: FakeRun, spec: dict[str, Any]
) -> None:
    other = studio.create(spec)
    with live(studio, link_to(studio, run)) as socket:
        for asked in (other.run, "0" * 16):
            socket.send_json({"kind": "subscribe", "run": asked, "view": {}})
            assert told(socket) == ("gone", asked)
        other.say(state="training")
        socket.send_json({"kind": "credit", "count": 1})
        socket.send_json({"kind": "subscribe", "run": run.run, "view": {}})
        assert told(socket)[1] == run.run
    assert other.wants == []


def test_without_a_link_there_is_no_live_channel(studio: FakeStudio) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, live(studio, "x" * 43):
        pass
    assert refused.value.status_code == 401


@pytest.mark.parametrize("how", ["revoke", "hide", "delete"])
def test_the_live_channel_ends_with_the_link(studio: FakeStudio, run: FakeRun, how: str) -> None:
    token = link_to(studio, run)
    with live(studio, token) as socket:
        socket.send_json({"kind": "subscribe", "run": run.run, "view": {}})
        for _ in range(3):
            told(socket)
        if how == "revoke":
            studio.client.delete(f"/api/shares/{links.hash_of(token)}")
        else:  # by another program: noticed within a second
            getattr(studio.store, how)(run.run)
        with pytest.raises(WebSocketDisconnect) as ended:
            while True:
                last = told(socket)
        assert last == ("gone", run.run)
        assert ended.value.code == 1008


def test_links_outlive_the_server(tmp_path: Path, spec: dict[str, Any]) -> None:
    store = MemoryStore()
    with fake_studio(tmp_path, store) as studio:
        made = studio.create(spec)
        token = link_to(studio, made, 0)
    with fake_studio(tmp_path, store) as studio:
        assert shared(studio, token).json()["run"] == made.run
