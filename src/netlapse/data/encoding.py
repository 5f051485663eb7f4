"""From what a person types to what the network sees: one small record for each feature.

The records are plain data, so that the engine can evaluate the same encoding inside a compiled
program; `encode` is their evaluation in NumPy, in float64, rounded to float32 at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.spec.data import Feature

Raw: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Power:
    """The product of raw columns, each raised to a whole power: x, x², x·y."""

    columns: tuple[int, ...]
    exponents: tuple[int, ...]


@dataclass(frozen=True)
class Sine:
    """sin of a raw column, in radians."""

    column: int


@dataclass(frozen=True)
class Standardized:
    """(raw - mean) / scale."""

    column: int
    mean: float
    scale: float


@dataclass(frozen=True)
class OneHot:
    """1 where the raw column holds this category's index, else 0."""

    column: int
    category: int


FeatureCode: TypeAlias = Power | Sine | Standardized | OneHot
Encoding: TypeAlias = tuple[FeatureCode, ...]

_OF_POINT: dict[Feature, FeatureCode] = {
    "x": Power((0,), (1,)),
    "y": Power((1,), (1,)),
    "x^2": Power((0,), (2,)),
    "y^2": Power((1,), (2,)),
    "xy": Power((0, 1), (1, 1)),
    "sin x": Sine(0),
    "sin y": Sine(1),
}


def point_encoding(features: Sequence[Feature]) -> Encoding:
    """The encoding of points in the plane.

    >>> point_encoding(("x", "xy"))
    (Power(columns=(0,), exponents=(1,)), Power(columns=(0, 1), exponents=(1, 1)))
    """
    return tuple(_OF_POINT[name] for name in features)


def encode(encoding: Encoding, raw: Raw) -> NDArray[np.float32]:
    """Evaluate an encoding.

    Args:
        encoding: One record for each of d features.
        raw: Raw values [m, r]; a categorical column holds the index of the category.

    Returns:
        Features [m, d], float32.

    Raises:
        DataError: `raw` is not a matrix, or has fewer columns than the encoding reads.

    >>> encode((Power((0,), (2,)), OneHot(1, 2)), np.array([[3.0, 2.0]]))
    array([[9., 1.]], dtype=float32)
    """
    values = np.asarray(raw, dtype=np.float64)
    needed = 1 + max((column for code in encoding for column in columns_of(code)), default=-1)
    if values.ndim != 2 or values.shape[1] < needed:
        raise DataError(f"Raw inputs must have the shape [m, {needed}], got {list(values.shape)}.")
    features = np.empty((len(values), len(encoding)), dtype=np.float32)
    for index, code in enumerate(encoding):
        features[:, index] = _feature(code, values)
    return features


def columns_of(code: FeatureCode) -> tuple[int, ...]:
    """The raw columns that a feature is made from."""
    return code.columns if isinstance(code, Power) else (code.column,)


def _feature(code: FeatureCode, raw: NDArray[np.float64]) -> NDArray[np.float64]:
    match code:
        case Power(columns, exponents):
            return np.prod(raw[:, columns] ** np.asarray(exponents), axis=1)
        case Sine(column):
            return np.sin(raw[:, column])
        case Standardized(column, mean, scale):
            return (raw[:, column] - mean) / scale
        case OneHot(column, category):
            return (raw[:, column] == category).astype(np.float64)
