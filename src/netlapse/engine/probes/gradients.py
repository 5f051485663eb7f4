"""The gradient that full-batch training would follow: of the mean loss over the training part."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.backend import FEW_CALLS
from netlapse.engine.forward import Parameters, forward
from netlapse.engine.losses import counted_losses
from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure

MAX_NUMBERS = 4_000_000
"""Of so many numbers a pass may consist, all samples and layers together: 16 MB. Where the training
part has more, its first samples stand for it, and `samples` says how many."""


@dataclass(frozen=True)
class LossGradient:
    """The loss at one state, and how it changes with every parameter."""

    loss: float
    """Mean loss, without penalties and without dropout."""
    gradients: Mapping[str, Mapping[str, NDArray[np.float32]]]
    """Layer id → parameter name → ∂loss/∂parameter, of the parameter's shape."""
    samples: int
    """How many training samples the mean is of."""


class GradientProbe:
    """Loss and gradient over the training part, in one forward and one backward pass."""

    def __init__(self, structure: Structure, samples: Samples) -> None:
        self._structure = structure
        numbers = math.prod(structure.input_shape)
        numbers += sum(math.prod(layer.output_shape or ()) for layer in structure.layers)
        count = max(1, MAX_NUMBERS // max(1, numbers))
        self._inputs = samples.train_inputs[:count]
        self._targets = samples.train_targets[:count]
        self._compute = jax.jit(jax.value_and_grad(self._mean_loss), compiler_options=FEW_CALLS)

    def at(self, parameters: Parameters) -> LossGradient:
        """At these parameters."""
        loss, gradients = self._compute(parameters, self._inputs, self._targets)
        to_numpy: Any = lambda tree: jax.tree.map(np.asarray, tree)  # noqa: E731
        return LossGradient(float(loss), to_numpy(gradients), len(self._inputs))

    def _mean_loss(self, parameters: Parameters, x: Array, y: Array) -> Array:
        network = self._structure.network
        activity = forward(network, parameters, {}, x)
        return counted_losses(self._structure, *activity.output(network), y).mean()
