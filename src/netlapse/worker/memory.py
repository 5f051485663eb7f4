"""How much memory this process uses, and how much more it could get.

`NETLAPSE_MEMORY_MB` limits what a training may take, so that several can share a machine.
"""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from netlapse.engine.trainer import Trainer
from netlapse.errors import OutOfMemoryError

LIMIT_VARIABLE = "NETLAPSE_MEMORY_MB"
"""Names the most that this process may use, in megabytes."""

_GROUP = Path("/sys/fs/cgroup")
"""Where Linux keeps the limits of a container."""


REMEDY = "Use a smaller batch size, or `auto`; a smaller network; or close other programs."


def refuse_too_large(trainer: Trainer) -> None:
    """Check that the next steps fit the memory that is left.

    Raises:
        OutOfMemoryError: They do not; nothing has happened.
    """
    program = trainer.prepare()
    if not program.done() or program.exception() is not None:
        return
    needed, free = program.result().memory_bytes, free_bytes()
    if needed > free:
        raise OutOfMemoryError(
            f"A step of this training needs {in_words(needed)} of memory, and {in_words(free)} are "
            "free.",
            remedy=REMEDY,
        )


def used_bytes() -> int:
    """What this process holds in memory now."""
    return psutil.Process().memory_info().rss


def free_bytes() -> int:
    """What is left on this machine, in the container that this process runs in, or by the limit."""
    free = psutil.virtual_memory().available
    most, taken = _number(_GROUP / "memory.max"), _number(_GROUP / "memory.current")
    if most is not None and taken is not None:
        free = min(free, most - taken)
    limit = os.environ.get(LIMIT_VARIABLE, "")
    if limit.isdecimal():
        free = min(free, int(limit) * 1_000_000 - used_bytes())
    return max(0, free)


def in_words(size: int) -> str:
    """A size as people write it.

    >>> in_words(36_012_720), in_words(8_400_000_000)
    ('36 MB', '8.4 GB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or `max`: no limit
        return None
