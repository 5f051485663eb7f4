"""Why a loss is no longer finite: which layer, and what probably happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netlapse.errors import DivergedError

if TYPE_CHECKING:
    from netlapse.engine.trainer import Trainer

LARGE = 1e3


def explain(trainer: Trainer, loss: float, norm: float) -> DivergedError:
    """The sentence for a training that stands at its last good state.

    Args:
        trainer: Standing at that state.
        loss: The loss of the next update's batch, before that update.
        norm: The gradient norm of the next update; where both are finite, its result is not.
    """
    what = "weights are infinite or not a number after"
    if not np.isfinite(loss):
        what = f"loss is {_name(loss)} at"
    elif not np.isfinite(norm):
        what = f"gradient is {_name(norm)} at"
    layer, size = _largest_layer(trainer)
    rate = trainer.learning_rate
    if size <= LARGE:
        cause = (
            f"one step with the learning rate {rate:.3g} went too far; the largest numbers were in "
            f"layer `{layer}` ({size:.3g})"
        )
    else:
        grown = f"had grown to {size:.3g}" if np.isfinite(size) else "had grown beyond all bounds"
        cause = (
            f"the numbers in layer `{layer}` {grown}: the steps are too large for this network "
            f"(learning rate {rate:.3g})"
        )
    return DivergedError(
        f"The {what} step {trainer.step + 1:,}: {cause}.",
        place=f"layer `{layer}`",
        remedy=f"Try a learning rate of {rate / 10:.2g}, or clip the gradient's norm at 1.",
    )


def _largest_layer(trainer: Trainer) -> tuple[str, float]:
    """The first layer with numbers that are not finite (then infinity), else the one with the
    largest."""
    some = trainer.samples.train_inputs[:1024]
    activity = trainer.activity(some)
    largest, size = next(iter(activity)), 0.0
    for layer, values in activity.items():
        own = trainer.state.parameters.get(layer, {})
        arrays = [np.asarray(a) for a in (*own.values(), values)]
        peak = max(float(np.abs(a).max()) for a in arrays)
        if not np.isfinite(peak):
            return layer, float("inf")
        if peak > size:
            largest, size = layer, peak
    return largest, size


def _name(value: float) -> str:
    return "not a number (NaN)" if np.isnan(value) else "infinite"
