"""Who gets a core first while somebody watches: the page.

A page computes 20 ms for a frame. Beside threads that train on every core it gets half of one, and
the frame takes 50. Linux divides the cores among sessions ("autogroups", `sched(7)`), so niceness
of a process says nothing to a browser that was started elsewhere; the session's own does. A worker
is a session of its own, and may take its niceness back.
"""

from __future__ import annotations

import os
from pathlib import Path

NICE = 5
"""A third of the weight of others, for as long as they compute."""
_FILE = Path("/proc/self/autogroup")


class Courtesy:
    """Lets others go first while somebody watches.

    Args:
        file: Where the session's niceness is written; by default this system's, if it has one and
            the process is a session of its own.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file if file is not None else _own_file()
        self._gives_way = False

    def follow(self, *, watched: bool) -> None:
        """Called with each call of a program.

        Args:
            watched: Whether somebody watches.
        """
        if self._file is None or watched == self._gives_way:
            return
        try:
            self._file.write_text(str(NICE if watched else 0), encoding="ascii")
            self._gives_way = watched
        except BlockingIOError:  # not twice within 0.1 s: with the next call
            pass
        except OSError:
            self._file = None


def _own_file() -> Path | None:
    if not hasattr(os, "getsid") or not _FILE.exists():
        return None
    return _FILE if os.getsid(0) == os.getpid() else None
