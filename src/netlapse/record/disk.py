"""Writing to disk so that it lasts, and saying in one sentence why it does not."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Generator
from pathlib import Path

from netlapse.errors import RunError

_FULL = {errno.ENOSPC, errno.EDQUOT} if sys.platform != "win32" else {errno.ENOSPC}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextlib.contextmanager
def one_sentence(folder: Path) -> Generator[None, None, None]:
    """Turn an operating system's error on writing below `folder` into a `RunError`."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, folder) from error


def storage_error(error: OSError, folder: Path) -> RunError:
    """What to say about a write that failed.

    >>> error = storage_error(OSError(errno.ENOSPC, "No space left on device"), Path("data"))
    >>> str(error)
    'data: The run cannot be saved: the disk is full. Free some space; what was saved is kept.'
    """
    if error.errno in _FULL:
        return RunError(
            "The run cannot be saved: the disk is full.",
            place=str(folder),
            remedy="Free some space; what was saved is kept.",
        )
    if error.errno in _FORBIDDEN:
        return RunError(
            "The run cannot be saved: this folder may not be written.",
            place=str(folder),
            remedy="Set NETLAPSE_HOME to another folder, or train without a record.",
        )
    if error.errno in _NO_FOLDER:
        return RunError(
            "The run cannot be saved: a part of this path is a file and no folder.",
            place=str(folder),
            remedy="Set NETLAPSE_HOME to a folder.",
        )
    return RunError(
        f"The run cannot be saved: {error.strerror or error}.",
        place=str(folder),
        remedy="What was saved is kept.",
    )


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, for this user alone.

    Raises:
        OSError: It cannot be made.
    """
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def write_whole(path: Path, *parts: bytes) -> None:
    """Write a file so that after a crash it is there as before or in whole: temp, sync, rename."""
    temporary = path.with_name(f"{path.name}.part")
    try:
        with temporary.open("wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class AppendFile:
    """A file that only grows; a write that fails leaves it as it was.

    Args:
        path: The file; made where it is missing.
        end: Its good length in bytes; what lies behind is a torn tail and is cut.
    """

    def __init__(self, path: Path, end: int) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, 0o644)
        self.end = end
        if os.fstat(self._descriptor).st_size != end:
            os.ftruncate(self._descriptor, end)
        os.lseek(self._descriptor, end, os.SEEK_SET)

    def append(self, data: bytes) -> None:
        """Write and sync.

        Raises:
            OSError: It could not; the file is as before.
        """
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
            os.fsync(self._descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.end)
                os.lseek(self._descriptor, self.end, os.SEEK_SET)
            raise
        self.end += len(data)

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
