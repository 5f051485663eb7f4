"""Seven panels: every number is the engine's at that very state; scales are common to a film."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import netlapse as nl
from netlapse.data import load
from netlapse.errors import DataError, StateError
from netlapse.export.animation import steps_of
from netlapse.export.figures import draw, encode, size_of
from netlapse.export.film import Choice
from netlapse.run import Run
from netlapse.scenes import Scene, SevenPanelsScene
from netlapse.scenes.seven_panels import gradient_shares, refuse_unfit
from netlapse.spec.network import Network

STATES = tuple(range(0, 101, 5))


@pytest.fixture(scope="module")
def quadratic() -> Iterator[Run]:
    """The preset, trained to its end."""
    with nl.train(nl.presets.quadratic(), record=False) as run:
        yield run


def panels(run: Run, step: int, among: tuple[int, ...] = STATES, **choice: Any) -> SevenPanelsScene:
    scene = run.film.scene("seven-panels", step, Choice(**choice), among=among)
    assert isinstance(scene, SevenPanelsScene)
    return scene


def texts(scene: Scene) -> str:
    svg = encode(draw(scene), "svg").decode()
    return " | ".join(re.findall(r"<!-- (.*?) -->", svg))


def autograd(run: Run, weights: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Loss and gradient of a 1-10-1 ReLU network on all samples, by PyTorch."""
    data = load(run.spec.data)
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in weights.items()}
    x, y = torch.tensor(data.train_inputs.copy()), torch.tensor(data.train_targets.copy())
    hidden = torch.relu(x @ leaves["hidden-1.kernel"] + leaves["hidden-1.bias"])
    loss = torch.mean((hidden @ leaves["output.kernel"] + leaves["output.bias"] - y) ** 2)
    loss.backward()
    return loss.item(), {
        name: leaf.grad.numpy() for name, leaf in leaves.items() if leaf.grad is not None
    }


def test_the_film_has_21_pictures_of_every_fifth_state(quadratic: Run) -> None:
    assert steps_of(quadratic.film, "seven-panels") == STATES


def test_all_numbers_of_all_pictures_are_those_of_their_state(quadratic: Run) -> None:
    greatest_weight = greatest_gradient = 0.0
    scenes = [panels(quadratic, step) for step in STATES]
    losses = quadratic.loss
    for step, scene in zip(STATES, scenes, strict=True):
        weights = quadratic.at(step).weights()
        loss, gradients = autograd(quadratic, weights)
        assert scene.caption.step == step
        for layer in scene.layers:
            found = {"kernel": layer.kernel, "bias": layer.bias}
            slopes = {"kernel": layer.kernel_gradient, "bias": layer.bias_gradient}
            for name in ("kernel", "bias"):
                key = f"{layer.layer}.{name}"
                np.testing.assert_array_equal(found[name], weights[key])
                np.testing.assert_allclose(slopes[name], gradients[key], rtol=1e-3, atol=1e-6)
        np.testing.assert_allclose(scene.loss.loss, loss, rtol=1e-5)
        # The curve before this state: of full batches, the losses of the states 0 to step - 1.
        np.testing.assert_array_equal(scene.loss.low, losses[:step])
        np.testing.assert_array_equal(scene.loss.epochs, np.arange(step))
        x = np.linspace(scene.fit.x.low, scene.fit.x.high, scene.fit.values.shape[-1])
        np.testing.assert_allclose(
            scene.fit.values[0], quadratic.at(step).predict(x)[:, 0], rtol=1e-4, atol=1e-5
        )
        greatest_weight = max(greatest_weight, *(abs(v).max() for v in weights.values()))
        greatest_gradient = max(greatest_gradient, *(abs(g).max() for g in gradients.values()))
    assert len({scene.limits for scene in scenes}) == 1
    np.testing.assert_allclose(scenes[0].limits.weight, greatest_weight)
    np.testing.assert_allclose(scenes[0].limits.gradient, greatest_gradient, rtol=1e-4)


