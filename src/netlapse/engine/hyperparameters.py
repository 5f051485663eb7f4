"""Every number that may change while a program stays the same, as one float32 vector.

One vector instead of thirty scalars: a call costs microseconds, not a fraction of a millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.spec.document import Spec
from netlapse.spec.schedules import rate_factors
from netlapse.spec.training import steps_per_epoch

FROZEN = "frozen:"
LAYER = "layer:"
OPTIMIZER = "optimizer:"
SCHEDULE = "schedule:"


@dataclass(frozen=True)
class Numbers:
    """The vector's entries by name, inside a traced function."""

    values: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def group(self, prefix: str) -> dict[str, Array]:
        """The entries whose name starts with a prefix, without it."""
        return {
            name.removeprefix(prefix): value
            for name, value in self.values.items()
            if name.startswith(prefix)
        }

    def layers(self) -> dict[str, dict[str, Array]]:
        """Layer id → hyperparameter → scalar."""
        found: dict[str, dict[str, Array]] = {}
        for name, value in self.group(LAYER).items():
            layer, _, hyperparameter = name.rpartition(".")
            found.setdefault(layer, {})[hyperparameter] = value
        return found


def hyperparameters(spec: Spec, samples: int, plateau_scale: float = 1.0) -> dict[str, float]:
    """The numbers of a spec, by name, in a fixed order.

    Args:
        spec: As it reads at this step.
        samples: Training samples.
        plateau_scale: What `reduce on plateau` has made of the learning rate.
    """
    training = spec.training
    numbers = {
        "l1": training.l1,
        "l2": training.l2,
        "clip_norm": math.inf if training.clip_norm is None else training.clip_norm,
        "clip_value": math.inf if training.clip_value is None else training.clip_value,
        "plateau_scale": plateau_scale,
    }
    for name, value in training.optimizer.hyperparameters().items():
        numbers[OPTIMIZER + name] = value
    steps = steps_per_epoch(training, samples)
    factors = rate_factors(training.schedule, training.epochs, steps)
    for name, value in factors.items():
        numbers[SCHEDULE + name] = value
    for layer in spec.network.layers:
        numbers[FROZEN + layer.id] = float(layer.is_frozen())
        for name, value in layer.hyperparameters().items():
            numbers[f"{LAYER}{layer.id}.{name}"] = value
    return numbers


def as_vector(numbers: Mapping[str, float]) -> NDArray[np.float32]:
    """The numbers in their order, float32."""
    return np.fromiter(numbers.values(), np.float32, len(numbers))


def named(names: tuple[str, ...], vector: Array) -> Numbers:
    """The traced vector's entries by name."""
    return Numbers({name: vector[index] for index, name in enumerate(names)})
