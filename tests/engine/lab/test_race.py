"""Paths of a race beside PyTorch in float64 and beside formulas, and where they end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from netlapse.engine.lab.race import RaceRun, run_race
from netlapse.errors import InputError
from netlapse.spec.base import parse
from netlapse.spec.lab import SURFACES, Race, Regression, suggested_race

Function = Callable[[Any, Any], Any]
STEPS = 60
"""RMSprop is unstable where it comes to rest: there, later, the last digit of a sum decides."""

SGD, ADAM, ADAMW = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
ADAGRAD, RMSPROP = torch.optim.Adagrad, torch.optim.RMSprop


def ackley(x: Any, y: Any) -> Any:
    """As it was published."""
    root, waves = torch.sqrt(0.5 * (x * x + y * y)), torch.cos(2 * torch.pi * x)
    waves = 0.5 * (waves + torch.cos(2 * torch.pi * y))
    return -20 * torch.exp(-0.2 * root) - torch.exp(waves) + math.e + 20


def beale(x: Any, y: Any) -> Any:
    """As it was published."""
    wanted = ((1.5, 1), (2.25, 2), (2.625, 3))
    return sum((number - x * (1 - y**power)) ** 2 for number, power in wanted)


FUNCTIONS: dict[str, tuple[Function, tuple[float, float], float]] = {
    "quadratic-100": (lambda x, y: 0.01 * x * x + y * y, (-9, 2), 0.2),
    "quadratic-10": (lambda x, y: 0.1 * x * x + y * y, (-9, 2), 0.2),
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2, (-1.5, 2), 0.0003),
    "beale": (beale, (1, 1.5), 0.002),
    "himmelblau": (lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2, (-0.5, -1), 0.003),
    "booth": (lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2, (-8, -6), 0.02),
    "ackley": (ackley, (3.4, -2.6), 0.01),
    "rastrigin": (
        lambda x, y: 20 + sum(c * c - 10 * torch.cos(2 * torch.pi * c) for c in (x, y)),
        (3.4, -2.6),
        0.001,
    ),
    "saddle": (lambda x, y: (x + y) * (x - y), (-2, 0.01), 0.01),
    "long-valley": (lambda x, y: (x / 10) ** 2 + (y - torch.sin(x)) ** 2, (-9, 2.5), 0.05),
}
"""Each named surface written down once more, with a start and a rate that keeps everybody on it."""


def racers(rate: float) -> list[tuple[dict[str, Any], Any, dict[str, Any]]]:
    """Eight optimizers, each with PyTorch's for it."""
    return [
        ({"kind": "sgd"}, SGD, {}),
        ({"kind": "momentum", "momentum": 0.8}, SGD, {"momentum": 0.8}),
        ({"kind": "nesterov"}, SGD, {"momentum": 0.9, "nesterov": True}),
        ({"kind": "adagrad"}, ADAGRAD, {}),
        (
            {"kind": "rmsprop", "decay": 0.9, "momentum": 0.3},
            RMSPROP,
            {"alpha": 0.9, "momentum": 0.3},
        ),
        ({"kind": "rmsprop", "centered": True}, RMSPROP, {"centered": True}),
        ({"kind": "adam", "beta_1": 0.8}, ADAM, {"betas": (0.8, 0.999)}),
        ({"kind": "adamw", "weight_decay": 0.1}, ADAMW, {"weight_decay": 0.1}),
    ]


def by_pytorch(
    function: Function, start: tuple[float, float], peer: Any, options: dict[str, Any], steps: int
) -> Any:
    """x, y, f and the gradient after each step [steps + 1, 5]."""
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = peer([weights], **options)
    entries = []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        value = function(weights[0], weights[1])
        value.backward()
        entries.append([*weights.tolist(), value.item(), *weights.grad.tolist()])
        optimizer.step()
    return np.array(entries)


def race(**fields: Any) -> RaceRun:
    """A race that was run, from plain data."""
    return run_race(parse(Race, fields))


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_paths_equal_pytorch(kind: str) -> None:
    function, start, rate = FUNCTIONS[kind]
    cases = [
        ({**document, "learning_rate": rate}, peer, {**options, "lr": rate})
        for document, peer, options in racers(rate)
    ]
    run = race(
        surface={"kind": kind},
        racers=[{"optimizer": document} for document, _, _ in cases],
        start=start,
        steps=STEPS,
    )
    for path, (document, peer, options) in zip(run.paths, cases, strict=True):
        expected = by_pytorch(function, start, peer, options, STEPS)
        found = np.concatenate([path.points, path.gradients], axis=1)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=str(document))
        assert np.abs(found[-1, :2] - start).max() > 10 * rate * min(1, rate), "it did not move"
        assert path.ended is None


