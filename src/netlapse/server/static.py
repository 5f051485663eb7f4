"""The files of the built Studio, read once at start: no path of a request reaches the disk."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from netlapse.errors import NotFoundError
from netlapse.server.pages import not_built

INDEX = "index.html"
_FOREVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"^assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}
_WORTH_PACKING = ("text/", "application/json", "image/svg", "application/manifest")


@dataclass(frozen=True)
class StaticFile:
    """One file of the Studio."""

    name: str
    content: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes | None:
        """The content gzipped, where that makes it smaller."""
        if not self.media_type.startswith(_WORTH_PACKING) or len(self.content) < 1024:
            return None
        return gzip.compress(self.content, 6, mtime=0)

    @cached_property
    def tag(self) -> str:
        """The ETag: made from the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:24]}"'

    @property
    def cache_control(self) -> str:
        """Files with a hash in their name never change; the page itself is always fetched anew."""
        if _HASHED.match(self.name):
            return _FOREVER
        return "no-store" if self.name == INDEX else "no-cache"


Files = Mapping[str, StaticFile]


def read_files(folder: Path) -> Files:
    """All files below a folder, by their path in it; none where the Studio is not built."""
    files: dict[str, StaticFile] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
            files[name] = StaticFile(name, path.read_bytes(), _media_type(path))
    return files


def _media_type(path: Path) -> str:
    known = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


def file_response(files: Files, name: str, request: Request) -> Response:
    """The answer to a request for one file.

    Raises:
        NotFoundError: The Studio has no such file.
    """
    file = files.get(name)
    if file is None:
        if name == INDEX:
            return HTMLResponse(not_built(), 503)
        raise NotFoundError("There is nothing at this address.")
    headers = {"Cache-Control": file.cache_control, "ETag": file.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    accepts = request.headers.get("accept-encoding", "")
    if file.packed is not None and "gzip" in accepts:
        headers["Content-Encoding"] = "gzip"
        return Response(file.packed, headers=headers, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)
