"""Files that are complete or absent: written aside, flushed, renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path) -> Generator[IO[bytes]]:
    """A stream whose content becomes the file `path` at the end, unless an error was raised.

    Raises:
        OSError: The folder may not be written, or the disk is full.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
        aside = Path(stream.name)
        try:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    put(aside, path)


def put(aside: Path, path: Path) -> None:
    """Give a flushed file its name, for good."""
    aside.replace(path)
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
