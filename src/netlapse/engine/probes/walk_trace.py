"""What an update does, number by number: the arrays of a walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure

Floats = NDArray[np.float32]
Arrays = Mapping[str, Floats]
"""By layer id."""
Tensors = Mapping[str, Mapping[str, Floats]]
"""By layer id and parameter name."""


@dataclass(frozen=True)
class Subject:
    """What is walked with."""

    inputs: NDArray[Any]
    """[n, *input shape], before augmentation. A batch is as long as `structure.batch`; what fills
    it up counts nothing."""
    targets: NDArray[Any]
    """As the data has them."""
    ids: NDArray[np.int32]
    """Places in the training part [n]."""
    count: int
    """How many of them count."""
    training: bool
    """The next batch, as in training; otherwise one sample, as in evaluation."""


def next_batch(
    structure: Structure, samples: Samples, order: NDArray[np.int32], offset: int
) -> Subject:
    """The batch of the next update.

    Args:
        structure: What is trained.
        samples: On what.
        order: The epoch's order, with one batch of padding.
        offset: Samples of the epoch that were used.
    """
    ids = np.asarray(order[offset : offset + structure.batch])
    return Subject(
        samples.train_inputs[ids],
        samples.train_targets[ids],
        ids,
        count=min(structure.samples - offset, structure.batch),
        training=True,
    )


@dataclass(frozen=True)
class Trace:
    """What an update does, number by number; n samples."""

    training: bool
    seed: int
    step: int
    """Updates done before this one."""
    ids: NDArray[np.int32]
    """[n]."""
    targets: Floats
    """[n, outputs]; a class as 1 among zeros."""
    share: float
    """What each sample counts in the loss: 1/n."""
    z: Arrays
    """Pre-activations [n, *output shape]."""
    a: Arrays
    """Activations; `input` as the first layer reads it."""
    dz: Arrays
    """∂L/∂z of each sample, its share included."""
    da: Arrays
    """∂L/∂a; without the output layer where L is computed from its z."""
    output_losses: Floats
    """What each output adds to the loss of each sample [n, outputs]."""
    loss: float
    loss_after: float
    """Of the same samples and masks, with the new parameters."""
    before: Tensors
    after: Tensors
    gradients: Tensors
    """∂L/∂w, also of frozen layers; of trainable arrays."""
    penalties: Tensors
    """Derivative of the L1 and L2 terms; 0 where frozen."""
    used: Tensors
    """What the optimizer takes."""
    updates: Tensors
    """Δw = −η · direction."""
    moments_before: Mapping[str, Tensors]
    """`velocity`, `mean`, `square`: those that the optimizer has."""
    moments: Mapping[str, Tensors]
    """The same afterwards, with Adam's `mean_hat` and `square_hat`."""
    rate: float
    optimizer_step: int
    corrections: tuple[float, ...]
    norm: float
    clip_scale: float
    clipped: int
    hyperparameters: Mapping[str, float]
    """By name, as `engine.hyperparameters` has them."""

    @property
    def samples(self) -> int:
        """How many samples L is the mean of."""
        return len(self.targets)


def decomposed(trace: Trace) -> float:
    """The largest |w + Δw − new| over what is trained: how far what is told is from what is done.

    Not finite where a number is not.
    """
    worst = 0.0
    for layer, own in trace.updates.items():
        for name, update in own.items():
            told = trace.before[layer][name] + update
            gap = np.abs(told - trace.after[layer][name])
            worst = max(worst, float(gap.max(initial=0))) if np.isfinite(gap).all() else np.inf
    return worst
