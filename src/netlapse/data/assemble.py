"""Putting divided samples together as a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlapse.data.dataset import Dataset, Task
from netlapse.data.encoding import Encoding, encode
from netlapse.data.inputs import RawColumn, measure
from netlapse.data.split import split

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples as their source gives them, not yet divided."""

    name: str
    columns: tuple[RawColumn, ...]
    raw: Values
    """Raw inputs [n, r]; a category as its index."""
    targets: Values
    """Regression targets or indices of classes [n]."""
    target_name: str
    class_names: tuple[str, ...] = ()
    """Empty for regression."""

    @property
    def classes(self) -> NDArray[np.int32] | None:
        """The index of each sample's class [n], or None for regression."""
        return self.targets.astype(np.int32) if self.class_names else None

    def rows(self, chosen: NDArray[np.intp]) -> tuple[Values, Values]:
        """Raw inputs and targets of some samples."""
        return self.raw[chosen], self.targets[chosen]


def divide(
    samples: Samples, fraction: float, seed: int
) -> tuple[tuple[Values, Values], tuple[Values, Values]]:
    """Raw inputs and targets of the training part and of the validation part.

    Raises:
        DataError: There are too few samples for a validation part.
    """
    train, validation = split(len(samples.raw), fraction, seed, samples.classes)
    return samples.rows(train), samples.rows(validation)


def assemble(
    samples: Samples,
    train: tuple[Values, Values],
    validation: tuple[Values, Values],
    encoding: Encoding,
    feature_names: Sequence[str],
    *,
    target: tuple[float, float] = (0.0, 1.0),
    dropped_rows: int = 0,
) -> Dataset:
    """Encode both parts and measure the training part.

    Args:
        samples: Names of columns and classes.
        train: Raw inputs [n, r] and targets [n].
        validation: Raw inputs [m, r] and targets [m].
        encoding: One record for each of d features.
        feature_names: Their names.
        target: Mean and scale by which regression targets are standardized.
        dropped_rows: How many rows the source had that are not among the samples.
    """
    task = task_of(samples.class_names)
    return Dataset(
        name=samples.name,
        task=task,
        feature_names=tuple(feature_names),
        encoding=encoding,
        raw_inputs=measure(samples.columns, train[0], validation[0]),
        train_inputs=encode(encoding, train[0]),
        train_targets=_targets(train[1], task, target),
        validation_inputs=encode(encoding, validation[0]),
        validation_targets=_targets(validation[1], task, target),
        train_raw=train[0].astype(np.float32),
        validation_raw=validation[0].astype(np.float32),
        class_names=samples.class_names,
        target_name=samples.target_name,
        target_mean=target[0],
        target_scale=target[1],
        dropped_rows=dropped_rows,
    )


def task_of(class_names: Sequence[str]) -> Task:
    """The task, by the number of classes.

    >>> task_of(()), task_of(("no", "yes")), task_of(("a", "b", "c"))
    ('regression', 'binary', 'multiclass')
    """
    if not class_names:
        return "regression"
    return "binary" if len(class_names) == 2 else "multiclass"


def _targets(
    values: Values, task: Task, target: tuple[float, float]
) -> NDArray[np.float32] | NDArray[np.int32]:
    if task == "multiclass":
        return values.astype(np.int32)
    mean, scale = target
    return ((values - mean) / scale).astype(np.float32)[:, None]
