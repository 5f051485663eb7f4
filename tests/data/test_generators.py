"""Generated samples against closed forms, and what the same document always gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from netlapse.data import Dataset, load
from netlapse.spec.data import Data

PLANE_KINDS = ("circle", "xor", "gaussians", "spiral", "moons", "spirals", "blobs", "truth-table")
SURFACES = ("plane", "multi-gaussian")
CURVES = ("line", "parabola", "sine")


def dataset(**fields: Any) -> Dataset:
    return load(TypeAdapter(Data).validate_python(fields))


def everything(**fields: Any) -> tuple[np.ndarray, np.ndarray]:
    """Raw inputs and targets, all in the training part."""
    data = dataset(**fields, validation_fraction=0)
    return data.train_raw.astype(np.float64), data.train_targets.reshape(-1).astype(np.float64)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(PLANE_KINDS + SURFACES + CURVES),
    samples=st.integers(4, 300),
    noise=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
    fraction=st.floats(0, 0.9),
)
def test_the_same_document_gives_the_same_bits(
    kind: str, samples: int, noise: float, seed: int, fraction: float
):
    fields = {"kind": kind, "samples": samples, "noise": noise, "seed": seed}
    first, second = (dataset(**fields, validation_fraction=fraction) for _ in range(2))
    for name in ("train_inputs", "train_targets", "validation_inputs", "validation_targets"):
        one, other = getattr(first, name), getattr(second, name)
        assert one.tobytes() == other.tobytes()
        assert np.isfinite(one).all()
        assert not one.flags.writeable
    assert len(first.train_inputs) + len(first.validation_inputs) == samples
    assert len(first.train_inputs) > 0
    assert (len(first.validation_inputs) > 0) == (fraction > 0)


@pytest.mark.parametrize("kind", PLANE_KINDS[:5])
def test_another_seed_gives_other_samples_or_another_division(kind: str):
    one, other = (dataset(kind=kind, seed=seed) for seed in (0, 1))
    assert not np.array_equal(one.train_inputs, other.train_inputs)


@pytest.mark.parametrize("kind", PLANE_KINDS + SURFACES + CURVES)
def test_the_division_leaves_the_samples_as_they_are(kind: str):
    def rows(fraction: float) -> set[tuple[float, ...]]:
        data = dataset(kind=kind, samples=40, noise=0.1, validation_fraction=fraction)
        return {tuple(row) for row in np.concatenate([data.train_raw, data.validation_raw])}

    assert rows(0) == rows(0.25) == rows(0.9)


@pytest.mark.parametrize("kind", ["spiral", "circle", "xor", "moons", "spirals"])
def test_samples_lie_in_the_domain(kind: str):
    raw, _ = everything(kind=kind, samples=2000)
    assert np.abs(raw).max() <= 6


def test_circle_is_a_disc_in_a_ring():
    raw, labels = everything(kind="circle", samples=1000)
    radius = np.hypot(*raw.T)
    assert radius[labels == 1].max() <= 2.5
    assert radius[labels == 0].min() >= 3.5 and radius.max() <= 5.0001
    assert labels.mean() == 0.5


def test_circle_with_noise_mislabels_some():
    raw, labels = everything(kind="circle", samples=1000, noise=0.5)
    wrong = (np.hypot(*raw.T) < 3) != (labels == 1)
    assert 0.1 < wrong.mean() < 0.6


def test_xor_is_the_sign_of_the_product_with_a_gap_at_the_axes():
    raw, labels = everything(kind="xor", samples=1000)
    assert np.array_equal(labels == 1, np.sign(raw[:, 0]) == np.sign(raw[:, 1]))
    assert np.abs(raw).min() >= 0.3 - 1e-6
    assert np.abs(raw).max() <= 5.3 + 1e-6


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gaussians_have_their_centers_and_variance(noise: float, variance: float):
    raw, labels = everything(kind="gaussians", samples=40_000, noise=noise)
    for label, center in ((1, 2.0), (0, -2.0)):
        cloud = raw[labels == label]
        assert len(cloud) == 20_000
        np.testing.assert_allclose(cloud.mean(axis=0), center, atol=0.06)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.05)


def test_spiral_arms_wind_by_seven_quarters_of_a_turn():
    raw, labels = everything(kind="spiral", samples=200)
    arm = raw[labels == 1]
    arm = arm[np.argsort(np.hypot(*arm.T))]
    np.testing.assert_allclose(np.hypot(*arm.T), 5 * np.arange(100) / 100, atol=1e-5)
    angle = np.unwrap(np.arctan2(arm[1:, 0], arm[1:, 1]))
    np.testing.assert_allclose(np.diff(angle), 1.75 * 2 * np.pi / 100, atol=1e-4)
    other = raw[labels == 0]
    other = other[np.argsort(np.hypot(*other.T))]
    np.testing.assert_allclose(other, -arm, atol=1e-5)


def test_spirals_are_one_arm_turned_by_equal_angles():
    raw, labels = everything(kind="spirals", samples=300, classes=3, turns=1.0)
    assert np.bincount(labels.astype(int)).tolist() == [100, 100, 100]
    by_arm = [raw[labels == arm] for arm in range(3)]
    arms = [points[np.argsort(np.hypot(*points.T))] for points in by_arm]
    total = arms[0] + arms[1] + arms[2]  # three equal angles cancel
    np.testing.assert_allclose(total, 0, atol=1e-5)


def test_moons_match_scikit_learn_up_to_the_documented_scale():
    from sklearn.datasets import make_moons

    raw, labels = everything(kind="moons", samples=100, noise=0)
    points, classes = make_moons(100, shuffle=False)
    expected = np.column_stack([3 * (points - [0.5, 0.25]), classes])
    ours = np.column_stack([raw, labels])
    np.testing.assert_allclose(_sorted(ours), _sorted(expected), atol=1e-5)


def _sorted(rows: np.ndarray) -> np.ndarray:
    return rows[np.lexsort(np.round(rows, 4).T)]


def test_blobs_sit_on_a_circle_of_radius_four():
    raw, labels = everything(kind="blobs", samples=10_000, classes=5)
    centers = np.stack([raw[labels == label].mean(axis=0) for label in range(5)])
    np.testing.assert_allclose(np.hypot(*centers.T), 4, atol=0.1)


@pytest.mark.parametrize(
    ("gate", "outputs"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])]
)
def test_truth_tables(gate: str, outputs: list[int]):
    raw, labels = everything(kind="truth-table", gate=gate)
    found = {tuple(map(int, row)): int(label) for row, label in zip(raw, labels, strict=True)}
    assert [found[0, 0], found[0, 1], found[1, 0], found[1, 1]] == outputs


def test_a_truth_table_repeats_its_rows():
    raw, _ = everything(kind="truth-table", samples=40)
    assert sorted(np.unique(raw, axis=0, return_counts=True)[1].tolist()) == [10] * 4


def test_plane_is_a_tenth_of_the_sum():
    raw, targets = everything(kind="plane", samples=500)
    np.testing.assert_allclose(targets, raw.sum(axis=1) / 10, atol=1e-6)


def test_multi_gaussian_peaks_at_its_centers_and_is_flat_between():
    raw, targets = everything(kind="multi-gaussian", samples=20_000)
    for x, y, sign in [(-4, 2.5, 1), (0, 2.5, -1), (4, -2.5, -1), (0, -2.5, 1)]:
        near = np.hypot(raw[:, 0] - x, raw[:, 1] - y)
        inside = near < 2
        np.testing.assert_allclose(targets[inside], sign * (1 - near[inside] / 2), atol=1e-5)
    assert (targets[np.abs(raw[:, 1]) < 0.4] == 0).all()


def test_curves_without_noise_are_their_formulas():
    raw, targets = everything(kind="parabola", noise=0)
    np.testing.assert_allclose(targets, raw[:, 0] ** 2, atol=1e-6)
    np.testing.assert_allclose(np.sort(raw[:, 0]), np.linspace(-1, 1, 100), atol=1e-6)
    raw, targets = everything(kind="line", noise=0, slope=-3, intercept=2)
    np.testing.assert_allclose(targets, 2 - 3 * raw[:, 0], atol=1e-5)
    raw, targets = everything(kind="sine", noise=0, periods=2)
    np.testing.assert_allclose(targets, np.sin(2 * np.pi * raw[:, 0]), atol=1e-5)


def test_noise_on_a_curve_is_its_standard_deviation():
    raw, targets = everything(kind="parabola", noise=0.1, samples=20_000)
    residual = targets - raw[:, 0] ** 2
    assert abs(residual.mean()) < 0.003
    assert abs(residual.std() - 0.1) < 0.003


def test_more_noise_moves_the_same_points_further():
    quiet, _ = everything(kind="spiral", noise=0, seed=3)
    little, _ = everything(kind="spiral", noise=0.1, seed=3)
    much, _ = everything(kind="spiral", noise=0.5, seed=3)
    np.testing.assert_allclose(5 * (little - quiet), much - quiet, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "task", "units"),
    [("circle", "binary", 1), ("spirals", "multiclass", 3), ("plane", "regression", 1)],
)
def test_the_form_of_the_targets_follows_the_task(kind: str, task: str, units: int):
    data = dataset(kind=kind, samples=10, validation_fraction=0.5)
    assert (data.task, data.output_units) == (task, units)
    expected = ((5,), np.int32) if task == "multiclass" else ((5, 1), np.float32)
    assert (data.train_targets.shape, data.train_targets.dtype) == expected
    assert (data.validation_targets.shape, data.validation_targets.dtype) == expected


def test_the_range_of_the_targets_has_a_margin():
    low, high = dataset(kind="parabola", noise=0).target_range
    assert (low, high) == pytest.approx((-0.05, 1.05), abs=1e-3)
