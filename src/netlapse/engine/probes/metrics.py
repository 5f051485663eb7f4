"""Metrics of a split, from the network's outputs.

For two classes precision, recall and F1 are those of the second, the positive one; for more they
are macro averages. A class that is never predicted has precision 0, one that never occurs recall 0
(as scikit-learn with `zero_division=0`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.spec.network import Task

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Scores:
    """How well a network does on some samples. Fields that do not fit the task are none."""

    samples: int
    loss: float
    accuracy: float | None = None
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    class_precision: tuple[float, ...] | None = None
    class_recall: tuple[float, ...] | None = None
    class_f1: tuple[float, ...] | None = None
    confusion: tuple[tuple[int, ...], ...] | None = None
    mae: float | None = None
    rmse: float | None = None
    r2: float | None = None


def score(
    task: Task,
    losses: Numbers,
    outputs: Numbers,
    targets: NDArray[Any],
    target_scale: float = 1.0,
) -> Scores:
    """Metrics of some samples.

    Args:
        task: What the targets are.
        losses: Loss of each sample [n].
        outputs: Activations of the last layer [n, outputs].
        targets: As `engine.samples.Samples` has them.
        target_scale: Regression: errors are given in the target's own unit, outputs times this.
    """
    loss = float(np.mean(losses, dtype=np.float64))
    if task == "regression":
        return _regression(loss, outputs, targets, target_scale)
    if task == "binary":
        return _classification(loss, predicted_classes(task, outputs), targets[:, 0], 2)
    return _classification(loss, predicted_classes(task, outputs), targets, outputs.shape[1])


def predicted_classes(task: Task, outputs: Numbers) -> NDArray[np.intp]:
    """The class that each row of outputs stands for [n]."""
    if task == "binary":
        return (outputs[:, 0] > 0.5).astype(np.intp)
    return outputs.argmax(axis=1)


def confusion_matrix(
    truth: NDArray[Any], predicted: NDArray[np.intp], classes: int
) -> NDArray[np.int64]:
    """Counts [true class, predicted class].

    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), 2).tolist()
    [[1, 0], [1, 1]]
    """
    cells = truth.astype(np.intp) * classes + predicted
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def _classification(
    loss: float, predicted: NDArray[np.intp], truth: NDArray[Any], classes: int
) -> Scores:
    matrix = confusion_matrix(truth, predicted, classes)
    hits = np.diag(matrix).astype(np.float64)
    precision = _ratio(hits, matrix.sum(axis=0))
    recall = _ratio(hits, matrix.sum(axis=1))
    f1 = _ratio(2 * hits, matrix.sum(axis=0) + matrix.sum(axis=1))
    one = classes == 2
    return Scores(
        samples=len(truth),
        loss=loss,
        accuracy=float(hits.sum() / len(truth)),
        precision=float(precision[1] if one else precision.mean()),
        recall=float(recall[1] if one else recall.mean()),
        f1=float(f1[1] if one else f1.mean()),
        class_precision=tuple(precision.tolist()),
        class_recall=tuple(recall.tolist()),
        class_f1=tuple(f1.tolist()),
        confusion=tuple(tuple(row) for row in matrix.tolist()),
    )


def _ratio(part: Numbers, whole: NDArray[Any]) -> Numbers:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _regression(loss: float, outputs: Numbers, targets: Numbers, scale: float) -> Scores:
    error = (outputs.astype(np.float64) - targets) * scale
    spread = (targets.astype(np.float64) - targets.mean(axis=0, dtype=np.float64)) * scale
    total = float(np.square(spread).sum())
    squares = float(np.square(error).sum())
    return Scores(
        samples=len(targets),
        loss=loss,
        mae=float(np.abs(error).mean()),
        rmse=math.sqrt(squares / error.size),
        r2=1 - squares / total if total > 0 else None,
    )
