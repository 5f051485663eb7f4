"""Encodings against the formulas they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netlapse.data import OneHot, Power, Sine, Standardized, encode, load, point_encoding
from netlapse.errors import DataError
from netlapse.spec.data import Bundled, Circle

POINTS = arrays(np.float64, (7, 2), elements=st.floats(-6, 6))


@given(POINTS)
def test_the_seven_features_of_a_point(points: np.ndarray):
    x, y = points.T
    names = ("x", "y", "x^2", "y^2", "xy", "sin x", "sin y")
    expected = np.stack([x, y, x * x, y * y, x * y, np.sin(x), np.sin(y)], axis=1)
    features = encode(point_encoding(names), points)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, expected, rtol=1e-6, atol=1e-12)


@given(POINTS)
def test_features_come_in_the_order_asked_for(points: np.ndarray):
    both = encode(point_encoding(("sin y", "x")), points)
    np.testing.assert_array_equal(both[:, 1], points[:, 0].astype(np.float32))


def test_every_kind_of_feature():
    encoding = (Power((0, 1), (3, 1)), Sine(1), Standardized(0, 1.0, 4.0), OneHot(2, 1))
    raw = np.array([[2.0, 0.5, 1.0], [-1.0, 2.0, 0.0]])
    expected = [[4.0, np.sin(0.5), 0.25, 1.0], [-2.0, np.sin(2.0), -0.5, 0.0]]
    np.testing.assert_allclose(encode(encoding, raw), expected, rtol=1e-6)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_raw_inputs_of_another_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(DataError, match=r"must have the shape \[m, 2\], got \[3"):
        encode(point_encoding(("xy",)), np.zeros(shape))


def test_what_is_trained_on_is_the_encoding_of_what_is_shown():
    for document in (
        Circle(kind="circle", features=("x", "xy", "sin y")),
        Bundled(kind="bundled", name="wine"),
        Bundled(kind="bundled", name="digits"),
    ):
        data = load(document)
        np.testing.assert_allclose(data.encode(data.train_raw), data.train_inputs, atol=1e-5)
        np.testing.assert_allclose(
            data.encode(data.validation_raw), data.validation_inputs, atol=1e-5
        )
