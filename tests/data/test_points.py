"""Drawn points as a dataset."""

from __future__ import annotations

import numpy as np
import pytest

from netlapse.data import load
from netlapse.errors import DataError
from netlapse.spec.data import DrawnPoint, Points


def drawn(*labels: int) -> Points:
    points = tuple(
        DrawnPoint(x=index / 10, y=-index / 10, label=label) for index, label in enumerate(labels)
    )
    return Points(kind="points", points=points, validation_fraction=0)


def test_labels_in_use_become_classes():
    data = load(drawn(7, 2, 7, 2))
    assert data.class_names == ("2", "7")
    assert data.task == "binary"
    order = np.argsort(data.train_raw[:, 0])
    assert data.train_targets[order].tolist() == [[1], [0], [1], [0]]


def test_a_third_label_makes_more_classes():
    data = load(drawn(0, 1, 5))
    assert (data.task, data.output_units) == ("multiclass", 3)
    assert sorted(data.train_targets.tolist()) == [0, 1, 2]


def test_the_range_is_the_whole_plane():
    np.testing.assert_array_equal(load(drawn(0, 1)).raw_ranges, [[-6, 6], [-6, 6]])


@pytest.mark.parametrize(
    ("labels", "received"),
    [((), "got no points"), ((3,), "got 1 point of class 3 alone"), ((3, 3), "got 2 points")],
)
def test_one_class_is_not_enough(labels: tuple[int, ...], received: str):
    with pytest.raises(DataError, match=received) as caught:
        load(drawn(*labels))
    assert caught.value.place == "data.points"
    assert caught.value.remedy == "Draw points of another class."
