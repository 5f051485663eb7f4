"""A plane through the space of inputs: where a decision boundary is drawn.

Row 0 of every grid is the smallest y; points go along x first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlapse.data.encoding import Encoding, encode
from netlapse.data.inputs import RawInput, with_margin
from netlapse.errors import DataError

Axes: TypeAlias = tuple[int, int] | Literal["pca"]
_MANY_FEATURES = 500


@dataclass(frozen=True, eq=False)
class InputPlane:
    """The points of a grid, and how to say where a sample lies on it."""

    features: NDArray[np.float32]
    """What the network sees at every grid point [h·w, d]; row 0 of the grid is the smallest y."""
    x_values: NDArray[np.float64]
    """Position of each column [w], ascending."""
    y_values: NDArray[np.float64]
    """Position of each row [h], ascending; one row at 0 where there is only one input."""
    x_name: str
    y_name: str
    """What is across and what is up; no name where there is only one input."""
    description: str
    """One sentence that says which plane this is."""
    columns: tuple[int, ...] = ()
    """The raw inputs that are the axes; empty for principal components."""
    center: NDArray[np.float64] | None = None
    """For principal components: the mean of the training features [d]."""
    directions: NDArray[np.float64] | None = None
    """For principal components: two orthonormal directions [2, d]."""

    def coordinates(
        self, raw: NDArray[np.float32], features: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Where samples lie, seen at a right angle to the plane.

        Args:
            raw: Raw inputs [n, r].
            features: The features of the same samples [n, d].

        Returns:
            x and y of each sample [n, 2]; y is 0 where there is only one input.
        """
        if self.center is not None and self.directions is not None:
            return (features.astype(np.float64) - self.center) @ self.directions.T
        positions = np.zeros((len(raw), 2))
        positions[:, : len(self.columns)] = raw[:, self.columns]
        return positions


def raw_plane(
    inputs: Sequence[RawInput],
    encoding: Encoding,
    columns: tuple[int, ...],
    resolution: tuple[int, int],
) -> InputPlane:
    """The plane of two raw inputs, or the line of one, with the others at their median.

    A categorical axis shows at each point the category whose index is nearest.

    Raises:
        DataError: An axis does not exist, or both are the same.
    """
    if len(set(columns)) != len(columns) or any(not 0 <= i < len(inputs) for i in columns):
        raise DataError(
            f"The axes must be two different inputs from 0 to {len(inputs) - 1}, "
            f"got {list(columns)}.",
            place="axes",
        )
    chosen = [inputs[index] for index in columns]
    width, height = resolution
    x_values = np.linspace(chosen[0].low, chosen[0].high, width)
    y_values = np.linspace(chosen[1].low, chosen[1].high, height) if chosen[1:] else np.zeros(1)
    raw = np.tile([column.median for column in inputs], (len(y_values) * width, 1))
    for column, values in zip(columns, _grid(x_values, y_values).T, strict=False):
        raw[:, column] = _allowed(inputs[column], values)
    return InputPlane(
        features=encode(encoding, raw),
        x_values=x_values,
        y_values=y_values,
        x_name=chosen[0].name,
        y_name=chosen[1].name if chosen[1:] else "",
        description=_describe(inputs, chosen),
        columns=columns,
    )


def component_plane(train: NDArray[np.float32], resolution: tuple[int, int]) -> InputPlane:
    """The plane of the first two principal components, through the mean of the training features.

    The grid covers all training samples as seen on the plane. Each direction points to where its
    largest entry is positive. Of very many samples an even choice of at least 1,000 decides.

    Args:
        train: Training features [n, d], d at least 2.
        resolution: Columns w and rows h of the grid.

    Raises:
        DataError: There is only one feature.
    """
    if train.shape[1] < 2:
        raise DataError("Principal components need two features or more, got 1.", place="axes")
    center = train.mean(axis=0, dtype=np.float64)
    directions, share = _components(_thinned(train).astype(np.float64) - center)
    positions = (train.astype(np.float64) - center) @ directions.T
    low, high = positions.min(axis=0), positions.max(axis=0)
    x_values, y_values = (
        np.linspace(*with_margin(float(low[axis]), float(high[axis])), resolution[axis])
        for axis in (0, 1)
    )
    return InputPlane(
        features=(center + _grid(x_values, y_values) @ directions).astype(np.float32),
        x_values=x_values,
        y_values=y_values,
        x_name="component 1",
        y_name="component 2",
        description=(
            "The plane of the first two principal components of the training features, through "
            f"their mean; it holds {share:.1%} of their variance."
        ),
        center=center,
        directions=directions,
    )


def _grid(x_values: NDArray[np.float64], y_values: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = np.meshgrid(x_values, y_values)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _allowed(column: RawInput, values: NDArray[np.float64]) -> NDArray[np.float64]:
    if column.kind == "numeric":
        return values
    return np.clip(np.floor(values + 0.5), 0, len(column.categories) - 1)


def _describe(inputs: Sequence[RawInput], chosen: Sequence[RawInput]) -> str:
    if len(chosen) == 1:
        return f"`{chosen[0].name}` over its range."
    head = f"`{chosen[0].name}` across and `{chosen[1].name}` up"
    others = len(inputs) - len(chosen)
    if others == 0:
        return f"{head}."
    noun = "the other input" if others == 1 else f"the other {others} inputs"
    rule = " (a category: the most frequent one)" if any(i.categories for i in inputs) else ""
    return f"{head}; {noun} at the median of the training part{rule}."


def _thinned(train: NDArray[np.float32]) -> NDArray[np.float32]:
    most = 5000 if train.shape[1] <= _MANY_FEATURES else 1000
    if len(train) <= most:
        return train
    return train[np.linspace(0, len(train) - 1, most).astype(np.intp)]


def _components(centered: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Two principal directions [2, d] and their share of the variance, by the smaller matrix."""
    count, width = centered.shape
    if count < width:
        variances, vectors = np.linalg.eigh(centered @ centered.T)
        directions = vectors[:, ::-1][:, :2].T @ centered
    else:
        variances, vectors = np.linalg.eigh(centered.T @ centered)
        directions = vectors[:, ::-1][:, :2].T
    directions = _orthonormal(directions, width)
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(2), largest])[:, None]
    total = float(variances.sum())
    return directions, float(variances[::-1][:2].sum()) / total if total > 0 else 1.0


def _orthonormal(directions: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Two orthonormal rows; where samples span less than a plane, unit vectors fill up."""
    found: list[NDArray[np.float64]] = []
    for row in [*directions, *np.eye(min(width, 3), width)]:
        rest = row - sum((row @ other) * other for other in found)
        length = float(np.linalg.norm(rest))
        if length > 1e-9 * max(1.0, float(np.linalg.norm(row))) and len(found) < 2:
            found.append(rest / length)
    return np.stack(found)
