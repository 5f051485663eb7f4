"""What a program is compiled for, and what it works on."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from jax import Array

from netlapse.engine.forward import Parameters
from netlapse.spec.data import Augmentation
from netlapse.spec.examination import examine
from netlapse.spec.layers import Shape, onednn
from netlapse.spec.network import Facts, LayerReport, Network, Task
from netlapse.spec.optimizers import OptimizerBase
from netlapse.spec.resolve import ResolvedLoss

GATHERED = 1_000_000
"""Up to so many feature values, a whole epoch is gathered at once; beyond, batch by batch."""


SHARDED_WORK = 4_000_000
"""Multiply-adds on maps, for a batch, from which on it is computed in two shards."""

JOINT_WORK = 100_000_000
"""And from which on it is computed as one again, where oneDNN convolves: each convolution divides
itself among both threads, and two at once would wait for each other."""


class TrainState(NamedTuple):
    """The complete state after some updates."""

    parameters: Parameters
    optimizer: Any
    step: Array
    """Updates done, int32."""
    epoch: Array
    """Epochs done, int32."""
    offset: Array
    """Samples of the present epoch that were used, int32."""


class EpochData(NamedTuple):
    """The present epoch in its order, padded by one batch: samples, or only their indices."""

    order: Array
    inputs: Array | None
    targets: Array | None


@dataclass(frozen=True)
class Structure:
    """All that a program is compiled for."""

    network: Network
    input_shape: Shape
    task: Task
    optimizer: OptimizerBase
    loss: ResolvedLoss
    batch: int
    samples: int
    names: tuple[str, ...]
    """Names of the hyperparameters, in the vector's order."""
    class_weights: tuple[float, ...] = ()
    """How much a sample of each class counts in the loss; empty where all count alike."""
    augmentation: Augmentation | None = None
    """How training images are changed; none where they are not."""

    @cached_property
    def key(self) -> str:
        """The same text for structures that share a program.

        Numbers that a program takes as arguments do not count, nor how the weights start.
        """
        layers: list[dict[str, Any]] = []
        for layer in self.network.layers:
            fields = layer.to_dict()
            for name in (*layer.hyperparameters(), "frozen"):
                fields.pop(name, None)
            layers.append({k: v for k, v in fields.items() if not k.endswith("_initializer")})
        optimizer = self.optimizer.to_dict()
        for name in self.optimizer.hyperparameters():
            optimizer.pop(name)
        return json.dumps(
            [
                layers,
                self.input_shape,
                self.task,
                optimizer,
                self.loss.to_dict(),
                self.class_weights,
                self.batch,
                self.samples,
                self.augmentation and self.augmentation.to_dict(),
            ]
        )

    @property
    def gathers_epochs(self) -> bool:
        """Whether a whole epoch's samples are laid out in order before it starts."""
        return self.samples * math.prod(self.input_shape) <= GATHERED

    @cached_property
    def layers(self) -> tuple[LayerReport, ...]:
        """What each layer comes to."""
        facts = Facts(self.input_shape, self.task, 1, self.samples)
        return examine(self.network, facts).layers

    @cached_property
    def work_on_maps(self) -> int:
        """Multiply-adds of the layers that make maps, for a batch."""
        on_maps = (layer for layer in self.layers if len(layer.output_shape or ()) == 3)
        return self.batch * sum(layer.multiply_adds for layer in on_maps)

    @property
    def calls_onednn(self) -> bool:
        """Whether its programs may call oneDNN."""
        return self.work_on_maps > 0 and onednn.is_usable()

    @property
    def is_large(self) -> bool:
        """Whether a step is long enough to be divided."""
        return self.work_on_maps >= SHARDED_WORK

    @cached_property
    def shards(self) -> int:
        """In how many parts a batch is computed, side by side. It is part of the result's last
        bits, and belongs to the network, the batch and the kernel variant."""
        if self.batch == 1 or not self.is_large:
            return 1
        return 1 if self.work_on_maps >= JOINT_WORK and onednn.is_usable() else 2
