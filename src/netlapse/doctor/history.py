"""What the rules look at: the record of a run up to a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from netlapse.protocol.diagnosis import Evidence
from netlapse.protocol.messages import Evaluation
from netlapse.protocol.vitals import LayerVitals, Summary, Vitals
from netlapse.spec.document import Spec

MOMENTS = 4
"""A rule speaks when what it watches was so at as many moments in a row,"""
SHARE = 0.2
"""for this share of all steps so far at least."""

Floats = NDArray[np.float32]
Seen = TypeVar("Seen", Vitals, Evaluation)


@dataclass(frozen=True)
class Diverged:
    """The training stands because a number was not finite."""

    step: int
    text: str


@dataclass(frozen=True)
class History:
    """The record of a run up to a step, and nothing later."""

    spec: Spec
    """As it reads at the step."""
    step: int
    vitals: Sequence[Vitals] = ()
    """By step."""
    evaluations: Sequence[Evaluation] = ()
    """By step."""
    gradient_norms: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """Of the last 4,096 updates at most."""
    changed: int = 0
    """The step of the last intervention; 0 where there is none."""
    reweighted: int | None = None
    """The step at which classes last came to count otherwise: losses up to it do not compare with
    later ones."""
    diverged: Diverged | None = None
    """Where the training stands at this step because it diverged."""

    # --- persistence -------------------------------------------------------------------------

    def lasting(
        self, moments: Sequence[Seen], holds: Callable[[Seen], bool], *, fresh: bool = False
    ) -> Sequence[Seen]:
        """The moments up to the newest at which something holds without a break; none where they
        are too few, or it is not so for long enough.

        Args:
            moments: Vitals or evaluations.
            holds: Whether it is so at one.
            fresh: Moments before the last intervention do not count: it may have been the cure.
        """
        found: list[Seen] = []
        for moment in reversed(moments):
            if not holds(moment) or (fresh and moment.step <= self.changed and self.changed):
                break
            found.append(moment)
        found.reverse()
        if len(found) < MOMENTS:
            return ()
        lasts = found[-1].step - found[0].step >= SHARE * self.step
        return found if lasts else ()

    def comparable(self, moments: Sequence[Seen]) -> Sequence[Seen]:
        """The moments whose losses count classes as they count now."""
        since = self.reweighted
        return moments if since is None else [one for one in moments if one.step > since]

    # --- facts -------------------------------------------------------------------------------

    @cached_property
    def is_classification(self) -> bool:
        """Whether the targets are classes."""
        return any(one.train.confusion is not None for one in self.evaluations)

    @cached_property
    def first_loss(self) -> float:
        """Training loss of the first evaluation that compares; infinite where it is not known."""
        compared = self.comparable(self.evaluations)
        return next((one.train.loss for one in compared if one.train.loss is not None), math.inf)

    @cached_property
    def loss_left(self) -> float:
        """Training loss now, as a part of the first one; 1 where it is not known."""
        now = self.evaluations[-1].train.loss if self.evaluations else None
        first = self.first_loss
        if now is None or not math.isfinite(first) or first <= 0:
            return 1.0
        return now / first

    @cached_property
    def learned(self) -> float:
        """How much of what lies between a guess and perfection it has learned of its training part,
        0 to 1: of the accuracy, or R²."""
        return learned_at(self.evaluations[-1]) if self.evaluations else 0.0

    @property
    def epoch(self) -> float:
        """Epochs done at the newest moment."""
        return self.evaluations[-1].epoch if self.evaluations else 0.0

    @cached_property
    def weighted(self) -> tuple[str, ...]:
        """The layers with weights, from input to output."""
        newest = self.vitals[-1].layers if self.vitals else ()
        return tuple(one.layer for one in newest if one.weight_norm is not None)

    @property
    def learning_rate(self) -> float:
        """The rate of the spec, before the schedule."""
        return self.spec.training.optimizer.learning_rate

    def index(self, layer: str) -> int | None:
        """The place of a layer in the spec; none where it is not there."""
        ids = [one.id for one in self.spec.network.layers]
        return ids.index(layer) if layer in ids else None


def learned_at(one: Evaluation) -> float:
    """As `History.learned`, of an evaluation."""
    train = one.train
    if train.confusion is not None and train.accuracy is not None:
        guess = max(sum(row) for row in train.confusion) / max(1, train.samples)
        return max(0.0, (train.accuracy - guess) / (1 - guess)) if guess < 1 else 1.0
    return max(0.0, train.r2 or 0.0)


def layer_of(vitals: Vitals, layer: str) -> LayerVitals | None:
    """A layer's vitals at a moment."""
    return next((one for one in vitals.layers if one.layer == layer), None)


def summary_of(layer: LayerVitals, quantity: str) -> Summary | None:
    """A distribution of a layer."""
    return next((one for one in layer.summaries if one.quantity == quantity), None)


def evidence(what: str, value: float | None, step: int, limit: float | None = None) -> Evidence:
    """A number of three digits that a finding rests on."""
    known = value is not None and math.isfinite(value)
    rounded = float(f"{value:.3g}") if known else None
    return Evidence(what=what, value=rounded, step=step, limit=limit)
