"""The confusion matrix of one part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.scenes.caption import Caption


@dataclass(frozen=True, eq=False)
class ConfusionScene:
    """How often each class was taken for each."""

    caption: Caption
    part: str
    class_names: tuple[str, ...]
    counts: NDArray[np.int64]
    """[true class, predicted class]."""
    accuracy: float
    """Share on the diagonal."""


def confusion_scene(
    caption: Caption,
    part: str,
    counts: tuple[tuple[int, ...], ...] | None,
    class_names: tuple[str, ...],
) -> ConfusionScene:
    """The scene of a confusion matrix.

    Raises:
        DataError: There is none: the data has no classes.
    """
    if counts is None:
        raise DataError("Only data with classes has a confusion matrix.", place="confusion")
    matrix = np.array(counts, np.int64)
    total = int(matrix.sum())
    accuracy = float(np.trace(matrix)) / total if total else 0.0
    return ConfusionScene(caption, part, class_names, matrix, accuracy)
