"""The loss on a plane through the weights: every point is the network at those weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from netlapse.engine.probes.landscape import LandscapeProbe, finite_range
from netlapse.engine.probes.weight_planes import flat, path_plane, random_directions
from netlapse.engine.programs import Programs
from netlapse.engine.samples import Samples
from netlapse.errors import StateError
from tests.engine.building import dense, new_trainer, parameters, samples, spec, train

POINTS = np.array([[0, 0], [0.5, 0], [0, -0.7], [1.5, 2], [-0.01, 0.02]], np.float32)


def _images(count: int = 23) -> Samples:
    random = np.random.default_rng(1)
    x = random.random((2 * count, 6, 6, 2)).astype(np.float32)
    y = random.integers(0, 3, 2 * count).astype(np.int32)
    return Samples("multiclass", 3, x[:count], y[:count], x[count:], y[count:])


IMAGE_LAYERS = [
    {"kind": "separable-conv2d", "id": "apart", "filters": 4, "kernel_size": 3},
    {"kind": "batch-norm", "id": "norm"},
    {"kind": "conv2d", "id": "conv", "filters": 3, "kernel_size": 3, "activation": "relu"},
    {"kind": "flatten", "id": "flat"},
    {"kind": "dropout", "id": "drop", "rate": 0.4},
    dense("output", 3, "softmax"),
]
NETWORKS: dict[str, tuple[Any, Samples]] = {
    "side by side": (None, samples()),
    "categories": (
        [dense("h", 7), dense("output", 4, "softmax")],
        samples("multiclass", outputs=4),
    ),
    "numbers": (
        [dense("h", 3, "relu"), dense("output", 2, "linear")],
        samples("regression", outputs=2),
    ),
    "one after the other": ([dense("h", 40), dense("output", 1, "sigmoid")], samples()),
    "images": (IMAGE_LAYERS, _images()),
}


@pytest.fixture(params=NETWORKS)
def trainer(request: pytest.FixtureRequest, programs: Programs) -> Any:
    layers, data = NETWORKS[request.param]
    trainer = new_trainer(programs, spec(layers), data)
    train(trainer, 12)
    return trainer


def _moved(trainer: Any, first: Any, second: Any, a: float, b: float) -> Any:
    return {
        layer: {
            name: np.asarray(w)
            + np.float32(a) * first[layer][name]
            + np.float32(b) * second[layer][name]
            for name, w in own.items()
        }
        for layer, own in trainer.state.parameters.items()
    }


def _losses(trainer: Any, points: Any, pieces: int = 1000) -> Any:
    data, state = trainer.samples, trainer.state.parameters
    first, second = random_directions(trainer.structure, state, 5)
    probe = LandscapeProbe(trainer.structure)
    sweep = probe.sweep(state, first, second, points, data.train_inputs, data.train_targets)
    while not sweep.is_done:
        sweep.go_on(pieces)
    return sweep.losses(), first, second


def test_each_point_is_the_evaluation_of_the_moved_network(trainer: Any) -> None:
    found, first, second = _losses(trainer, POINTS)
    data = trainer.samples
    for (a, b), loss in zip(POINTS, found, strict=True):
        moved = _moved(trainer, first, second, a, b)
        each, _ = trainer.evaluator.losses(moved, data.train_inputs, data.train_targets)
        assert loss == pytest.approx(each.mean(), rel=2e-5)
    assert len({round(float(loss), 6) for loss in found}) == len(POINTS)


def test_pieces_and_company_leave_no_trace(trainer: Any) -> None:
    random = np.random.default_rng(0)
    many = np.vstack([POINTS, random.normal(size=(70, 2))]).astype(np.float32)
    whole, *_ = _losses(trainer, many)
    pieces, *_ = _losses(trainer, many, pieces=1)
    np.testing.assert_array_equal(pieces, whole)
    alone = [_losses(trainer, point[None])[0][0] for point in POINTS[:2]]
    np.testing.assert_allclose(alone, whole[:2], rtol=1e-6)


def test_a_dense_network_in_pytorch(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    train(trainer, 30)
    found, first, second = _losses(trainer, POINTS)
    x, y = (torch.tensor(a) for a in (trainer.samples.train_inputs, trainer.samples.train_targets))
    for (a, b), loss in zip(POINTS, found, strict=True):
        w = _moved(trainer, first, second, a, b)
        t = {k: {n: torch.tensor(v) for n, v in own.items()} for k, own in w.items()}
        hidden = torch.tanh(x @ t["hidden"]["kernel"] + t["hidden"]["bias"])
        z = hidden @ t["output"]["kernel"] + t["output"]["bias"]
        expected = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
        assert loss == pytest.approx(float(expected), rel=1e-5)


def test_what_is_not_finite_is_told_apart(programs: Programs) -> None:
    layers = [dense("hidden", 5, "relu"), dense("output", 1, "linear")]
    trainer = new_trainer(programs, spec(layers), samples("regression"))
    points = np.array([[0, 0], [1e20, 0], [1e30, -1e30], [1, 1]], np.float32)
    found, *_ = _losses(trainer, points)
    assert np.isfinite(found).tolist() == [True, False, False, True]
    least, greatest, wrong = finite_range(found)
    assert (least, greatest, wrong) == (min(found[0], found[3]), max(found[0], found[3]), 2)
    assert finite_range(np.full(3, np.nan, np.float32)) == (None, None, 3)


def test_random_directions_have_the_norms_of_the_filters(trainer: Any) -> None:
    state = trainer.state.parameters
    both = random_directions(trainer.structure, state, 7)
    for direction in both:
        for layer, own in direction.items():
            for name, values in own.items():
                weights = np.asarray(state[layer][name], np.float64)
                if "kernel" not in name:
                    assert not values.any(), (layer, name)
                    continue
                axes = tuple(range(weights.ndim - 1))
                np.testing.assert_allclose(
                    np.sqrt(np.square(values, dtype=np.float64).sum(axis=axes)),
                    np.sqrt(np.square(weights).sum(axis=axes)),
                    rtol=1e-5,
                )
    again = random_directions(trainer.structure, state, 7)
    np.testing.assert_array_equal(flat(both[0]), flat(again[0]))
    np.testing.assert_array_equal(flat(both[1]), flat(again[1]))
    others = [both[0], both[1], random_directions(trainer.structure, state, 8)[0]]
    rows = np.stack([flat(one) for one in others]).astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.abs(rows @ rows.T - np.eye(3)).max() < 0.9  # in no way the same


def _path(trainer: Any, states: int) -> Any:
    rows = [flat(trainer.state.parameters)]
    for _ in range(states):
        train(trainer, 5)
        rows.append(flat(trainer.state.parameters))
    return np.stack(rows[:-1])


def test_the_plane_of_a_path_is_that_of_its_principal_components(trainer: Any) -> None:
    path, state = _path(trainer, 9), trainer.state.parameters
    found = path_plane(trainer.structure, state, path)
    names = sorted(parameters(trainer), key=lambda name: name.replace(".", "/", 1))
    moving = np.concatenate(
        [np.full(parameters(trainer)[name].size, "moving" in name) for name in names]
    )
    x = path.astype(np.float64) - flat(state)
    x[:, moving] = 0
    states = np.vstack([x, 0 * x[:1]])  # the last is the state looked at
    centered = states - states.mean(axis=0)
    _, s, vt = np.linalg.svd(centered, full_matrices=False)
    assert found.share == pytest.approx((s[:2] ** 2).sum() / (s**2).sum(), rel=1e-9)
    for row, direction in zip(vt[:2], (found.first, found.second), strict=True):
        own = flat(direction).astype(np.float64)
        np.testing.assert_allclose(own * np.sign(own @ row), row, atol=1e-6)
        assert not own[moving].any()
    np.testing.assert_allclose(np.abs(found.coordinates), np.abs(x @ vt[:2].T), atol=1e-6)
    assert (found.coordinates[0] <= 0).all()
    # The projection: the rest is at a right angle to both directions.
    rest = x - found.coordinates @ np.stack([flat(found.first), flat(found.second)])
    assert np.abs(rest @ flat(found.first)).max() < 1e-5
    # The share is what the picture shows: the variance of the coordinates of all states, of that of
    # all their weights.
    shown = np.vstack([found.coordinates, [0, 0]])
    assert shown.var(axis=0).sum() / states.var(axis=0).sum() == pytest.approx(
        found.share, rel=1e-6
    )


def test_a_straight_path_has_a_plane_all_the_same(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    here = flat(trainer.state.parameters)
    step = np.random.default_rng(2).normal(size=len(here)).astype(np.float32)
    path = np.stack([here - 2 * step, here - step])
    found = path_plane(trainer.structure, trainer.state.parameters, path)
    first, second = flat(found.first).astype(np.float64), flat(found.second).astype(np.float64)
    assert first @ second == pytest.approx(0, abs=1e-6)
    assert second @ second == pytest.approx(1, rel=1e-5)
    assert found.share == pytest.approx(1)
    np.testing.assert_allclose(found.coordinates[:, 1], 0, atol=1e-4)


def test_the_share_is_of_the_variance_about_the_mean(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    here = flat(trainer.state.parameters)
    axes = np.eye(len(here), dtype=np.float32)[:4]
    # The corners of a cross in four dimensions, alike in each; the state looked at is its middle.
    cross = np.vstack([here + axes, here - axes])
    found = path_plane(trainer.structure, trainer.state.parameters, cross)
    assert found.share == pytest.approx(2 / 4, rel=1e-5)
    # Far from where all of them are, a plane holds most of the distance, and no more variance:
    # of the nine states, eight lie at -100 + a corner of the cross along a fifth axis.
    aside = 100 * np.eye(len(here), dtype=np.float32)[4]
    found = path_plane(trainer.structure, trainer.state.parameters, cross - aside)
    between = 8 / 9 * 100**2  # the sum of squares that is due to the one state that lies aside
    assert found.share == pytest.approx((between + 2) / (between + 8), rel=1e-5)


def test_a_path_needs_two_states_that_differ(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    here = flat(trainer.state.parameters)
    with pytest.raises(StateError) as refused:
        path_plane(trainer.structure, trainer.state.parameters, np.stack([here, here + 1]))
    assert str(refused.value) == (
        "A path needs two states before the one looked at that differ from it, got 1. "
        "Train on, or take random directions."
    )


def test_a_network_of_one_weight_has_one_direction(programs: Programs) -> None:
    layers = [dense("output", 1, "sigmoid", use_bias=False)]
    trainer = new_trainer(programs, spec(layers), samples(features=1))
    here = flat(trainer.state.parameters)
    assert here.shape == (1,)
    found = path_plane(trainer.structure, trainer.state.parameters, np.array([here - 2, here - 1]))
    assert abs(flat(found.first)[0]) == pytest.approx(1)
    assert flat(found.second)[0] == 0
    np.testing.assert_allclose(found.coordinates, [[-2, 0], [-1, 0]], atol=1e-6)
