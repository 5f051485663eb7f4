"""What happens in a layer: distributions of its weights, activations and gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.forward import Activity, Parameters, forward
from netlapse.engine.losses import sample_losses
from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure

BINS = 24
MAX_SAMPLES = 1024
"""Activations and gradients are those of the first so many training samples, always the same."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Distribution:
    """Summary of some numbers; those that are not finite are counted, not binned."""

    count: int
    not_finite: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    standard_deviation: float | None
    norm: float | None
    counts: tuple[int, ...]
    """Counts of equal bins from minimum to maximum."""


def distribution(values: Floats) -> Distribution:
    """Summarize some numbers.

    >>> distribution(np.array([1.0, 2.0, np.nan])).mean
    1.5
    """
    flat = values.astype(np.float64).ravel()
    finite = flat[np.isfinite(flat)]
    if not finite.size:
        return Distribution(flat.size, flat.size, None, None, None, None, None, ())
    counts, _ = np.histogram(finite, BINS)
    return Distribution(
        count=flat.size,
        not_finite=flat.size - finite.size,
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        mean=float(finite.mean()),
        standard_deviation=float(finite.std()),
        norm=float(np.linalg.norm(finite)),
        counts=tuple(counts.tolist()),
    )


@dataclass(frozen=True)
class LayerActivity:
    """Arrays of all layers at one state, by layer id."""

    pre_activations: Mapping[str, Floats]
    activations: Mapping[str, Floats]
    gradients: Mapping[str, Mapping[str, Floats]]
    """Gradient of the mean loss on the same samples, without penalties."""


class LayerProbe:
    """Activations and gradients on a fixed set of training samples."""

    def __init__(self, structure: Structure, samples: Samples) -> None:
        self._structure = structure
        self._inputs = samples.train_inputs[:MAX_SAMPLES]
        self._targets = samples.train_targets[:MAX_SAMPLES]
        self._compute = jax.jit(self._traced)

    def activity(self, parameters: Parameters) -> LayerActivity:
        """Everything at once, from one forward and one backward pass."""
        gradients, activity = self._compute(parameters, self._inputs, self._targets)
        to_numpy: Any = lambda tree: jax.tree.map(np.asarray, tree)  # noqa: E731
        return LayerActivity(
            to_numpy(activity.pre_activations),
            to_numpy(activity.activations),
            to_numpy(gradients),
        )

    def _traced(self, parameters: Parameters, x: Array, y: Array) -> tuple[Parameters, Activity]:
        structure = self._structure

        def mean_loss(parameters: Parameters) -> tuple[Array, Activity]:
            activity = forward(structure.network, parameters, {}, x)
            losses = sample_losses(structure.loss, *activity.output(structure.network), y)
            return losses.mean(), activity

        return jax.grad(mean_loss, has_aux=True)(parameters)
