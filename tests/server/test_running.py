"""Finding the Studio that runs already, and finding a port."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from netlapse.errors import InputError
from netlapse.server.running import FILE_NAME, announce, find_running, withdraw
from netlapse.server.serve import bind, serve
from netlapse.server.settings import Settings


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"status": "ok", "version": "0"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """The port of something that answers like a Studio."""
    server = HTTPServer(("127.0.0.1", 0), _Healthy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_running_studio_is_found(tmp_path: Path, port: int) -> None:
    settings = Settings(port=port, folder=tmp_path)
    assert find_running(tmp_path) is None
    announce(settings)
    found = find_running(tmp_path)
    assert found is not None and found.url == settings.url
    withdraw(settings)
    assert find_running(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_the_file_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    path = announce(Settings(folder=tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_dead_studio_is_not_found(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        announce(Settings(port=closed.getsockname()[1], folder=tmp_path))
    assert find_running(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "port": 1}'])
def test_a_damaged_file_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    assert find_running(tmp_path) is None


def test_another_studios_file_is_left_alone(tmp_path: Path) -> None:
    ours, theirs = Settings(folder=tmp_path), Settings(folder=tmp_path)
    announce(theirs)
    withdraw(ours)
    assert (tmp_path / FILE_NAME).exists()


def test_a_taken_port_moves_on() -> None:
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with bind("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] < port + 50


def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(InputError, match=r"cannot listen on 192\.0\.2\.1, port 8765"):
        bind("192.0.2.1", 8765)


def test_addresses_as_they_are_opened() -> None:
    assert Settings(host="::1", token="t").url == "http://[::1]:8765/?token=t"
    assert Settings(host="0.0.0.0", token="t").url == "http://127.0.0.1:8765/?token=t"
    assert "0.0.0.0" not in Settings(host="0.0.0.0").hosts
    assert "192.168.1.5" in Settings(host="192.168.1.5").hosts
    assert "[::1]" in Settings(host="::1").hosts


@pytest.mark.parametrize(
    "given", ["", "http://studio.example", "studio.example:8765", "a b", "*", "[::1]:80", "x" * 300]
)
def test_an_allowed_host_is_a_name(given: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a name or an address without scheme and port, got '"):
        serve(allow_hosts=[given], data_folder=tmp_path)
