"""The lock of a run's one writer: held by a process, gone with it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


class WriterLock:
    """A lock on a file, which the operating system releases when the process ends.

    Two locks on one file exclude each other in one process as well.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def acquire(self, patience_s: float = 0.0) -> bool:
        """Take the lock, waiting a moment for it; says whether it was free.

        Raises:
            OSError: The file cannot be made.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + patience_s
        while not _is_taken(descriptor):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return False
            time.sleep(0.01)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back; nothing where it is not held."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock."""
    if not path.exists():
        return False
    lock = WriterLock(path)
    try:
        free = lock.acquire()
    except OSError:
        return False  # a folder that may not be written has no writer
    lock.release()
    return not free


def _is_taken(descriptor: int) -> bool:
    try:
        _lock(descriptor)
    except OSError:
        return False
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
