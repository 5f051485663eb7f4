"""A real server over loopback with real workers: started, used, killed, ended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect

from netlapse.server.headers import SecurityHeaders
from netlapse.server.serve import is_worth_telling
from netlapse.spec.presets import PRESETS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]

START = "from netlapse.server.serve import serve; serve(port={port}, open_browser=False)"
VIEW = {"boundary": {"width": 50, "height": 50, "unit_size": 10}, "weights": True}


@dataclass(frozen=True)
class Server:
    """A running server and a client with its token."""

    process: subprocess.Popen[str]
    url: str
    client: httpx.Client

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def workers(self) -> list[int]:
        return children_of(self.process.pid)

    @asynccontextmanager
    async def watching(self, run: str) -> AsyncIterator[Watcher]:
        base = str(self.client.base_url).replace("http", "ws", 1)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with connect(
            f"{base}/api/live".replace("//api", "/api"), additional_headers=headers, max_size=None
        ) as socket:
            await socket.send(json.dumps({"kind": "subscribe", "run": run, "view": VIEW}))
            await socket.send(json.dumps({"kind": "credit", "count": 2}))
            yield Watcher(socket)


@dataclass(frozen=True)
class Watcher:
    """A page that watches, in a few lines."""

    socket: ClientConnection

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that is wanted; pictures on the way are paid with credit."""
        async with asyncio.timeout(60):
            while True:
                frame = await self.socket.recv(decode=False)
                (length,) = struct.unpack_from("<I", frame)
                message = json.loads(frame[4 : 4 + length])
                if message["kind"] == "picture":
                    await self.socket.send(json.dumps({"kind": "credit", "count": 1}))
                if wanted(message):
                    return message


def is_state(*states: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["kind"] == "status" and message["state"] in states


def is_picture(after: int = -1) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["kind"] == "picture" and message["step"] > after


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(entry.name))
    return found


