"""Where a watched training runs: on one core that it keeps, where it needs no more than one.

Every call of a program wakes another thread of XLA's pool. On a machine of few cores the scheduler
often puts it where the page is drawing, and it waits there although a core is free: a tenth of a
training's time. A process that is held on one core wakes up there, and the page moves to the other.

A training that computes on two cores takes no more than one, either, for as long as the page is
busy on the other. So it is looked at call by call: some of them find both cores free.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

FEW_CORES = 4
"""With more of them a thread that wakes up finds a free one."""
WINDOW_S = 0.5
"""What the process needs is measured for so long."""
ONE_CORE = (0.75, 1.2)
"""Cores that a training takes which needs one: a little less while others get in its way."""
CALLS, WIDE = 40, 0.1
"""Of its last calls, at most this part took more: what is evaluated beside them. Of a training of
two cores, in a page's way, a quarter do."""
CROWDED = 0.8
"""Cores, of the one it is held on: something else works there, too."""
HOLD_S = 20.0
"""Then it is looked again what it needs when it is free."""
REST_S = 10.0
"""Until it is held again after it was crowded."""


class Seat(Protocol):
    """What the operating system offers."""

    def take(self) -> None:
        """Hold the process on one core."""
        ...

    def leave(self) -> None:
        """Let it run wherever it could before."""
        ...


class KeptCore:
    """Decides when the process is held on one core.

    Args:
        seat: What holds it; by default this system's, if it has one and few cores.
        clock: Seconds.
        cpu_clock: Seconds of computing, of all threads.
        own_clock: Those of the thread that calls `follow`: it draws while others compute.
    """

    def __init__(
        self,
        seat: Seat | None = None,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.process_time,
        own_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._seat = seat if seat is not None else _seat()
        self._clock, self._cpu_clock, self._own_clock = clock, cpu_clock, own_clock
        self._wide: deque[bool] = deque(maxlen=CALLS)
        self.held = False
        self._held_at = self._not_before = 0.0
        self._measure_anew()

    def follow(self, *, steady: bool) -> None:
        """Measure and decide; called after each call of a program.

        Args:
            steady: Whether somebody watches and nothing is compiled or changed.
        """
        if self._seat is None:
            return
        if not steady:
            self.release()
            return
        now = self._clock()
        self._follow_call(now)
        if now - self._since < WINDOW_S:
            return
        cores = (self._cpu_clock() - self._cpu_since) / (now - self._since)
        if self.held:
            if cores < CROWDED:
                self._not_before = now + REST_S
            if cores < CROWDED or now - self._held_at > HOLD_S:
                self.release()
        elif now >= self._not_before and ONE_CORE[0] <= cores <= ONE_CORE[1] and self._is_narrow:
            self._seat.take()
            self.held, self._held_at = True, now
        self._measure_anew()

    def release(self) -> None:
        """Let the process run wherever it could before."""
        if self.held and self._seat is not None:
            self._seat.leave()
        self.held = False
        self._measure_anew()

    @property
    def _is_narrow(self) -> bool:
        """Whether its calls take one core, as far as is known."""
        known = len(self._wide)
        return known >= CALLS / 4 and sum(self._wide) <= WIDE * known

    def _follow_call(self, now: float) -> None:
        """Learn whether a call took more than one core, beside the one that draws."""
        computed = self._cpu_clock() - self._own_clock()
        if now > self._called_at and not self.held:
            cores = (computed - self._called_cpu) / (now - self._called_at)
            self._wide.append(cores > ONE_CORE[1])
        self._called_at, self._called_cpu = now, computed

    def _measure_anew(self) -> None:
        self._since, self._cpu_since = self._clock(), self._cpu_clock()
        self._called_at, self._called_cpu = self._since, self._cpu_since - self._own_clock()


class LinuxSeat:
    """The threads of this process on the core where one of them computed most.

    All but the one that makes this: the worker's loop, which draws while the others compute.
    """

    def __init__(self) -> None:
        self._allowed = os.sched_getaffinity(0)
        self._drawing = threading.get_native_id()

    def take(self) -> None:
        """Hold them."""
        busiest = max(_threads(), key=_computed, default=None)
        if busiest is not None:
            self._put({_last_core(busiest)})

    def leave(self) -> None:
        """Let them go."""
        self._put(self._allowed)

    def _put(self, cores: set[int]) -> None:
        for thread in _threads():
            if thread == self._drawing:
                continue
            with contextlib.suppress(OSError):  # it has ended
                os.sched_setaffinity(thread, cores)


def _seat() -> Seat | None:
    if not hasattr(os, "sched_setaffinity"):
        return None
    return LinuxSeat() if 1 < len(os.sched_getaffinity(0)) <= FEW_CORES else None


def _threads() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/task")]


def _computed(thread: int) -> int:
    fields = _fields(thread)
    return int(fields[11]) + int(fields[12]) if fields else -1


def _last_core(thread: int) -> int:
    fields = _fields(thread)
    return int(fields[36]) if fields else 0


def _fields(thread: int) -> list[str]:
    """What `proc(5)` calls fields 3 and following of a thread's `stat`."""
    try:
        with open(f"/proc/self/task/{thread}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []
