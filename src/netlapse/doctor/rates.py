"""Rules about the learning rate: too high, too low."""

from __future__ import annotations

import math
from collections.abc import Iterator

from netlapse.doctor import remedies
from netlapse.doctor.history import History, evidence
from netlapse.doctor.rule import Rule, Sign
from netlapse.protocol.vitals import Vitals

HIGH, LOW = 0.02, 2e-5
"""Ratio of a typical update to the weights; about 0.001 is usual."""
WORSE = 1.2
"""A loss so many times that of the start, or the best one: it does not go down."""
FELL = 0.95
SLOPE = 0.1
"""How steep the loss still is, see `slope`."""
FEWEST_STEPS, FEWEST_EPOCHS = 100, 3


def _high(history: History) -> Iterator[Sign]:
    if not _is_long_enough(history) or not history.vitals:
        return
    start = _start(history)
    if start is None or start.loss is None:
        return
    first = start.loss

    def holds(vitals: Vitals) -> bool:
        return (
            vitals.step > start.step
            and _largest_ratio(vitals) >= HIGH
            and (vitals.loss is None or vitals.loss >= WORSE * first)
        )

    lasting = history.lasting(history.vitals, holds, fresh=True)
    if not lasting:
        return
    newest = lasting[-1]
    ratio = _largest_ratio(newest)
    layer = max(newest.layers, key=lambda one: one.update_ratio or 0).layer
    yield Sign(
        since=lasting[0].step,
        evidence=[
            evidence("largest ratio of an update to the weights", ratio, newest.step, HIGH),
            evidence("training loss", newest.loss, newest.step, WORSE * first),
            evidence("training loss at the start", first, start.step),
        ],
        explanation=f"One update changes the weights of `{layer}` by {100 * ratio:.2g} %, and the "
        "loss is higher than where it began. The steps leap over the valley that they should go "
        "down.",
        remedies=[remedies.rate(history, 0.1), *remedies.clipped(history)],
        layer=layer,
    )


def _low(history: History) -> Iterator[Sign]:
    if not _is_long_enough(history) or not history.vitals:
        return
    start = _start(history)
    if start is None or start.loss is None:
        return
    first, base = start.loss, history.learning_rate

    def holds(vitals: Vitals) -> bool:
        return (
            0 < _largest_ratio(vitals) < LOW
            and vitals.learning_rate >= 0.5 * base
            and vitals.loss is not None
            and FELL * first < vitals.loss <= WORSE * first
            and slope(vitals) >= SLOPE
        )

    lasting = history.lasting(history.vitals, holds, fresh=True)
    if not lasting:
        return
    newest = lasting[-1]
    ratio = _largest_ratio(newest)
    factor = min(1000.0, 1e-3 / ratio)
    yield Sign(
        since=lasting[0].step,
        evidence=[
            evidence("largest ratio of an update to the weights", ratio, newest.step, LOW),
            evidence("training loss", newest.loss, newest.step, FELL * first),
            evidence("training loss at the start", first, start.step),
        ],
        explanation=f"An update changes the weights by {ratio:.1g} of their size, where about "
        f"0.001 is usual. The gradient still shows a way down, but {history.step:,} steps have "
        "hardly gone along it.",
        remedies=[remedies.rate(history, factor)],
    )


def slope(vitals: Vitals) -> float:
    """By how many times itself the loss would fall, to first order, where the weights of a layer
    changed by their own size: ‖g‖·‖w‖ / loss, the largest of all layers."""
    if not vitals.loss:
        return 0.0
    return (
        max(
            ((one.gradient_norm or 0) * (one.weight_norm or 0) for one in vitals.layers),
            default=0.0,
        )
        / vitals.loss
    )


def _start(history: History) -> Vitals | None:
    """The first moment under the present settings."""
    compared = history.comparable(history.vitals)
    return next((one for one in compared if one.step >= history.changed), None)


def _largest_ratio(vitals: Vitals) -> float:
    return max((one.update_ratio or 0.0 for one in vitals.layers), default=0.0)


def _is_long_enough(history: History) -> bool:
    steps = history.step - history.changed
    if not history.step:
        return False
    epochs = history.epoch * steps / history.step
    return steps >= FEWEST_STEPS and (
        epochs >= FEWEST_EPOCHS or math.isclose(epochs, FEWEST_EPOCHS)
    )


RATE_HIGH = Rule(
    name="learning-rate-high",
    title="Learning rate too high",
    severity="warning",
    watches="The largest ratio of an update to the weights of its layer, and the loss of the "
    "samples that are looked at.",
    threshold="A ratio of at least 0.02 together with a loss of at least 1.2 times the one at the "
    "start (or right after the last change), at four moments in a row and for a fifth of all "
    "steps; after 100 updates and 3 epochs at the earliest.",
    why="Steps that are too long leap over the valley, and land higher than they began.",
    remedy="A tenth of the learning rate, or clipping at 1.",
    look=_high,
    unless=("diverged", "unscaled-inputs", "exploding-gradients"),
)
RATE_LOW = Rule(
    name="learning-rate-low",
    title="Learning rate too low",
    severity="advice",
    watches="The same ratio, the loss, and how steep the loss still is: ‖gradient‖ · ‖weights‖ / "
    "loss of a layer.",
    threshold="All ratios below 0.00002, less than 5 % of the loss gone since the start (or the "
    "last change), and a slope of at least 0.1, at four moments in a row and for a fifth of all "
    "steps; after 100 updates and 3 epochs at the earliest, and not where a schedule has lowered "
    "the rate to less than half.",
    why="The way down is there, and at this pace nobody will see its end.",
    remedy="The learning rate at which the ratio is about 0.001, a thousand times as high at most.",
    look=_low,
    unless=(
        "diverged",
        "unscaled-inputs",
        "exploding-gradients",
        "vanishing-gradients",
        "dead-units",
        "saturated-units",
    ),
)
