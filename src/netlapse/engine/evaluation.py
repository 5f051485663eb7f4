"""Outputs and losses of whole parts of a dataset, without dropout."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.forward import Activity, Parameters, forward
from netlapse.engine.losses import counted_losses
from netlapse.engine.structure import Structure

BLOCK = 4096
"""Most samples that go through the network at once."""
BLOCK_NUMBERS = 16_000_000
"""Their activations, all layers together, hold about so many numbers at most: 64 MB."""
QUICK_WORK = 400_000_000
"""Multiply-adds that a quick look at a part of the data may take."""
SMALL_WORK = 20_000_000
"""Multiply-adds on all training samples that cost a millisecond at most."""
QUICK_SAMPLES = 500
"""It takes as many samples at least."""


class Evaluator:
    """Runs samples through a network; compiled once per structure and block length."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        report = structure.layers
        numbers = sum(math.prod(layer.output_shape or ()) for layer in report)
        work = sum(layer.multiply_adds for layer in report)
        self.quick = max(QUICK_SAMPLES, QUICK_WORK // max(1, work))
        """Samples that a quick look takes."""
        most = max(1, min(BLOCK, BLOCK_NUMBERS // max(1, numbers)))
        # A quick look fills its blocks.
        self._block = most if most > self.quick else -(-self.quick // -(-self.quick // most))
        self.is_small = work * structure.samples <= SMALL_WORK
        """Whether all samples may be evaluated for every picture."""
        self._losses = jax.jit(self._traced_losses)
        self._activity = jax.jit(self._traced_activity)

    def losses(
        self, parameters: Parameters, inputs: NDArray[Any], targets: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The loss of each sample [n] and the outputs [n, outputs]."""
        losses: list[NDArray[np.float32]] = []
        outputs: list[NDArray[np.float32]] = []
        for x, y, count in self._blocks(inputs, targets):
            loss, output = self._losses(parameters, x, y)
            losses.append(np.asarray(loss)[:count])
            outputs.append(np.asarray(output)[:count])
        return np.concatenate(losses), np.concatenate(outputs)

    def activity(
        self, parameters: Parameters, inputs: NDArray[Any]
    ) -> Mapping[str, NDArray[np.float32]]:
        """The activations of every layer [n, ...]."""
        blocks: list[dict[str, NDArray[np.float32]]] = []
        for x, _, count in self._blocks(inputs, inputs):
            activations = self._activity(parameters, x).activations
            blocks.append({layer: np.asarray(a)[:count] for layer, a in activations.items()})
        return {layer: np.concatenate([block[layer] for block in blocks]) for layer in blocks[0]}

    def _blocks(
        self, inputs: NDArray[Any], targets: NDArray[Any]
    ) -> Iterator[tuple[NDArray[Any], NDArray[Any], int]]:
        """Inputs and targets of one length each, so that one program serves all; the last is filled
        up with samples that do not count."""
        for start in range(0, len(inputs), self._block):
            x, y = (part[start : start + self._block] for part in (inputs, targets))
            count = len(x)
            if start and count < self._block:
                rest = self._block - count
                x, y = np.concatenate([x, inputs[:rest]]), np.concatenate([y, targets[:rest]])
            yield x, y, count

    def _traced_losses(self, parameters: Parameters, x: Array, y: Array) -> tuple[Array, Array]:
        structure = self._structure
        activity = forward(structure.network, parameters, {}, x)
        z, a = activity.output(structure.network)
        return counted_losses(structure, z, a, y), a

    def _traced_activity(self, parameters: Parameters, x: Array) -> Activity:
        return forward(self._structure.network, parameters, {}, x)


jax.tree_util.register_dataclass(Activity, ["pre_activations", "activations"], [])
