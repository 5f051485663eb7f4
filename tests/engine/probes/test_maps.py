"""Maps as bytes: exact zero, half a level of error, the scale that was asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.engine.probes.maps import (
    NOT_FINITE,
    SCALE,
    ZERO,
    image_sources,
    kernel_channels,
    kernel_maps,
    kernel_name,
    laid_out,
    limits,
    quantized,
    reduced,
    unit_maps,
)
from netlapse.spec.network import Network


def _maps(seed: int = 0, units: int = 5) -> Any:
    scales = np.array([1e-3, 1, 50, 0, 7][:units])[:, None, None]
    return np.random.default_rng(seed).normal(size=(units, 6, 4)) * scales


@pytest.mark.parametrize("scope", ["unit", "layer", "network"])
def test_values_come_back_within_half_a_level(scope: Any) -> None:
    maps = {"a": _maps(0), "b": 3 * _maps(1, 3)}
    found = limits(laid_out(maps)[1], scope)
    for layer, stored in quantized(maps, found).items():
        limit = found[layer]
        shown = limit[:, None, None] * (ZERO + SCALE * stored.astype(np.float64))
        error = np.abs(shown - maps[layer]).max(axis=(1, 2))
        assert (error <= limit * 0.501 / 127).all()
        assert stored.max() <= 254


def test_maps_of_any_size_keep_their_places() -> None:
    """Also those that are views with their axes in another order."""
    random = np.random.default_rng(3)
    maps = {
        "a": random.normal(size=(5, 4, 3)).transpose(2, 0, 1),
        "b": random.normal(size=(7, 1, 1)),
        "c": random.normal(size=(2, 1, 6)),
    }
    places, largest = laid_out(maps)
    found = limits(largest, "unit")
    assert {name: own.tolist() for name, own in found.items()} == {
        name: [float(np.float32(np.abs(unit).max())) for unit in own] for name, own in maps.items()
    }
    for name, own in maps.items():
        np.testing.assert_array_equal(places[name], own.astype(np.float32))
    stored = quantized(places, found)
    for name, own in maps.items():
        for unit, limit, level in zip(own, found[name], stored[name], strict=True):
            np.testing.assert_allclose(
                limit * (ZERO + SCALE * level), unit, atol=0.51 / 127 * limit
            )
    assert quantized({}, {}) == {} == limits({}, "layer")
    assert laid_out({}) == ({}, {})


def test_scopes() -> None:
    _, largest = laid_out({"a": np.array([[[1.0, -2]], [[0, 0]]]), "b": np.array([[[-8.0, 3]]])})
    assert {k: v.tolist() for k, v in limits(largest, "unit").items()} == {"a": [2, 1], "b": [8]}
    assert {k: v.tolist() for k, v in limits(largest, "layer").items()} == {"a": [2, 2], "b": [8]}
    assert {k: v.tolist() for k, v in limits(largest, "network").items()} == {"a": [8, 8], "b": [8]}


def test_zero_is_exact_and_what_is_not_finite_is_marked() -> None:
    maps = np.array([[[0.0, -0.0, np.nan, np.inf, -np.inf, 0.5]]])
    found = limits(laid_out({"": maps})[1], "unit")
    assert found[""].tolist() == [0.5]
    stored = quantized({"": maps}, found)[""][0, 0]
    assert stored.tolist() == [127, 127, NOT_FINITE, NOT_FINITE, NOT_FINITE, 254]
    assert abs(ZERO + SCALE * 127) < 1e-15


def test_units() -> None:
    values = np.random.default_rng(0).random((3, 4, 6))
    np.testing.assert_array_equal(unit_maps(values)[5], values[:, :, 5])
    assert unit_maps(np.arange(3.0)).tolist() == [[[0]], [[1]], [[2]]]


def test_kernels_of_a_convolution() -> None:
    kernel = np.random.default_rng(0).random((3, 5, 4, 7))
    np.testing.assert_array_equal(kernel_maps(kernel, None, 2)[6], kernel[:, :, 2, 6])
    np.testing.assert_allclose(kernel_maps(kernel, None, None)[6], kernel[..., 6].mean(axis=2))
    np.testing.assert_array_equal(kernel_maps(kernel, None, 99), kernel_maps(kernel, None, 3))
    assert kernel_channels(kernel, None) == 4


def test_kernels_of_a_dense_layer_lie_as_its_image_does() -> None:
    """The pattern that a unit would answer to the most."""
    kernel = np.random.default_rng(0).random((4 * 3 * 2, 5))
    image = np.random.default_rng(1).random((4, 3, 2))
    maps = [kernel_maps(kernel, (4, 3, 2), channel) for channel in (0, 1)]
    total = sum((maps[c] * image[None, :, :, c]).sum(axis=(1, 2)) for c in (0, 1))
    np.testing.assert_allclose(total, image.ravel() @ kernel)
    assert kernel_maps(kernel, None, None).shape == (5, 1, 24)


def test_the_parameter_with_a_window_is_shown() -> None:
    window, mix, bias = np.zeros((3, 3, 1, 4)), np.zeros((1, 1, 4, 8)), np.zeros(8)
    assert kernel_name({"pointwise_kernel": mix, "depthwise_kernel": window}) == "depthwise_kernel"
    assert kernel_name({"kernel": np.zeros((9, 2)), "bias": bias}) == "kernel"
    assert kernel_name({"scale": bias, "offset": bias}) is None


def test_reduced_maps_are_means() -> None:
    maps = np.random.default_rng(0).random((2, 10, 6))
    np.testing.assert_array_equal(reduced(maps, 10), maps)
    small = reduced(maps, 4)  # blocks of three: the last ones are smaller
    assert small.shape == (2, 4, 2)
    np.testing.assert_allclose(small[1, 0, 1], maps[1, :3, 3:6].mean())
    np.testing.assert_allclose(small[1, 3, 0], maps[1, 9:, :3].mean())


def test_which_features_are_pixels() -> None:
    layers = [
        {"kind": "flatten", "id": "flat"},
        {"kind": "dropout", "id": "drop"},
        {"kind": "dense", "id": "hidden", "units": 4},
        {"kind": "dense", "id": "output", "units": 4},
    ]
    network = Network.model_validate({"layers": layers})
    shapes = {"input": (2, 3, 1), "flat": (6,), "drop": (6,), "hidden": (4,), "output": (4,)}
    sources = image_sources(network, shapes)
    assert sources["hidden"] == (2, 3, 1)
    assert "output" not in sources