@contextmanager
def started(folder: Path, port: int = 0) -> Iterator[Server]:
    """A server over a data folder; always stopped."""
    process = subprocess.Popen(
        [sys.executable, "-c", START.format(port=port)],
        env={**os.environ, "NETLAPSE_HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert "/?token=" in url
        base, _, token = url.partition("/?token=")
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
            yield Server(process, url, client)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def end(server: Server, by: signal.Signals = signal.SIGTERM) -> str:
    """End a server by a signal; what else it had printed."""
    workers = server.workers()
    server.process.send_signal(by)
    rest, _ = server.process.communicate(timeout=15)
    assert server.process.returncode == 0
    for _ in range(50):
        if not any(Path(f"/proc/{pid}").exists() for pid in workers):
            break
        time.sleep(0.1)
    else:
        pytest.fail("a worker outlived its server")
    return rest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for all servers of this module, with its compiled programs."""
    return tmp_path_factory.mktemp("home")


def test_watched_killed_resumed_and_there_after_a_restart(folder: Path) -> None:
    spec = PRESETS["spiral"].spec.with_changes(seed=7).to_dict()
    with started(folder) as server:
        run = server.post("/api/runs", {"spec": spec})["run"]
        url = f"/api/runs/{run}/commands"

        async def first() -> None:
            async with server.watching(run) as page, server.watching(run) as tab:
                await page.until(is_state("paused"))
                server.post(url, {"kind": "pace", "epochs_per_second": 30})
                server.post(url, {"kind": "play"})
                shown = await page.until(is_picture(after=300))
                assert shown["epoch"] > 0
                await tab.until(is_picture(after=300))
                worker = max(server.workers(), key=_cpu)
                os.kill(worker, signal.SIGKILL)
                died = await page.until(is_state("worker-died"))
                assert "SIGKILL" in died["problem"]["message"]
                assert died["step"] > 20
                await tab.until(is_state("worker-died"))
                answer = server.client.post(url, json={"kind": "play"})
                assert answer.status_code == 409
                server.post(f"/api/runs/{run}/resume")
                again = await page.until(is_state("paused"))
                assert again["step"] >= died["step"]
                server.post(url, {"kind": "pace", "epochs_per_second": 30})
                server.post(url, {"kind": "play"})
                await page.until(is_picture(after=again["step"]))

        asyncio.run(first())
        # Nobody watches, and the run goes on.
        before = server.client.get("/api/runs").json()[0]["step"]
        time.sleep(0.7)
        paused = server.post(url, {"kind": "pause"})
        assert paused["step"] > before
        assert end(server, signal.SIGINT) == ""

    with started(folder) as server:
        (entry,) = server.client.get("/api/runs").json()
        assert (entry["id"], entry["step"]) == (run, paused["step"])
        # A spare alone: listing opens nothing.
        assert len(server.workers()) <= 1
        server.post(f"/api/runs/{run}/commands", {"kind": "advance", "steps": 5})

        async def second() -> None:
            async with server.watching(run) as page:
                await page.until(
                    lambda m: m["kind"] == "status" and m["step"] == paused["step"] + 5
                )
                await page.until(is_picture(after=paused["step"] + 4))

        asyncio.run(second())
        assert end(server) == ""


def _cpu(pid: int) -> int:
    """Processor time of a process: the worker that trains has used the most."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_second_start_opens_the_first(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        with started(tmp_path) as second:
            assert second.url == first.url
            assert second.process.wait(10) == 0
        assert (tmp_path / "studio.json").exists()
        assert first.client.post("/api/quit").json() == {"done": True}
        assert first.process.wait(15) == 0
    assert not (tmp_path / "studio.json").exists()


def test_a_killed_server_leaves_no_worker_and_no_trap(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        spec = PRESETS["xor"].spec.to_dict()
        run = server.post("/api/runs", {"spec": spec})["run"]
        server.post(f"/api/runs/{run}/commands", {"kind": "advance", "steps": 50})
        workers = server.workers()
        assert workers
        server.process.kill()
        server.process.wait()
        for _ in range(100):
            if not any(Path(f"/proc/{pid}").exists() for pid in workers):
                break
            time.sleep(0.1)
        else:
            pytest.fail("a worker outlived its server")
    with started(tmp_path) as again:  # the old state file names a dead process
        assert [entry["id"] for entry in again.client.get("/api/runs").json()] == [run]
        end(again)


def test_a_viewer_that_never_reads_harms_nobody(folder: Path) -> None:
    with started(folder) as server:
        run = server.post("/api/runs", {"spec": PRESETS["spiral"].spec.to_dict()})["run"]
        with _deaf_viewer(server, run):
            server.post(f"/api/runs/{run}/commands", {"kind": "play", "more_epochs": 200_000})

            async def watch() -> None:
                async with server.watching(run) as page:
                    for _ in range(10):
                        await page.until(is_picture())

            asyncio.run(watch())
            assert server.client.get("/api/health").status_code == 200
            assert end(server) == ""


@contextmanager
def _deaf_viewer(server: Server, run: str) -> Iterator[None]:
    """Shakes hands, asks for large pictures, and never reads."""
    address = (server.client.base_url.host, server.client.base_url.port)
    with socket.create_connection(address) as deaf:  # type: ignore[arg-type]
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(
            (
                f"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{address[1]}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"Authorization: Bearer {server.token}\r\n\r\n"
            ).encode()
        )
        assert b"101" in deaf.recv(200)
        view = {"boundary": {"width": 256, "height": 256, "unit_size": 100}, "weights": True}
        deaf.sendall(_text_frame({"kind": "subscribe", "run": run, "view": view}))
        for _ in range(50):
            deaf.sendall(_text_frame({"kind": "credit", "count": 2}))
        yield


def _text_frame(message: Any) -> bytes:
    """A masked text frame (RFC 6455, section 5.2), the mask being zero."""
    payload = json.dumps(message).encode()
    length = bytes([128 | len(payload)])
    if len(payload) > 125:
        length = bytes([128 | 126]) + struct.pack(">H", len(payload))
    return b"\x81" + length + b"\0\0\0\0" + payload


@pytest.mark.parametrize("told", [True, False])
def test_requests_cut_at_the_end_are_not_told_as_failures(told: bool):
    words = "a fault" if told else "Task cancelled, timeout graceful shutdown exceeded"
    error = asyncio.CancelledError(words)
    record = logging.LogRecord(
        "uvicorn.error", logging.ERROR, "", 0, "Exception in ASGI application", (), None
    )
    record.exc_info = (type(error), error, None)
    assert is_worth_telling(record) is told


def test_a_request_that_is_not_done_at_the_end_is_told_so():
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(60)

    async def sent() -> list[Message]:
        messages: list[Message] = []

        async def send(message: Message) -> None:
            messages.append(message)

        scope = {"type": "http", "path": "/api/runs", "headers": []}
        task = asyncio.create_task(SecurityHeaders(slow)(scope, no_body, send))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return messages

    async def no_body() -> Message:
        return {"type": "http.request"}

    start, body = asyncio.run(sent())
    assert start["status"] == 503
    assert b"netlapse is ending" in body["body"]
