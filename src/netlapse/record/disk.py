"""Writing to disk so that it lasts, and saying in one sentence why it does not."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Generator
from pathlib import Path

from netlapse.errors import RunError

if sys.platform == "darwin":
    import fcntl

KEPT = "What was saved is kept."
FULL = (
    "The run cannot be saved: the disk is full.",
    "Free some space; what was saved is kept.",
)
FORBIDDEN = (
    "The run cannot be saved: this folder may not be written.",
    "Set NETLAPSE_HOME to another folder, or train without a record.",
)
_NO_FOLDER = (
    "The run cannot be saved: a part of this path is a file and no folder.",
    "Set NETLAPSE_HOME to a folder.",
)
_SENTENCES = {
    errno.ENOSPC: FULL,
    errno.EROFS: FORBIDDEN,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
}
if sys.platform != "win32":
    _SENTENCES[errno.EDQUOT] = FULL


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
    message, remedy = _SENTENCES.get(
        error.errno or 0, (f"The run cannot be saved: {error.strerror or error}.", KEPT)
    )
    return RunError(message, place=str(folder), remedy=remedy)


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, for this user alone.

    Raises:
        OSError: It cannot be made.
    """
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(OSError):  # one that we may enter and not read
            sync_folder(missing.parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there as before or in whole: temp, sync, rename.

    Its name lasts when the folder is synced, which who writes several does once.
    """
    temporary = path.with_name(f"{path.name}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            sync_file(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def sync_file(descriptor: int) -> None:
    """Make what was written to a file durable; on a Mac a plain sync leaves it in the drive."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
