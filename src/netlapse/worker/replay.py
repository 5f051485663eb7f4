"""Training again what is recorded: silently, and compared with the record."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.steps import Steps
from netlapse.engine.trainer import Trainer
from netlapse.errors import RunError
from netlapse.protocol.messages import Extension

ALL = 2**31 - 1


class Replay:
    """A re-run to a recorded step.

    Args:
        trainer: Stands at a keyframe, or at step 0.
        to_step: Where it shall come to.
        start: The step after which the recorded losses begin.
        losses: The recorded losses, float32 [n]; there may be fewer than steps.
        extensions: All recorded extensions: they act at their steps, as they did.

    Attributes:
        differs_at: The first update whose loss was not the recorded one; none where all were equal.
        unrecorded: What it gave beyond the recorded losses.
        seconds: What the steps took.
    """

    def __init__(
        self,
        trainer: Trainer,
        to_step: int,
        start: int,
        losses: NDArray[np.float32],
        extensions: Sequence[Extension],
    ) -> None:
        self.differs_at: int | None = None
        self.unrecorded: list[Steps] = []
        self.seconds = 0.0
        self._trainer = trainer
        self._to_step = to_step
        self._start = start
        self._losses = losses
        later = sorted(extensions, key=lambda extension: extension.step)
        self._extensions = deque(later[trainer.extended :])
        self._extend()

    @property
    def is_done(self) -> bool:
        """Whether it is there."""
        return self._trainer.step >= self._to_step

    @property
    def steps_left(self) -> int:
        """How many steps are to come."""
        return max(0, self._to_step - self._trainer.step)

    def go_on(self, most: int = ALL) -> int:
        """One call of the program, of at most so many steps; gives how many it made.

        Raises:
            RunError: The training ends before the step.
        """
        trainer = self._trainer
        if trainer.finished:
            raise RunError(
                f"The record has {self._to_step:,} steps, "
                f"and the training ends at {trainer.step:,}."
            )
        goal = min([self._to_step, *(extension.step for extension in self._extensions)])
        steps, seconds = trainer.begin(min(most, goal - trainer.step)).finish()
        self.seconds += seconds
        self._compare(steps)
        self._extend()
        return len(steps.losses)

    def _extend(self) -> None:
        while self._extensions and self._extensions[0].step <= self._trainer.step:
            self._trainer.extend(self._extensions.popleft().epochs)

    def _compare(self, steps: Steps) -> None:
        begin = steps.first_step - 1 - self._start
        known = self._losses[begin : begin + len(steps.losses)]
        different = np.flatnonzero(steps.losses[: len(known)] != known)
        if different.size and self.differs_at is None:
            self.differs_at = steps.first_step + int(different[0])
        if len(known) < len(steps.losses):
            self.unrecorded.append(
                Steps(
                    steps.first_step + len(known),
                    steps.losses[len(known) :],
                    steps.gradient_norms[len(known) :],
                )
            )
