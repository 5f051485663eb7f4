"""How much memory this process uses, and how much more it could get.

`NETLAPSE_MEMORY_MB` limits what a training may take, so that several can share a machine.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from netlapse.engine.trainer import Trainer
from netlapse.errors import ConfirmationError, OutOfMemoryError
from netlapse.spec.changes import Intervention, SetValue
from netlapse.spec.document import Spec
from netlapse.spec.memory import estimate_memory, in_words
from netlapse.spec.network import Facts
from netlapse.spec.training import AUTO_BATCH

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
    needed = program.result().memory_bytes
    free = free_bytes(needed)
    if needed > free:
        raise OutOfMemoryError(
            f"A step of this training needs {in_words(needed)} of memory, and {in_words(free)} are "
            "free.",
            remedy=REMEDY,
        )


def refuse_to_open(spec: Spec, facts: Facts, *, confirmed: bool) -> None:
    """Check that a network fits the memory that is left, and that much is wanted.

    Args:
        spec: What is to be trained.
        facts: Of its data.
        confirmed: Whether it may take much.

    Raises:
        OutOfMemoryError: Its numbers alone, without those of a batch, do not fit.
        ConfirmationError: It takes much, and is not confirmed.
    """
    estimate = estimate_memory(spec.network, facts, spec.training)
    free = free_bytes(estimate.total)
    if estimate.total - estimate.activations > free:
        raise OutOfMemoryError(
            f"This training needs about {in_words(estimate.total)} of memory, and {in_words(free)} "
            "are free.",
            remedy=REMEDY,
        )
    if estimate.asks and not confirmed:
        raise ConfirmationError(
            f"This training takes about {in_words(estimate.total)} of memory, and {in_words(free)} "
            "are free; so much has to be confirmed first.",
            remedy="Confirm it with `--yes` or `confirmed=True`, or make the network smaller.",
        )


def fitting_batch(spec: Spec, facts: Facts) -> int:
    """What the batch size `auto` stands for: `AUTO_BATCH`, halved until an estimate of what a
    training takes is at most half of the memory that is left.

    Args:
        spec: What is to be trained.
        facts: Of its data.
    """

    def wanted(size: int) -> int:
        training = spec.training.model_copy(update={"batch_size": size})
        return 2 * estimate_memory(spec.network, facts, training).total

    size = AUTO_BATCH
    free = free_bytes(wanted(size))
    while size > 1 and wanted(size) > free:
        size //= 2
    return size


def fit_batch(trainer: Trainer) -> Intervention | None:
    """At the start of a run, write down what the batch size `auto` stands for, where that is not
    what it stands for everywhere."""
    if trainer.step or trainer.acted or trainer.spec.training.batch_size != "auto":
        return None
    size = fitting_batch(trainer.spec, trainer.samples.facts)
    if size == AUTO_BATCH:
        return None
    change = SetValue(kind="set", path="training.batch_size", value=size)
    return trainer.intervene([change])


def give_back() -> None:
    """Give the system what this process has freed and keeps: glibc holds on to the memory of every
    thread that has compiled. Takes some milliseconds; others compute meanwhile."""
    if _trim is not None:
        _trim(0)


def _glibc_trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_trim = _glibc_trim()


def used_bytes() -> int:
    """What this process holds in memory now."""
    return psutil.Process().memory_info().rss


def free_bytes(wanted: int = 0) -> int:
    """What is left on this machine, in the container that this process runs in, or by the limit.

    Args:
        wanted: Where less than this is left, what this process keeps unused is given back first.
    """
    free = _free_bytes()
    if free < wanted:
        give_back()
        free = _free_bytes()
    return free


def _free_bytes() -> int:
    free = psutil.virtual_memory().available
    most, taken = _number(_GROUP / "memory.max"), _number(_GROUP / "memory.current")
    if most is not None and taken is not None:
        free = min(free, most - taken + _reclaimable())
    limit = os.environ.get(LIMIT_VARIABLE, "")
    if limit.isdecimal():
        free = min(free, int(limit) * 1_000_000 - used_bytes())
    return max(0, free)


def _reclaimable() -> int:
    """What the container counts as taken, and gives back when it is needed: files read lately."""
    try:
        lines = (_GROUP / "memory.stat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or `max`: no limit
        return None
