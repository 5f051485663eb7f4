"""What is drawn reaches the network as MNIST's digits do."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlapse.errors import DataError
from netlapse.worker.drawings import centre_as_mnist, fit, resized


def _mnist() -> Any:
    for folder in Path(__file__).resolve().parents:
        file = folder / "shared" / "data" / "mnist" / "t10k-images-idx3-ubyte.gz"
        if file.exists():
            data = gzip.decompress(file.read_bytes())
            return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 28, 28)
    pytest.skip("MNIST is not here")


def _blot(height: int, width: int, top: int, left: int, tall: int, wide: int) -> Any:
    image = np.zeros((height, width))
    image[top : top + tall, left : left + wide] = 1
    return image


def test_mnist_itself_stays_as_it_is() -> None:
    """Its digits are 20 pixels long, with their centre of mass at (14, 14) already."""
    digits = _mnist()[:1000] / 255
    same = [np.abs(centre_as_mnist(digit) - digit).max() < 1e-9 for digit in digits]
    assert np.mean(same) > 0.99


def test_a_large_drawing_of_a_digit_is_that_digit() -> None:
    """Ten times as large and in a corner, as a person draws it."""
    for digit in _mnist()[:50] / 255:
        canvas = np.zeros((400, 340))
        canvas[5:285, 55:335] = np.kron(digit, np.ones((10, 10)))
        # An edge of another gray value moves the centre of mass by less than a pixel.
        assert np.abs(centre_as_mnist(canvas) - digit).mean() < 0.03


@pytest.mark.parametrize(("tall", "wide"), [(100, 30), (30, 100), (7, 5), (200, 200), (1, 40)])
def test_the_longer_side_takes_20_pixels_and_the_ratio_stays(tall: int, wide: int) -> None:
    seen = centre_as_mnist(_blot(210, 220, 4, 9, tall, wide))
    assert seen.shape == (28, 28)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    longest = max(tall, wide)
    assert len(rows) == max(1, round(20 * tall / longest))
    assert len(columns) == max(1, round(20 * wide / longest))
    assert seen.min() >= 0 and seen.max() <= 1


def test_the_centre_of_mass_is_in_the_middle() -> None:
    image = np.zeros((90, 90))
    image[10:80, 10:20] = 1
    image[70:80, 10:60] = 1  # an L: its mass is not in the middle of its box
    seen = centre_as_mnist(image)
    rows, columns = np.indices(seen.shape)
    for axis in (rows, columns):
        assert 13.5 <= (seen * axis).sum() / seen.sum() < 14.5
    assert np.flatnonzero(seen.any(axis=1))[0] + np.flatnonzero(seen.any(axis=1))[-1] != 27


@pytest.mark.parametrize("size", [8, 28, 32, 64])
def test_other_sizes_in_proportion(size: int) -> None:
    seen = centre_as_mnist(_blot(50, 50, 10, 10, 25, 25), size, size)
    assert len(np.flatnonzero(seen.any(axis=0))) == round(size * 20 / 28)


def test_resizing_keeps_the_mean_and_flat_images() -> None:
    image = np.random.default_rng(0).random((37, 23))
    np.testing.assert_allclose(resized(image, 11, 7).mean(), image.mean(), rtol=0.02)
    np.testing.assert_allclose(resized(np.full((5, 9), 0.3), 13, 4), 0.3)


def test_dark_ink_is_inverted_and_said() -> None:
    light = (255 * _blot(60, 60, 20, 25, 30, 8)).astype(np.uint8)[:, :, None]
    plain = fit(light, (28, 28, 1), centre=True)
    dark = fit(255 - light, (28, 28, 1), centre=True)
    assert (plain.inverted, dark.inverted) == (False, True)
    np.testing.assert_allclose(plain.seen, dark.seen, atol=1e-6)
    assert plain.note.startswith("Cropped, scaled into 20 × 20 pixels and centred by its mass")
    assert dark.note.startswith("Inverted to light on dark, ")
    with pytest.raises(DataError, match="There is nothing on the image"):
        fit(255 - light, (28, 28, 1), centre=True, ink="light")


def test_colors() -> None:
    red = np.zeros((10, 10, 3), np.uint8)
    red[3:7, 3:7, 0] = 255
    gray = fit(red, (28, 28, 1), centre=False)
    assert gray.seen.shape == (28, 28, 1)
    assert gray.seen.max() == pytest.approx(0.299)
    as_colors = fit(red, (16, 12, 3), centre=False)
    assert as_colors.seen.shape == (16, 12, 3)
    assert as_colors.seen[:, :, 1:].max() == 0
    spread = fit(red[:, :, :1], (16, 12, 3), centre=True)
    assert (spread.seen[:, :, 0] == spread.seen[:, :, 2]).all()


def test_an_uneven_ground_is_no_ink() -> None:
    random = np.random.default_rng(0)
    image = 0.05 * random.random((80, 80))
    image[20:60, 30:50] += 0.8
    seen = centre_as_mnist(image)
    assert len(np.flatnonzero(seen.any(axis=1))) == 20
    assert len(np.flatnonzero(seen.any(axis=0))) == 10


def test_nothing_is_said_to_be_nothing() -> None:
    for empty in (np.zeros((28, 28)), np.ones((5, 5))):
        with pytest.raises(DataError, match="There is nothing on the image"):
            centre_as_mnist(empty)
