"""How many steps the next call may take: by the wanted pace, and by a time budget."""

from __future__ import annotations

import math
import time

from netlapse.engine.structure import Structure

WATCHED_S = 0.025
"""Time of one call while someone watches: commands wait no longer, and 40 calls a second are enough
for 30 pictures. Pictures are drawn while the next call computes."""
SLOW_S, SLOW_STEPS = 0.095, 6
"""Where so many steps do not fit in, they may take this long: every call costs some milliseconds,
and a large network's pictures need not come more often."""
UNWATCHED_S = 0.800
"""Large networks lose ten milliseconds with every call."""
FIRST_STEPS, FIRST_WORK = 64, 5_000_000_000
"""The first call, when nobody knows yet what a step takes: so many steps at most, and about so many
multiply-adds, a tenth of a second on two cores."""


def first_steps(structure: Structure) -> int:
    """How many steps to begin with. A step goes forward, and back at twice the price."""
    work = 3 * structure.batch * sum(layer.multiply_adds for layer in structure.layers)
    return max(1, min(FIRST_STEPS, FIRST_WORK // max(1, work)))


class Pace:
    """Follows the wall clock; never influences the result.

    Args:
        structure: What is trained.
    """

    def __init__(self, structure: Structure) -> None:
        self._first = first_steps(structure)
        self._calls = 0
        self.steps_per_second: float | None = None
        """Wanted steps per second; none: as fast as it goes."""
        self.measured = 0.0
        """Steps per second as they come, smoothed over about half a second."""
        self.step_s = 0.0
        """What a step takes; 0 where that is not known yet."""
        self._debt_since = time.monotonic()
        self._done = 0
        self._measured_at = time.monotonic()
        self._measured_steps = 0

    def start(self) -> None:
        """Begin to count the wanted steps from now."""
        self._debt_since = time.monotonic()
        self._done = 0
        self._measured_at = self._debt_since
        self._measured_steps = 0

    def forget_cost(self, structure: Structure) -> None:
        """Another program runs from now on: learn anew what a step takes."""
        self._first, self._calls, self.step_s = first_steps(structure), 0, 0.0

    def set(self, steps_per_second: float | None) -> None:
        """Want another pace from now on."""
        self.steps_per_second = steps_per_second
        self.start()

    def due(self, *, watched: bool, most_s: float = UNWATCHED_S) -> tuple[int, float]:
        """How many steps to take now; where none, the seconds to wait.

        Args:
            watched: Whether someone watches.
            most_s: No call of a fast network takes longer, because a keyframe is due.
        """
        affordable = self._first
        if self.step_s > 0:
            budget_s = max(WATCHED_S, min(UNWATCHED_S, most_s))
            if watched:
                budget_s = min(max(WATCHED_S, SLOW_STEPS * self.step_s), SLOW_S)
            affordable = max(1, int(budget_s / self.step_s))
        if self.steps_per_second is None:
            return affordable, 0.0
        elapsed_s = time.monotonic() - self._debt_since
        wanted = math.floor(elapsed_s * self.steps_per_second) - self._done
        if wanted > self.steps_per_second and wanted > affordable:
            # The machine cannot keep the pace: forget what is owed, or a later slower stretch
            # would be run through at full speed.
            self.start()
            wanted = affordable
        if wanted >= 1:
            return min(wanted, affordable), 0.0
        next_s = (self._done + 1) / self.steps_per_second - elapsed_s
        return 0, max(next_s, 0.001)

    def took(self, steps: int, seconds: float) -> None:
        """Learn from a call."""
        if not steps:
            return
        cost_s = seconds / steps
        # The first call waits for memory, too: the second one tells what a step takes.
        self._calls += 1
        newest = 1.0 if self._calls <= 2 else 0.3
        self.step_s += newest * (cost_s - self.step_s)
        self._done += steps
        self._measured_steps += steps
        now = time.monotonic()
        if now - self._measured_at >= 0.5:
            self.measured = self._measured_steps / (now - self._measured_at)
            self._measured_at, self._measured_steps = now, 0
        elif self.measured == 0:
            self.measured = 1 / cost_s
