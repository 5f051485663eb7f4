"""The decision boundary: the network's answers on a plane or a line, and the samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data import Dataset
from netlapse.data.plane import Axes
from netlapse.errors import DataError
from netlapse.protocol.messages import AxisPart, Picture
from netlapse.scenes.caption import Caption

MOST_POINTS = 2000
"""Samples of a part that are drawn; of more, an even choice."""


@dataclass(frozen=True, eq=False)
class Points:
    """Samples on the plane."""

    x: NDArray[np.float64]
    """[n]."""
    y: NDArray[np.float64]
    """[n]; on a line, the target."""
    value: NDArray[np.float64]
    """The class, or the target in its own unit [n]."""


@dataclass(frozen=True, eq=False)
class BoundaryScene:
    """What the network answers over two inputs, or along one."""

    caption: Caption
    x: AxisPart
    y: AxisPart | None
    """None for one input: then `values` are drawn as curves."""
    description: str
    """Which plane it is, in a sentence."""
    values: NDArray[np.float32]
    """[outputs, height, width], row 0 the smallest y; [outputs, width] on a line."""
    low: float
    """The lower end of the scale."""
    high: float
    """The upper end."""
    class_names: tuple[str, ...]
    """Empty for regression."""
    target_name: str
    train: Points
    validation: Points


def boundary_scene(
    caption: Caption,
    picture: Picture,
    arrays: Mapping[str, NDArray[Any]],
    dataset: Dataset,
    axes: Axes | None = None,
) -> BoundaryScene:
    """The scene of a picture that was asked for with a boundary.

    Args:
        caption: Which run and step.
        picture: The picture.
        arrays: Its arrays, decoded.
        dataset: The data of the run, for the samples.
        axes: The axes that the picture was asked for with.

    Raises:
        DataError: The data has no boundary, such as images.
    """
    if picture.boundary is None or "boundary" not in arrays:
        raise DataError(
            "A decision boundary needs separate inputs, and this data has none.",
            place="boundary",
            remedy="Look at the network, the feature maps or the confusion matrix instead.",
        )
    part, values = picture.boundary, np.asarray(arrays["boundary"], np.float32)
    low, high = _scale(picture, values)
    return BoundaryScene(
        caption=caption,
        x=part.x,
        y=part.y,
        description=part.description,
        values=values,
        low=low,
        high=high,
        class_names=dataset.class_names,
        target_name=dataset.target_name,
        train=_points(dataset, "train", axes, is_line=part.y is None),
        validation=_points(dataset, "validation", axes, is_line=part.y is None),
    )


def _scale(picture: Picture, values: NDArray[np.float32]) -> tuple[float, float]:
    """What the ends of the scale stand for: that of the bytes, or the values of a line."""
    stored = next(buffer for buffer in picture.buffers if buffer.name == "boundary")
    if stored.dtype == "uint8":
        return stored.zero, stored.zero + 255 * stored.scale
    finite = values[np.isfinite(values)]
    limit = float(np.abs(finite).max()) if finite.size else 1.0
    return -limit, limit


def _points(dataset: Dataset, part: str, axes: Axes | None, *, is_line: bool) -> Points:
    is_train = part == "train"
    raw = dataset.train_raw if is_train else dataset.validation_raw
    inputs = dataset.train_inputs if is_train else dataset.validation_inputs
    targets = dataset.train_targets if is_train else dataset.validation_targets
    if not len(raw):
        empty = np.zeros(0)
        return Points(empty, empty, empty)
    chosen = np.linspace(0, len(raw) - 1, min(len(raw), MOST_POINTS)).round().astype(np.intp)
    values = targets[chosen].reshape(len(chosen), -1).astype(np.float64)
    value = values[:, 0] if values.size else np.zeros(0)
    if not dataset.class_names:
        value = np.asarray(dataset.original(value), np.float64)
    try:
        plane = dataset.plane_points(None if is_line else axes, (2, 2))
    except DataError:
        plane = dataset.plane_points(None, (2, 2))
    places = plane.coordinates(raw[chosen], inputs[chosen])
    return Points(places[:, 0], value if is_line else places[:, 1], value)
