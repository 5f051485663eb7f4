"""The optimizer's memory by the names that its formulas have, and its corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from netlapse.engine.hyperparameters import OPTIMIZER
from netlapse.spec.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    OptimizerBase,
    RMSprop,
)

Values = Mapping[str, float]


def moments(
    optimizer: OptimizerBase, state: Any, hyperparameters: Values | None = None
) -> dict[str, Any]:
    """What an optimizer remembers, as trees of the parameters' form.

    Args:
        optimizer: The kind.
        state: Its state.
        hyperparameters: Where they are given, Adam's corrected moments are there too.

    Returns:
        `velocity` (v), `mean` (m) and `square` (s), as `netlapse.spec.optimizers` has them, and
        `mean_hat`, `square_hat`.
    """
    match optimizer:
        case Momentum() | Nesterov():
            return {"velocity": state.trace}
        case AdaGrad():
            return {"square": state.square}
        case RMSprop(centered=centered):
            squares, traces = state
            found = {"square": squares.square, "velocity": traces.trace}
            return {**found, "mean": squares.mean} if centered else found
        case Adam() | AdamW():
            own = _adam(optimizer, state)
            found = {"mean": own.mu, "square": own.nu}
            if hyperparameters is None:
                return found
            first, second = corrections(optimizer, int(own.count), hyperparameters)
            by = lambda tree, factor: jax.tree.map(  # noqa: E731
                lambda m: np.asarray(m) / np.float32(factor), tree
            )
            return {**found, "mean_hat": by(own.mu, first), "square_hat": by(own.nu, second)}
        case _:
            return {}


def optimizer_step(optimizer: OptimizerBase, state: Any) -> int:
    """The t that an optimizer has counted to; 0 where it counts none."""
    if isinstance(optimizer, Adam | AdamW):
        return int(_adam(optimizer, state).count)
    return 0


def corrections(optimizer: OptimizerBase, step: int, hyperparameters: Values) -> tuple[float, ...]:
    """Adam's 1 − β₁ᵗ and 1 − β₂ᵗ, from the float32 numbers that the program has; else none."""
    if not isinstance(optimizer, Adam | AdamW) or step < 1:
        return ()
    betas = (hyperparameters[OPTIMIZER + name] for name in ("beta_1", "beta_2"))
    return tuple(float(1 - np.float32(beta) ** np.float32(step)) for beta in betas)


def _adam(optimizer: OptimizerBase, state: Any) -> Any:
    return state if isinstance(optimizer, Adam) else state[0]
