"""Starting the Studio: find or bind, announce, serve, end cleanly."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from netlapse.errors import InputError
from netlapse.folders import cache_folder, tables_folder
from netlapse.folders import data_folder as default_folder
from netlapse.record.sql.store import open_store
from netlapse.server.app import guarded, make_api
from netlapse.server.live.socket import MAX_MESSAGE_BYTES
from netlapse.server.opener import SessionOpener
from netlapse.server.running import announce, find_running, withdraw
from netlapse.server.settings import DEFAULT_HOST, DEFAULT_PORT, Settings, host_name
from netlapse.session.pool import WorkerPool

PORTS_TRIED = 50
GRACE_S = 2
PING_S = 20.0
_CUT_S = 2.0


class LiveProtocol(WebSocketsSansIOProtocol):
    """A socket whose peer does not read is cut in the end: its buffer never empties by itself."""

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(_CUT_S, self.transport.abort)


class StudioServer(uvicorn.Server):
    """A uvicorn server that says when it is up, and ends without raising the signal again."""

    def __init__(self, config: uvicorn.Config, when_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_up = when_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_up()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        del sig, frame
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def serve(
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    open_browser: bool = True,
    allow_hosts: Sequence[str] = (),
    data_folder: Path | None = None,
) -> None:
    """Run the Studio until it is ended. Prints its address, token included, as the only line.

    Where a Studio runs over the same data folder already, that one is opened instead.

    Args:
        host: The address to listen on; only this machine can reach the default one.
        port: The port; 0 for any free one. A taken port gives way to the next free one.
        open_browser: Whether to open the page.
        allow_hosts: More names by which browsers may call the server.
        data_folder: Where runs and tables lie; by default `netlapse.folders.data_folder()`.

    Raises:
        InputError: The address cannot be listened on, the folder cannot be made, or an allowed
            host is no name.
    """
    allowed = tuple(map(host_name, allow_hosts))
    folder = data_folder or default_folder()
    _make_folder(folder)
    running = find_running(folder)
    if running is not None:
        _show(running.url, open_browser)
        return
    listening = bind(host, port)
    settings = Settings(
        host=host,
        port=listening.getsockname()[1],
        allow_hosts=allowed,
        folder=folder,
    )
    _run(settings, listening, open_browser)


def _run(settings: Settings, listening: socket.socket, open_browser: bool) -> None:
    store = open_store(settings.folder)
    compiled = cache_folder(settings.folder) / "compiled"
    pool = WorkerPool(size=1, prepare=True, compiled=compiled)
    opener = SessionOpener(store, pool, tables_folder(settings.folder))
    api = make_api(settings, store, opener, quit=lambda: server.handle_exit(0, None))
    config = uvicorn.Config(
        guarded(api, settings),
        ws=LiveProtocol,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )

    def when_up() -> None:
        announce(settings)
        _show(settings.url, open_browser)

    server = StudioServer(config, when_up)
    logging.getLogger("uvicorn.error").addFilter(is_worth_telling)
    try:
        server.run(sockets=[listening])
    finally:
        withdraw(settings)
        pool.close()
        store.close()
        listening.close()


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on the port, or on the next free one.

    Raises:
        InputError: The address cannot be listened on.
    """
    last = min(port + PORTS_TRIED, 65_536) if port else 1
    for candidate in range(port, last):
        try:
            return _listen(host, candidate)
        except OSError as error:
            problem = error
            if not _is_taken(error):
                break
    else:
        raise InputError(
            f"The ports {port} to {last - 1} of {host} are all taken.",
            remedy="Choose another with --port, or any free one with --port 0.",
        )
    raise InputError(
        f"The Studio cannot listen on {host}, port {candidate}: {problem.strerror or problem}.",
        remedy="Choose another address with --host or another port with --port.",
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two programs share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), port))
        listening.listen(128)
    except BaseException:
        listening.close()
        raise
    return listening


def _is_taken(error: OSError) -> bool:
    return error.errno == errno.EADDRINUSE


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The data folder cannot be made: {error.strerror}.",
            place=str(folder),
            remedy="Set NETLAPSE_HOME to a folder that can be written.",
        ) from error


def _show(url: str, open_browser: bool) -> None:
    print(url, flush=True)
    if open_browser:
        webbrowser.open(url)


def is_worth_telling(record: logging.LogRecord) -> bool:
    """Drop uvicorn's words about connections and requests that we cut on purpose at the end."""
    error = record.exc_info[1] if record.exc_info else None
    return "timeout graceful shutdown exceeded" not in f"{record.getMessage()} {error}"
