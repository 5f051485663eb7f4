"""The raw inputs of a dataset: the things that a person types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netlapse.data.encoding import Encoding, FeatureCode, OneHot, Power, Standardized

MARGIN = 0.05
"""Part of a column's extent that is added on either side of its range in a plot."""


@dataclass(frozen=True)
class RawColumn:
    """A raw input before anything has been measured on it."""

    name: str
    categories: tuple[str, ...] = ()
    """Names of the categories, in the order of their indices; empty for a numeric input."""
    domain: tuple[float, float] | None = None
    """Range for plotting where it is known beforehand; else it is taken from the samples."""
    missing: int = 0
    """How many cells were empty."""


@dataclass(frozen=True)
class RawInput:
    """A raw input: its name, its kind, and the values it takes."""

    name: str
    kind: Literal["numeric", "categorical"]
    categories: tuple[str, ...]
    """Names of the categories, in the order of their indices; empty for a numeric input."""
    low: float
    """Lower end of the range for plotting; -0.5 for a categorical input."""
    high: float
    """Upper end of the range for plotting; one half above the last index for a categorical one."""
    median: float
    """Median of the training part; for a categorical input the index of its largest category."""
    missing: int
    """How many cells were empty, in all rows, before anything was left out or filled."""


def measure(
    columns: Sequence[RawColumn], train: NDArray[np.float64], validation: NDArray[np.float64]
) -> tuple[RawInput, ...]:
    """Ranges over all samples [n, r], medians over the training part."""
    both = np.concatenate([train, validation])
    return tuple(
        _measured(column, train[:, index], both[:, index]) for index, column in enumerate(columns)
    )


def _measured(column: RawColumn, train: NDArray[np.float64], both: NDArray[np.float64]) -> RawInput:
    if column.categories:
        last = len(column.categories)
        largest = int(np.bincount(train.astype(np.intp), minlength=last).argmax())
        return RawInput(
            column.name,
            "categorical",
            column.categories,
            -0.5,
            last - 0.5,
            float(largest),
            column.missing,
        )
    low, high = column.domain or with_margin(float(both.min()), float(both.max()))
    return RawInput(column.name, "numeric", (), low, high, float(np.median(train)), column.missing)


def with_margin(low: float, high: float) -> tuple[float, float]:
    """A range with room on either side; a single value gets half a unit.

    >>> with_margin(0.0, 10.0)
    (-0.5, 10.5)
    >>> with_margin(3.0, 3.0)
    (2.5, 3.5)
    """
    room = MARGIN * (high - low) if high > low else 0.5
    return low - room, high + room


def column_encoding(
    columns: Sequence[RawColumn], train: NDArray[np.float64], *, standardize: bool
) -> tuple[Encoding, tuple[str, ...]]:
    """One feature for each numeric column, one for each category of a categorical column.

    Mean and deviation (division by n, as in scikit-learn) are those of `train` [n, r] alone. A
    column that is constant there is only centered.

    Returns:
        The encoding and the names of its features.
    """
    codes: list[FeatureCode] = []
    names: list[str] = []
    for index, column in enumerate(columns):
        if column.categories:
            codes += [OneHot(index, category) for category in range(len(column.categories))]
            names += [f"{column.name} = {category}" for category in column.categories]
            continue
        mean, scale = mean_and_scale(train[:, index])
        codes.append(Standardized(index, mean, scale) if standardize else Power((index,), (1,)))
        names.append(column.name)
    return tuple(codes), tuple(names)


def mean_and_scale(values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation [n] → 2 numbers; a constant column has the scale 1.

    >>> mean_and_scale(np.array([1.0, 3.0]))
    (2.0, 1.0)
    >>> mean_and_scale(np.array([7.0, 7.0]))
    (7.0, 1.0)
    """
    mean, scale = float(values.mean()), float(values.std())
    tiny = 1e-12 * max(1.0, abs(mean))
    return mean, scale if scale > tiny else 1.0