def test_a_picture_prints_its_state_its_scales_and_its_legend(quadratic: Run) -> None:
    scene = panels(quadratic, 40)
    text = texts(scene)
    limits = scene.limits
    for said in (
        "step 40 · epoch 40",
        "1  Data and fit",
        f"2  Loss {scene.loss.loss:.3g}",
        "3  Network 1 – 10 – 1",
        "4  Input → hidden",
        "5  Hidden → output",
        "6  Biases",
        "7  Gradients of the loss",
        f"weight −{limits.weight:.3g}",
        f"gradient ±{limits.gradient:.3g}",
        "gradients (log)",
        "the largest of 21 states from 0 to 100",
        "mean over all 100 training samples",
    ):
        assert said in text, said
    assert "gradients (log)" not in texts(panels(quadratic, 40, linear=True))


def test_every_bias_and_gradient_is_written(quadratic: Run) -> None:
    """31 parameters and 31 gradients: each has its cell, and here its number."""
    text = texts(panels(quadratic, 40))
    cells = re.findall(r"(?<= )−?\d+\.\d\d(?= )|(?<= )−?\d\.\de-\d(?= )|(?<= )0(?= )", f" {text} ")
    assert len(cells) >= 62


def test_a_figure_of_one_state_has_the_scales_of_the_whole_record(quadratic: Run) -> None:
    alone = [panels(quadratic, step, among=()).limits for step in (0, 101)]
    assert alone[0].weight == alone[1].weight
    assert alone[0].states[0] == 0
    assert alone[0].states[-1] == 101
    assert size_of(panels(quadratic, 0), 1280) == (1280, 800)


def test_more_layers_inputs_and_classes_have_their_panels() -> None:
    with nl.train(nl.presets.spiral(), steps=40, record=False) as run:
        scene = panels(run, 40, among=(0, 40))
        assert scene.sizes == (4, 8, 8, 1)
        assert scene.fit.y is not None
        assert not scene.loss.is_full_batch
        assert "W3" in texts(scene)
    with nl.train(nl.presets.iris(), steps=24, record=False) as run:
        scene = panels(run, 12, among=(0, 12, 24), linear=True)
        assert scene.sizes == (4, 8, 3)
        assert scene.output_names == ("setosa", "versicolor", "virginica")
        assert "versicolor" in texts(scene)


def test_gradients_share_their_scale_by_the_formula() -> None:
    values = np.array([-2.0, -0.02, 0.0, 0.2])
    np.testing.assert_allclose(
        gradient_shares(values, 2.0, is_linear=False),
        np.sign(values) * np.log(1 + abs(values) / 0.002) / np.log(1001),
    )
    np.testing.assert_allclose(gradient_shares(values, 2.0, is_linear=True), values / 2)


def dense(layer: str, units: int, **more: Any) -> dict[str, Any]:
    return {"kind": "dense", "id": layer, "units": units, **more}


@pytest.mark.parametrize(
    ("layers", "shape", "says"),
    [
        ([dense("a", 33), dense("b", 1)], (1,), "32 units in a layer, and layer `a` has 33"),
        ([dense("b", 1)], (1,), "1 to 4 hidden layers, got 0"),
        ([dense(f"l{i}", 2) for i in range(6)], (1,), "1 to 4 hidden layers, got 5"),
        ([dense("a", 2), dense("b", 1)], (33,), "at most 32 inputs, got 33"),
        ([dense("a", 2), dense("b", 1)], (8, 8, 1), "this network reads images"),
        (
            [dense("a", 2), {"kind": "batch-norm", "id": "n"}, dense("b", 1)],
            (2,),
            "layer `n` is of another kind",
        ),
        (
            [dense("a", 2), dense("b", 2, inputs=["input"]), dense("c", 1)],
            (2,),
            "this network branches",
        ),
    ],
)
def test_other_networks_are_refused_in_a_sentence(
    layers: list[dict[str, Any]], shape: tuple[int, ...], says: str
) -> None:
    with pytest.raises(DataError, match=re.escape(says)):
        refuse_unfit(Network.model_validate({"layers": layers}), shape)


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"every": 0}, "interval must be at least 1 step, got 0"),
        ({"every": 5, "frames": 10}, "`frames` or `every`, not both"),
        ({"every": 5, "first": 90, "last": 90}, "first step must be before the last"),
    ],
)
def test_wrong_intervals_are_refused(quadratic: Run, choices: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        steps_of(quadratic.film, "seven-panels", **choices)


def test_states_beyond_the_record_are_refused(quadratic: Run) -> None:
    with pytest.raises(StateError, match="ends at step 101, before step 102"):
        quadratic.film.scene("seven-panels", 102)
