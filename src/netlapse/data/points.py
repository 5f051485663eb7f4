"""Points drawn by hand, as samples."""

from __future__ import annotations

import numpy as np

from netlapse.data.assemble import Samples
from netlapse.data.generators import RADIUS
from netlapse.data.inputs import RawColumn
from netlapse.errors import DataError
from netlapse.spec.data import Points

PLANE = (RawColumn("x", domain=(-RADIUS, RADIUS)), RawColumn("y", domain=(-RADIUS, RADIUS)))
"""The two coordinates of the plane."""


def point_samples(document: Points) -> Samples:
    """The drawn points; classes are the labels in use, in ascending order.

    Raises:
        DataError: There are no points, or all have one class.
    """
    labels = sorted({point.label for point in document.points})
    if len(labels) < 2:
        raise DataError(
            f"Training needs points of at least two classes, got {_received(document, labels)}.",
            place="data.points",
            remedy="Draw points of another class.",
        )
    return Samples(
        name=document.title,
        columns=PLANE,
        raw=np.array([(point.x, point.y) for point in document.points], np.float64),
        targets=np.array([labels.index(point.label) for point in document.points], np.float64),
        target_name="class",
        class_names=tuple(str(label) for label in labels),
    )


def _received(document: Points, labels: list[int]) -> str:
    if not labels:
        return "no points"
    count = len(document.points)
    return f"{count} point{'s' if count > 1 else ''} of class {labels[0]} alone"
