"""The division into a training and a validation part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.data.split import split
from netlapse.errors import DataError

FRACTIONS = st.floats(0.001, 0.9)


@given(st.integers(2, 300), FRACTIONS, st.integers(0, 2**32 - 1))
def test_every_sample_is_in_one_part(count: int, fraction: float, seed: int):
    train, validation = split(count, fraction, seed)
    assert sorted([*train, *validation]) == list(range(count))
    assert len(validation) == min(max(1, round(count * fraction)), count - 1)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=80), FRACTIONS, st.integers(0, 1000))
def test_every_class_is_in_the_training_part(labels: list[int], fraction: float, seed: int):
    classes = np.array(labels, np.int32)
    if len(set(labels)) == len(labels):
        with pytest.raises(DataError, match="needs a class with two samples"):
            split(len(labels), fraction, seed, classes)
        return
    train, validation = split(len(labels), fraction, seed, classes)
    assert sorted([*train, *validation]) == list(range(len(labels)))
    assert set(classes[train]) == set(labels)
    assert 1 <= len(validation) <= max(1, round(len(labels) * fraction))
    for label in set(labels):
        size = labels.count(label)
        assert np.sum(classes[validation] == label) <= size * fraction + 1.5


def test_the_shares_are_those_of_scikit_learn():
    from sklearn.model_selection import train_test_split

    classes = np.repeat(np.arange(3, dtype=np.int32), [50, 30, 20])
    _, ours = split(100, 0.3, 1, classes)
    _, theirs = train_test_split(np.arange(100), test_size=0.3, stratify=classes, random_state=0)
    assert np.bincount(classes[ours]).tolist() == np.bincount(classes[theirs]).tolist()


def test_the_seed_decides():
    assert np.array_equal(split(50, 0.2, 7)[0], split(50, 0.2, 7)[0])
    assert not np.array_equal(split(50, 0.2, 7)[0], split(50, 0.2, 8)[0])


def test_no_fraction_leaves_no_validation_part():
    train, validation = split(5, 0, 0)
    assert sorted(train) == [0, 1, 2, 3, 4]
    assert len(validation) == 0


def test_one_sample_cannot_be_divided():
    with pytest.raises(DataError, match="Add samples, or set the validation fraction to 0"):
        split(1, 0.5, 0)
