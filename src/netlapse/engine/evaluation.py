"""Outputs and losses of whole parts of a dataset, without dropout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.forward import Activity, Parameters, forward
from netlapse.engine.losses import sample_losses
from netlapse.engine.structure import Structure

BLOCK = 4096
"""Samples that go through the network at once."""


class Evaluator:
    """Runs samples through a network; compiled once per structure and block length."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._losses = jax.jit(self._traced_losses)
        self._activity = jax.jit(self._traced_activity)

    def losses(
        self, parameters: Parameters, inputs: NDArray[Any], targets: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The loss of each sample [n] and the outputs [n, outputs]."""
        blocks = [
            self._losses(parameters, inputs[i : i + BLOCK], targets[i : i + BLOCK])
            for i in range(0, len(inputs), BLOCK)
        ]
        losses, outputs = zip(*blocks, strict=True)
        return np.concatenate(losses), np.concatenate(outputs)

    def activity(
        self, parameters: Parameters, inputs: NDArray[Any]
    ) -> Mapping[str, NDArray[np.float32]]:
        """The activations of every layer [n, ...]."""
        blocks = [
            self._activity(parameters, inputs[i : i + BLOCK]).activations
            for i in range(0, len(inputs), BLOCK)
        ]
        return {layer: np.concatenate([block[layer] for block in blocks]) for layer in blocks[0]}

    def _traced_losses(self, parameters: Parameters, x: Array, y: Array) -> tuple[Array, Array]:
        structure = self._structure
        activity = forward(structure.network, parameters, {}, x)
        z, a = activity.output(structure.network)
        return sample_losses(structure.loss, z, a, y), a

    def _traced_activity(self, parameters: Parameters, x: Array) -> Activity:
        return forward(self._structure.network, parameters, {}, x)


jax.tree_util.register_dataclass(Activity, ["pre_activations", "activations"], [])
