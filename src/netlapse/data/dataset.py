"""A dataset: the samples of both parts, and everything that is needed to show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlapse.data.encoding import Encoding, encode
from netlapse.data.inputs import RawInput, with_margin
from netlapse.data.plane import Axes, InputPlane, component_plane, raw_plane
from netlapse.errors import DataError

Task: TypeAlias = Literal["binary", "multiclass", "regression"]
Part: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


def _no_samples() -> NDArray[np.float32]:
    return np.zeros((0, 1), np.float32)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples, ready for training. All arrays are read-only.

    Targets have one of two forms. Binary classes (0 or 1) and regression: float32 [n, 1], to be
    compared with one output unit. More classes: int32 [n], the index of the class, to be compared
    with `output_units` outputs.

    Images have the shape [n, height, width, channels] and values from 0 to 1; their raw inputs are
    the pixels in row-major order. The test part is for a last judgement alone.
    """

    name: str
    task: Task
    feature_names: tuple[str, ...]
    """What the network sees [d]."""
    encoding: Encoding
    """How each feature is made from the raw inputs [d]; empty for images, which are their own."""
    raw_inputs: tuple[RawInput, ...]
    """What a person types [r]."""
    train_inputs: NDArray[np.float32]
    """Features of the training part [n, d], or images [n, h, w, c]."""
    train_targets: NDArray[np.float32] | NDArray[np.int32]
    """Targets of the training part: float32 [n, 1], or int32 [n] for more than two classes."""
    validation_inputs: NDArray[np.float32]
    """Features of the validation part [m, d], or images [m, h, w, c]; m may be 0."""
    validation_targets: NDArray[np.float32] | NDArray[np.int32]
    """Targets of the validation part, in the form of `train_targets`."""
    train_raw: NDArray[np.float32]
    """Raw inputs of the training part [n, r]; a category as its index."""
    validation_raw: NDArray[np.float32]
    """Raw inputs of the validation part [m, r]."""
    class_names: tuple[str, ...]
    """Names of the classes, by index; empty for regression."""
    target_name: str
    """What is predicted."""
    target_mean: float = 0.0
    """Regression: predicted value = output · target_scale + target_mean."""
    target_scale: float = 1.0
    """Regression: the unit of the targets, 1 unless they are standardized."""
    dropped_rows: int = 0
    """Rows of the source that were left out because a cell was missing."""
    image_shape: tuple[int, int, int] | None = None
    """Height, width and channels of an image; none where the samples are no images."""
    test_inputs: NDArray[np.float32] = field(default_factory=_no_samples)
    """Inputs of the test part, of the shape of `train_inputs`; length 0 where there is none."""
    test_targets: NDArray[np.float32] | NDArray[np.int32] = field(default_factory=_no_samples)
    """Targets of the test part, in the form of `train_targets`."""

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def part(self, name: Part) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Inputs and targets of a part; of length 0 where the data has no such part."""
        return {
            "train": (self.train_inputs, self.train_targets),
            "validation": (self.validation_inputs, self.validation_targets),
            "test": (self.test_inputs, self.test_targets),
        }[name]

    @property
    def output_units(self) -> int:
        """Units that the last layer needs: one for each class, or 1 for binary and regression."""
        return len(self.class_names) if self.task == "multiclass" else 1

    @property
    def raw_names(self) -> tuple[str, ...]:
        """Names of the raw inputs [r]."""
        return tuple(column.name for column in self.raw_inputs)

    @property
    def raw_kinds(self) -> tuple[Literal["numeric", "categorical"], ...]:
        """Kinds of the raw inputs [r]; the names of categories are in `raw_inputs`."""
        return tuple(column.kind for column in self.raw_inputs)

    @property
    def raw_ranges(self) -> NDArray[np.float64]:
        """Lower and upper end of each raw input for plotting [r, 2]."""
        return np.array([(column.low, column.high) for column in self.raw_inputs])

    @property
    def raw_medians(self) -> NDArray[np.float64]:
        """Median of each raw input in the training part [r]; the largest category's index."""
        return np.array([column.median for column in self.raw_inputs])

    @property
    def target_range(self) -> tuple[float, float]:
        """Regression: the range of the targets for plotting, in their own unit."""
        both = np.concatenate([self.train_targets, self.validation_targets])
        values = self.original(both.astype(np.float64))
        return with_margin(float(values.min()), float(values.max()))

    def encode(self, raw: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """What the network sees of raw inputs [m, r] → features [m, d], or images [m, h, w, c].

        Raises:
            DataError: `raw` has another shape.
        """
        if self.image_shape is not None:
            return self._images(raw)
        return encode(self.encoding, raw)

    def original(self, outputs: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Regression outputs or targets in the unit of the source, any shape."""
        return outputs * self.target_scale + self.target_mean

    def plane_points(
        self, axes: Axes | None = None, resolution: tuple[int, int] = (100, 100)
    ) -> InputPlane:
        """A grid of points through the space of inputs, for a decision boundary.

        Args:
            axes: Two raw inputs by index, with the others at their median, or "pca": the plane of
                the first two principal components. By default: the line or the pair that the
                inputs are, else the principal components.
            resolution: Columns w and rows h.

        Returns:
            The grid; its first row is the smallest y.

        Raises:
            DataError: An axis does not exist, both are the same, or the samples are images.
        """
        if self.image_shape is not None:
            raise DataError(
                f"A decision boundary needs separate inputs, got the images of {self.name}.",
                place="boundary",
                remedy="Look at the predictions and the confusion matrix instead.",
            )
        count = len(self.raw_inputs)
        if axes == "pca" or (axes is None and count > 2):
            return component_plane(self.train_inputs, resolution)
        columns = axes if axes is not None else tuple(range(count))
        return raw_plane(self.raw_inputs, self.encoding, columns, resolution)

    def _images(self, raw: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        pixels = len(self.raw_inputs)
        if raw.ndim != 2 or raw.shape[1] != pixels:
            raise DataError(f"Raw inputs must have the shape [m, {pixels}], got {list(raw.shape)}.")
        return raw.astype(np.float32).reshape(len(raw), *(self.image_shape or ()))