@pytest.mark.parametrize(
    "kind", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
)
def test_defaults_are_pytorchs(kind: str) -> None:
    peers = {
        "sgd": (SGD, {"lr": 0.03}),
        "momentum": (SGD, {"lr": 0.01, "momentum": 0.9}),
        "nesterov": (SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
        "adagrad": (ADAGRAD, {"lr": 0.05}),
        "rmsprop": (RMSPROP, {"lr": 0.01}),
        "adam": (ADAM, {"lr": 0.001}),
        "adamw": (ADAMW, {"lr": 0.001}),
    }
    peer, options = peers[kind]
    surface = {"kind": "expression", "text": "x^2/10 + y^2 + sin(x*y)/5"}
    run = race(surface=surface, racers=[{"optimizer": {"kind": kind}}], start=(-3, 2), steps=400)
    expected = by_pytorch(
        lambda x, y: x**2 / 10 + y**2 + torch.sin(x * y) / 5, (-3, 2), peer, options, 400
    )
    np.testing.assert_allclose(run.paths[0].points, expected[:, :3], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("kind", "curvature"), [("quadratic-100", 0.02), ("quadratic-10", 0.2)])
def test_gradient_descent_on_a_quadratic_has_a_formula(kind: str, curvature: float) -> None:
    rate = 0.3
    run = race(
        surface={"kind": kind},
        racers=[{"optimizer": {"kind": "sgd", "learning_rate": rate}}],
        start=(-9, 2),
        steps=1000,
    )
    steps = np.arange(1001)
    x, y = -9 * (1 - rate * curvature) ** steps, 2 * (1 - 2 * rate) ** steps
    np.testing.assert_allclose(run.paths[0].points[:, 0], x, rtol=1e-11)
    np.testing.assert_allclose(run.paths[0].points[:, 1], y, rtol=1e-11, atol=1e-300)
    expected = curvature * x**2 / 2 + y**2
    np.testing.assert_allclose(run.paths[0].points[:, 2], expected, rtol=1e-11)


def test_what_is_said_of_a_path_is_of_its_points() -> None:
    run = run_race(suggested_race(SURFACES["himmelblau"]))
    path = run.paths[5]
    x, y = path.points[:, :2].T
    np.testing.assert_allclose(
        path.step_lengths[1:], np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2), rtol=1e-12
    )
    assert path.step_lengths[0] == 0
    minima = tuple((at[0], at[1]) for at in run.minima)
    expected = np.min([np.sqrt((x - a) ** 2 + (y - b) ** 2) for a, b in minima], axis=0)
    np.testing.assert_allclose(path.distances(minima), expected, rtol=1e-12)
    assert len(minima) == 4 and not run.found
    assert np.isnan(path.distances(())).all()


def test_nobody_is_disturbed_by_the_others_or_by_the_length_of_a_race() -> None:
    together = run_race(suggested_race(SURFACES["booth"]).with_changes(steps=40))
    for path in together.paths:
        alone = race(
            surface={"kind": "booth"}, racers=[path.racer.to_dict()], start=(-8, -6), steps=3000
        )
        np.testing.assert_allclose(
            alone.paths[0].points[:41], path.points, rtol=1e-9, err_msg=path.name
        )
        assert len(alone.paths[0].points) == 3001


def test_trainings_of_the_same_process_stay_in_32_bits() -> None:
    race(steps=3)
    assert jnp.zeros(1).dtype == np.float32
    assert (jnp.arange(3) / 2).dtype == np.float32


# --- noise --------------------------------------------------------------------------------------


def standing(**fields: Any) -> Any:
    """The gradients that a racer is given who does not move [steps + 1, 2]."""
    still = [{"optimizer": {"kind": kind, "learning_rate": 0}} for kind in ("sgd", "adam")]
    first, second = race(racers=still, **fields).paths
    np.testing.assert_array_equal(first.gradients, second.gradients)
    return first.gradients


def test_gaussian_noise_is_added_to_the_gradient() -> None:
    noise = {"kind": "gaussian", "standard_deviation": 0.5}
    gradients = standing(start=(-9, 2), steps=20_000, noise=noise, seed=1)
    added = gradients - [-1.8, 4]
    assert np.abs(added.mean(0)).max() < 4 * 0.5 / math.sqrt(20_000)
    np.testing.assert_allclose(added.std(0), 0.5, rtol=0.03)
    assert abs(np.corrcoef(added.T)[0, 1]) < 0.03
    assert abs(np.corrcoef(added[1:, 0], added[:-1, 0])[0, 1]) < 0.03
    again = standing(start=(-9, 2), steps=20_000, noise=noise, seed=1)
    np.testing.assert_array_equal(again, gradients)
    other = standing(start=(-9, 2), steps=20_000, noise=noise, seed=2)
    assert np.abs(other - gradients).max() > 0.5


def test_the_path_holds_the_value_of_the_surface_and_not_of_the_noise() -> None:
    run = race(noise={"kind": "gaussian"}, steps=50)
    x, y, f = run.paths[0].points.T
    np.testing.assert_allclose(f, x**2 / 10 + y**2, rtol=1e-12)


