"""Writing a file as a whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

from netlapse.errors import DataError


@contextlib.contextmanager
def whole_file(path: Path) -> Generator[Path, None, None]:
    """A file to write beside `path`, which takes its place at the end; gone where that fails.

    Raises:
        DataError: It cannot be written.
    """
    beside = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"The file cannot be written: {reason}.", place=str(path)) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def write_file(path: Path, content: bytes) -> None:
    """Write a file as a whole.

    Raises:
        DataError: It cannot be written.
    """
    with whole_file(path) as beside:
        beside.write_bytes(content)
