"""What happens in a layer: distributions of its weights, activations and gradients."""

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
from netlapse.engine.forward import Activity, Parameters, forward
from netlapse.engine.losses import counted_losses
from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure
from netlapse.spec.examination import examine

BINS = 24
MAX_SAMPLES = 1024
"""Activations and gradients are those of the first so many training samples, always the same."""
MAX_NUMBERS = 50_000
"""Fewer samples where all layers hold more numbers than that together, 8 at least."""
FEWEST_SAMPLES = 8

BLOCK = 8192
"""Numbers that are summarized at once: little memory is fast memory."""

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
    flat = values.ravel()
    parts = [flat[start : start + BLOCK] for start in range(0, flat.size, BLOCK)]
    parts = [part[np.isfinite(part)].astype(np.float64) for part in parts]
    count = sum(part.size for part in parts)
    if not count:
        return Distribution(flat.size, flat.size, None, None, None, None, None, ())
    parts = [part for part in parts if part.size]
    low, high = min(float(part.min()) for part in parts), max(float(part.max()) for part in parts)
    mean = sum(float(part.sum()) for part in parts) / count
    counts = np.zeros(BINS, np.int64)
    squares = deviations = 0.0
    for part in parts:
        places = (
            (part - low) * (BINS / (high - low)) if high > low else np.full(part.size, BINS / 2)
        )
        counts += np.bincount(places.astype(np.int64).clip(max=BINS - 1), minlength=BINS)
        squares += float(part @ part)
        deviations += float(np.square(part - mean).sum())
    return Distribution(
        count=flat.size,
        not_finite=flat.size - count,
        minimum=low,
        maximum=high,
        mean=mean,
        standard_deviation=math.sqrt(deviations / count),
        norm=math.sqrt(squares),
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
        report = examine(structure.network, samples.facts).layers
        numbers = math.prod(structure.input_shape)
        numbers += sum(math.prod(layer.output_shape or ()) for layer in report)
        count = min(MAX_SAMPLES, max(FEWEST_SAMPLES, MAX_NUMBERS // numbers))
        self._inputs = samples.train_inputs[:count]
        self._targets = samples.train_targets[:count]
        self._compute = jax.jit(self._traced, compiler_options=FEW_CALLS)

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
            losses = counted_losses(structure, *activity.output(structure.network), y)
            return losses.mean(), activity

        return jax.grad(mean_loss, has_aux=True)(parameters)
