"""A mirror on this machine that can be as bad as mirrors are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Mirror:
    """What it has, and how it behaves. Behaviors change while it runs."""

    files: dict[str, bytes]
    address: str = ""
    ranges: bool = True
    """Whether it understands Range."""
    drop_after: int | None = None
    """Ends each answer after so many bytes."""
    announces: bool = True
    """Whether it says how long an answer is."""
    status: int | None = None
    """Answers with this status instead."""
    silent: bool = False
    """Never answers."""
    silent_after: int | None = None
    """Sends so many bytes and then nothing, until it is released."""
    shifted: bool = False
    """Sends another part than was asked for."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Paths and Range headers of the requests."""
    released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """End the answers that stand still."""
        self.released.set()


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    """The mirror, answering on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mirror.asked.append((self.path, self.headers.get("Range")))
            if mirror.silent:
                mirror.released.wait(10)
                return
            content = mirror.files.get(self.path.strip("/"))
            if mirror.status is not None or content is None:
                self.send_error(mirror.status or 404)
                return
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            partial = mirror.ranges and "Range" in self.headers
            if partial and start >= len(content):
                self.send_error(416)
                return
            body = content[start:] if partial else content
            self.send_response(206 if partial else 200)
            if partial:
                first = start - 1 if mirror.shifted else start
                self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/*")
            if mirror.announces:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if mirror.silent_after is not None:
                self.wfile.write(body[: mirror.silent_after])
                mirror.released.wait(10)
                return
            self.wfile.write(body[: mirror.drop_after])

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    mirror.address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield mirror
    finally:
        mirror.release()
        server.shutdown()
        server.server_close()
        thread.join()


__all__ = ["Mirror", "serving"]
