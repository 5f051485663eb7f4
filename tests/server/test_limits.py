"""Bodies are bounded: by their declared length, and while they are read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message

from netlapse.server import limits
from netlapse.server.app import guarded
from netlapse.server.limits import SMALL, SPEC_BYTES, TABLE_BYTES
from tests.server.fakes import HOST, TOKEN, FakeStudio


def test_two_gigabytes_are_refused_without_reading(studio: FakeStudio) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/tables",
        "query_string": b"name=t.csv",
        "headers": [
            (b"host", HOST.encode()),
            (b"authorization", f"Bearer {TOKEN}".encode()),
            (b"content-length", b"2147483648"),
        ],
    }
    asyncio.run(guarded(studio.api, studio.settings)(scope, receive, send))
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b"at most 64 MB" in sent[1]["body"]


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 40, str(TABLE_BYTES + 1)])
def test_odd_lengths(studio: FakeStudio, length: str) -> None:
    answer = studio.client.post(
        "/api/tables?name=t.csv", content=b"a,b\n", headers={"Content-Length": length}
    )
    assert answer.status_code == 413


def chunks(total: int) -> Iterator[bytes]:
    for _ in range(total // 65_536 + 1):
        yield b"x" * 65_536


@pytest.mark.parametrize(
    ("path", "limit"), [("/api/check", SPEC_BYTES), ("/api/runs", SPEC_BYTES), ("/api/quit", SMALL)]
)
def test_a_body_without_a_length_is_bounded_while_it_is_read(
    studio: FakeStudio, path: str, limit: int
) -> None:
    answer = studio.client.post(path, content=chunks(limit))
    if path == "/api/quit":  # takes no body, and so reads none
        assert answer.status_code == 200
    else:
        assert answer.status_code == 413
        assert answer.json()["message"] == "This request may have at most 2 MB."


def test_a_table_without_a_length_is_bounded(
    studio: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(65_536)
            yield b"x" * 65_536

    def limit(route: Any) -> int:
        return 1 << 20

    monkeypatch.setattr(limits, "body_bytes_of", limit)
    message_of = asyncio.run(_stream(studio, endless()))
    assert message_of[0]["status"] == 413
    assert sum(read) <= (1 << 20) + 2 * 65_536


async def _stream(studio: FakeStudio, body: Iterator[bytes]) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": next(body), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/tables",
        "query_string": b"name=t.csv",
        "headers": [(b"host", HOST.encode()), (b"authorization", f"Bearer {TOKEN}".encode())],
    }
    await guarded(studio.api, studio.settings)(scope, receive, send)
    return sent


def test_a_body_that_stops_arriving(studio: FakeStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHUNK_WAIT_S", 0.05)

    async def main() -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/check",
            "query_string": b"",
            "headers": [(b"host", HOST.encode()), (b"authorization", f"Bearer {TOKEN}".encode())],
        }
        await guarded(studio.api, studio.settings)(scope, receive, send)
        return sent

    sent = asyncio.run(main())
    assert sent[0]["status"] == 422
    assert b"did not arrive in time" in sent[1]["body"]


def test_five_thousand_points_fit(studio: FakeStudio, spec: dict[str, Any]) -> None:
    points = [{"x": i / 1000 - 2.123456, "y": -1.234567, "label": i % 2} for i in range(5000)]
    data = {"kind": "points", "points": points}
    answer = studio.client.post("/api/check", json={"spec": {**spec, "data": data}})
    assert answer.status_code == 200
    assert answer.json()["examination"]["trainable"]
