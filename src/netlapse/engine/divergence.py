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
        loss: The loss of the next update's batch.
        norm: The gradient norm of the next update.
    """
    what = f"loss is {_name(loss)}" if not np.isfinite(loss) else f"gradient is {_name(norm)}"
    step = trainer.step + 1
    layer, size = _largest_layer(trainer)
    bad_inputs = not np.isfinite(trainer.samples.train_inputs).all()
    if bad_inputs:
        return DivergedError(
            f"The {what} at step {step:,}, because the training data holds values that are not "
            "finite.",
            place="data",
            remedy="Clean the data.",
        )
    rate = trainer.learning_rate
    if size > LARGE:
        cause = (
            f"the numbers in layer `{layer}` had grown to {size:.3g}: the steps are too large for "
            f"this network (learning rate {rate:.3g})"
        )
    else:
        cause = (
            f"one step with the learning rate {rate:.3g} went too far; the largest numbers were in "
            f"layer `{layer}` ({size:.3g})"
        )
    return DivergedError(
        f"The {what} at step {step:,}: {cause}.",
        place=f"layer `{layer}`",
        remedy=f"Try a learning rate of {rate / 10:.2g}, or clip the gradient's norm at 1.",
    )


def _largest_layer(trainer: Trainer) -> tuple[str, float]:
    """The first layer with numbers that are not finite, else the one with the largest."""
    some = trainer.samples.train_inputs[:1024]
    activity = trainer.activity(some)
    largest, size = next(iter(activity)), 0.0
    for layer, values in activity.items():
        own = trainer.state.parameters.get(layer, {})
        arrays = [np.asarray(a) for a in (*own.values(), values)]
        peak = max(float(np.abs(a).max()) for a in arrays)
        if not np.isfinite(peak):
            return layer, peak
        if peak > size:
            largest, size = layer, peak
    return largest, size


def _name(value: float) -> str:
    return "not a number (NaN)" if np.isnan(value) else "infinite"
