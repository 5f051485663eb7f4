"""What one call of a training program did, or is doing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters
from netlapse.engine.structure import EpochData, TrainState
from netlapse.errors import DivergedError

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Steps:
    """What some consecutive updates recorded."""

    first_step: int
    """The number of the first update: state `first_step` is the state after it."""
    losses: Floats
    """Loss of each update's batch, before the update [count]."""
    gradient_norms: Floats
    """Norm of the gradient over all trainable parameters, before clipping [count]."""


class DivergedAtStepError(DivergedError):
    """The training stands at its last good state.

    Attributes:
        steps: What was recorded until then.
    """

    def __init__(self, reason: DivergedError, steps: Steps) -> None:
        super().__init__(reason.message, place=reason.place, remedy=reason.remedy)
        self.steps = steps


class Called(NamedTuple):
    """What a call gave back."""

    state: TrainState
    data: EpochData | None
    records: Floats
    """Loss and gradient norm of each step [count, 2]."""
    finite: bool
    """Whether all parameters of the state are."""
    seconds: float


class Underway:
    """Steps that are being computed, on a thread of their own.

    What is looked at meanwhile costs them nothing where there is a second core.
    """

    def __init__(self, called: Future[Called], take: Callable[[Called], Steps]) -> None:
        self._called = called
        self._take = take

    def parameters(self) -> Parameters:
        """Those after the steps; waits for them."""
        return self._called.result().state.parameters

    def finish(self) -> tuple[Steps, float]:
        """Wait for the steps, after which the trainer then stands; and the seconds they took.

        Raises:
            DivergedAtStepError: As `Trainer.advance`.
        """
        called = self._called.result()
        return self._take(called), called.seconds