@pytest.mark.parametrize("batch", [1, 7, 20, 50, 64])
def test_an_epoch_of_mini_batches_sees_every_sample_once(batch: int) -> None:
    surface = Regression(kind="regression", samples=64, seed=3)
    steps = -(-64 // batch)
    gradients = standing(
        surface=surface.to_dict(),
        start=(-3, 3),
        steps=2 * steps,
        noise={"kind": "mini-batch", "batch_size": batch},
        seed=5,
    )
    u, v, t = surface.data()
    errors = -3 * u + 3 * v - t
    each = 2 * np.stack([errors * u, errors * v], axis=1)
    sizes = np.minimum(batch, 64 - batch * np.arange(steps))
    epochs = gradients[: 2 * steps].reshape(2, steps, 2)
    for epoch in epochs:
        np.testing.assert_allclose((sizes[:, None] * epoch).sum(0), each.sum(0), rtol=1e-11)
    if batch == 1:
        for epoch in epochs:
            order = [int(np.abs(each - one).sum(1).argmin()) for one in epoch]
            assert sorted(order) == list(range(64)) and order != sorted(order)
    if batch < 64:
        assert np.abs(epochs[0] - epochs[1]).max() > 1e-3, "each epoch has its own order"


def test_all_samples_are_no_noise() -> None:
    surface = {"kind": "regression", "samples": 30}
    whole = standing(surface=surface, steps=9, noise={"kind": "mini-batch", "batch_size": "all"})
    np.testing.assert_allclose(whole, standing(surface=surface, steps=9), rtol=1e-12)


def test_a_regression_equals_pytorch() -> None:
    surface = Regression(kind="regression", samples=40, noise=0.5, spread=0.2, seed=9)
    u, v, t = (torch.tensor(column) for column in surface.data())
    optimizer = {"kind": "nesterov", "learning_rate": 0.05}
    run = race(
        surface=surface.to_dict(), racers=[{"optimizer": optimizer}], start=(-3, 3), steps=200
    )
    expected = by_pytorch(
        lambda x, y: torch.nn.functional.mse_loss(x * u + y * v, t),
        (-3, 3),
        SGD,
        {"lr": 0.05, "momentum": 0.9, "nesterov": True},
        200,
    )
    np.testing.assert_allclose(run.paths[0].points, expected[:, :3], rtol=1e-9, atol=1e-9)


# --- where paths end ----------------------------------------------------------------------------


def test_a_racer_that_leaves_the_plane_ends_and_the_others_go_on() -> None:
    fast, calm = {"kind": "sgd", "learning_rate": 3}, {"kind": "adam", "learning_rate": 0.1}
    run = race(racers=[{"optimizer": fast}, {"optimizer": calm}], start=(-9, 2), steps=60)
    path, other = run.paths
    # y is multiplied by 1 - 2·3 = -5 in each step, and 2·5¹² < 1e9 < 2·5¹³.
    assert path.ended is not None
    assert (path.ended.step, path.ended.reason) == (13, "left-plane")
    assert path.ended.message == (
        "SGD leaves the plane at step 13: a coordinate is beyond ±1,000,000,000 with the learning "
        "rate 3."
    )
    assert len(path.points) == 13 and path.points[-1, 1] == pytest.approx(2 * 5.0**12)
    assert other.ended is None and len(other.points) == 61


def expression(text: str, start: tuple[float, float], rate: float, steps: int = 50) -> RaceRun:
    """Gradient descent on a function."""
    return race(
        surface={"kind": "expression", "text": text},
        racers=[{"optimizer": {"kind": "sgd", "learning_rate": rate}}],
        start=start,
        steps=steps,
    )


def test_a_step_to_where_the_function_is_not_finite() -> None:
    path = expression("log(x) + y^2", (1, 1), 0.4).paths[0]
    # x: 1, 0.6, then 0.6 - 0.4/0.6 < 0
    assert path.ended is not None
    assert (path.ended.step, path.ended.reason) == (2, "value")
    assert path.ended.message.startswith("SGD ends at step 2: the function at (-0.0666667, ")
    np.testing.assert_allclose(path.points[:, 0], [1, 0.6])


def test_a_point_without_a_gradient() -> None:
    path = expression("sqrt(x^2 + y^2)", (2, 0), 1).paths[0]
    assert path.ended is not None
    assert (path.ended.step, path.ended.reason) == (3, "gradient")
    assert path.ended.message == "SGD ends before step 3: the gradient at (0, 0) is not finite."
    assert path.points[:, 0].tolist() == [2, 1, 0]


@pytest.mark.parametrize("text", ["1/x", "log(x)", "sqrt(-1 - x)", "x^-2", "log(y - 1)/x"])
def test_a_start_where_the_function_is_not_finite(text: str) -> None:
    with pytest.raises(InputError, match=r"The function is not finite at the start \(0, 1\)\."):
        expression(text, (0, 1), 0.1)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.kind)
def test_suggested_races_lead_down(surface: Any) -> None:
    for path in run_race(suggested_race(surface)).paths:
        assert path.ended is None
        assert path.points[-1, 2] < path.points[0, 2], path.name
