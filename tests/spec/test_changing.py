"""Augmentation does what its fields say; images whose values are places tell what was done."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from netlapse.spec.data import Augmentation
from netlapse.spec.data.changing import augment

NONE: dict[str, Any] = {"shift": 0, "rotate": 0, "zoom": 0, "shear": 0}
SIDE, COUNT = 21, 300
CENTER = (SIDE - 1) / 2


def _changed(images: NDArray[np.float32], step: int = 5, **fields: Any) -> NDArray[np.float32]:
    chosen = Augmentation(**{**NONE, **fields})
    return np.asarray(augment(images, chosen, 7, step, np.arange(len(images)), np))


def _maps(**fields: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The linear part [n, 2, 2] and the constant [n, 2] of the place (x, y), counted from the
    center, that each place shows: the values of the image are its own places."""
    y, x = np.mgrid[:SIDE, :SIDE] - CENTER
    places = np.stack([x, y], axis=-1)
    images = np.repeat(places[None].astype(np.float32), COUNT, axis=0)
    shown = _changed(images, **fields)[:, 7:-7, 7:-7].reshape(COUNT, -1, 2)
    inner = places[7:-7, 7:-7].reshape(-1, 2)
    design = np.concatenate([inner, np.ones((len(inner), 1))], axis=1)
    linear, constant = [], []
    for image in shown:
        solution, _, _, _ = np.linalg.lstsq(design, image, rcond=None)
        np.testing.assert_allclose(design @ solution, image, atol=1e-4)
        linear.append(solution[:2].T)
        constant.append(solution[2])
    return np.array(linear), np.array(constant)


def _fills(values: NDArray[Any], limit: float) -> None:
    """Uniform between both limits."""
    assert np.abs(values).max() <= limit * (1 + 1e-4)
    assert values.min() < -0.95 * limit and values.max() > 0.95 * limit
    assert abs(values.mean()) < 0.12 * limit


def test_a_shift_moves_the_image_both_ways() -> None:
    linear, constant = _maps(shift=2.5)
    np.testing.assert_allclose(linear, np.broadcast_to(np.eye(2), linear.shape), atol=1e-4)
    _fills(constant[:, 0], 2.5)
    _fills(constant[:, 1], 2.5)
    assert abs(np.corrcoef(constant.T)[0, 1]) < 0.2


def test_a_rotation_turns_around_the_center() -> None:
    linear, constant = _maps(rotate=30)
    np.testing.assert_allclose(constant, 0, atol=1e-4)
    np.testing.assert_allclose(np.linalg.det(linear), 1, atol=1e-4)
    np.testing.assert_allclose(linear @ linear.transpose(0, 2, 1), _eyes(), atol=1e-4)
    _fills(np.degrees(np.arctan2(linear[:, 1, 0], linear[:, 0, 0])), 30)


def test_a_zoom_scales_both_axes_alike() -> None:
    linear, constant = _maps(zoom=0.2)
    np.testing.assert_allclose(constant, 0, atol=1e-4)
    np.testing.assert_allclose(linear, linear[:, :1, :1] * _eyes(), atol=1e-4)
    _fills(1 / linear[:, 0, 0] - 1, 0.2)


def test_a_shear_slants_to_the_side() -> None:
    linear, _ = _maps(shear=20)
    expected = _eyes()
    expected[:, 0, 1] = linear[:, 0, 1]
    np.testing.assert_allclose(linear, expected, atol=1e-4)
    _fills(np.degrees(np.arctan(linear[:, 0, 1])), 20)


def _eyes() -> NDArray[np.float64]:
    return np.broadcast_to(np.eye(2), (COUNT, 2, 2)).copy()


def test_what_comes_from_outside_is_zero() -> None:
    ones = np.ones((50, 9, 9, 1), np.float32)
    moved = _changed(ones, shift=4)
    assert moved.min() == 0 and moved.max() == pytest.approx(1)


def test_elastic_moves_have_the_standard_deviation_that_is_asked_for() -> None:
    y, x = np.mgrid[:SIDE, :SIDE] - CENTER
    images = np.repeat(np.stack([x, y], axis=-1)[None].astype(np.float32), COUNT, axis=0)
    moves = (_changed(images, elastic=1.5) - images)[:, 6:-6, 6:-6]
    assert moves.std() == pytest.approx(1.5, rel=0.08)
    assert abs(moves.mean()) < 0.1
    neighbors = np.abs(np.diff(moves, axis=1)).mean()
    assert neighbors < 0.5 * np.abs(moves).mean()


def test_noise_has_its_standard_deviation_and_stays_between_0_and_1() -> None:
    gray = np.full((COUNT, 8, 8, 1), 0.5, np.float32)
    noise = _changed(gray, noise=0.1) - gray
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    assert abs(noise.mean()) < 0.005
    loud = _changed(gray, noise=0.5)
    assert loud.min() == 0 and loud.max() == 1


def test_a_change_belongs_to_seed_step_and_sample_alone() -> None:
    random = np.random.default_rng(0)
    images = random.random((6, 8, 8, 3), dtype=np.float32)
    chosen = Augmentation(noise=0.1, elastic=1)
    ids = np.array([4, 9, 11, 2, 0, 7])

    def of(rows: list[int], seed: int = 1, step: int = 3) -> NDArray[np.float32]:
        return np.asarray(augment(images[rows], chosen, seed, step, ids[rows], np))

    whole = of([0, 1, 2, 3, 4, 5])
    np.testing.assert_array_equal(of([2, 5]), whole[[2, 5]])
    np.testing.assert_array_equal(of([0, 1, 2, 3, 4, 5]), whole)
    for other in (of([0, 1, 2, 3, 4, 5], step=4), of([0, 1, 2, 3, 4, 5], seed=2)):
        assert (np.abs(other - whole).max(axis=(1, 2, 3)) > 0.05).all()


def test_a_preview_shows_what_training_sees() -> None:
    images = np.random.default_rng(0).random((5, 28, 28, 1), dtype=np.float32)
    chosen = Augmentation(noise=0.1, elastic=1)
    seen = augment(jnp.asarray(images), chosen, jnp.uint32(3), jnp.int32(8), jnp.arange(5))
    shown = augment(images, chosen, 3, 8, np.arange(5), np)
    np.testing.assert_allclose(np.asarray(seen), shown, atol=1e-4)


def test_nothing_is_changed_where_all_is_switched_off() -> None:
    images = np.random.default_rng(0).random((5, 8, 8, 1), dtype=np.float32)
    np.testing.assert_array_equal(_changed(images), images)
