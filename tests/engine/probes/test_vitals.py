"""How the layers are at a state, against PyTorch and NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from netlapse.engine.probes.vitals import (
    DETAILED,
    VitalsProbe,
    dead_share,
    input_health,
    saturated_share,
)
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from tests.engine.building import dense, new_trainer, parameters, samples, spec, train
from tests.engine.reference import Reference, mean_loss

OPTIMIZERS: list[dict[str, Any]] = [
    {"kind": "sgd", "learning_rate": 0.1},
    {"kind": "adam", "learning_rate": 0.01},
]


def health(trainer: Trainer) -> Any:
    following = trainer.still().following()()
    return VitalsProbe(trainer.structure, trainer.samples).at(trainer.state.parameters, following)


def by_layer(found: Any) -> dict[str, Any]:
    return {layer.layer: layer for layer in found.layers}


def test_distributions_and_gradients_are_pytorchs(programs: Programs) -> None:
    data = samples()
    trainer = new_trainer(programs, spec(l2=0.5), data)
    train(trainer, 9)
    found = health(trainer)

    peer = Reference(trainer, lambda weights: torch.optim.SGD(weights, lr=0.1))
    z, a = peer.forward(torch.tensor(np.array(data.train_inputs)))
    loss = mean_loss(trainer.structure.loss, z, a, torch.tensor(np.array(data.train_targets)))
    loss.backward()  # without the penalty
    assert found.loss == pytest.approx(float(loss.detach()), rel=1e-5)
    for layer, own in by_layer(found).items():
        gradients = {name: peer.weights[layer, name].grad for name in ("kernel", "bias")}
        assert all(gradient is not None for gradient in gradients.values())
        arrays = {name: np.asarray(gradient) for name, gradient in gradients.items()}
        both = np.concatenate([array.ravel() for array in arrays.values()])
        assert own.gradient_norm == pytest.approx(np.linalg.norm(both), rel=1e-4)
        weights = np.array(trainer.state.parameters[layer]["kernel"])
        expected = {
            "weights": weights,
            "biases": np.array(trainer.state.parameters[layer]["bias"]),
            "weight gradients": arrays["kernel"],
            "bias gradients": arrays["bias"],
        }
        assert own.weight_norm == pytest.approx(np.linalg.norm(weights), rel=1e-6)
        for quantity, values in expected.items():
            summary = own.distributions[quantity]
            assert summary.count == values.size
            assert summary.mean == pytest.approx(values.mean(), rel=1e-3, abs=1e-7)
            assert summary.standard_deviation == pytest.approx(values.std(), rel=1e-3, abs=1e-7)
            assert sum(summary.counts) == values.size
    output = by_layer(found)["output"].distributions["activations"]
    assert output.mean == pytest.approx(float(a.detach().mean()), rel=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: o["kind"])
def test_the_update_is_the_one_that_follows(programs: Programs, optimizer: dict[str, Any]) -> None:
    layers = [
        dense("hidden", 6, "tanh"),
        {"kind": "dropout", "id": "dropout", "rate": 0.4},
        dense("output", 1, "sigmoid"),
    ]
    described = spec(layers, optimizer=optimizer, l2=0.01)
    trainer = new_trainer(programs, described, samples())
    train(trainer, 13)
    before = parameters(trainer)
    found = by_layer(health(trainer))
    assert trainer.step == 13
    assert parameters(trainer).keys() == before.keys()
    for name, values in parameters(trainer).items():
        np.testing.assert_array_equal(values, before[name])
    train(trainer, 1)
    for layer in ("hidden", "output"):
        moved = parameters(trainer)[f"{layer}.kernel"] - before[f"{layer}.kernel"]
        assert found[layer].update_norm == pytest.approx(np.linalg.norm(moved), rel=1e-5)


def test_a_frozen_layer_has_no_update_and_a_gradient(programs: Programs) -> None:
    layers = [dense("hidden", 6, "tanh", frozen=True), dense("output", 1, "sigmoid")]
    found = by_layer(health(new_trainer(programs, spec(layers), samples())))
    assert found["hidden"].update_norm == 0
    assert found["hidden"].gradient_norm > 0
    assert found["output"].update_norm > 0


def test_dead_and_saturated_units_are_those_of_numpy(programs: Programs) -> None:
    wide = {"kind": "normal", "standard_deviation": 40.0}
    low = {"kind": "normal", "standard_deviation": 4.0}
    layers = [
        dense("relu", 16, "relu", bias_initializer=low),
        dense("tanh", 16, "tanh", kernel_initializer=wide),
        dense("sigmoid", 16, "sigmoid", kernel_initializer=wide),
        dense("output", 1, "sigmoid"),
    ]
    trainer = new_trainer(programs, spec(layers), samples())
    found = by_layer(health(trainer))
    activity = trainer.activity(trainer.samples.train_inputs)
    dead = (activity["relu"] == 0).all(axis=0).mean()
    assert 0 < dead < 1
    assert found["relu"].dead == pytest.approx(dead)
    assert found["tanh"].dead is None
    slopes = {
        "tanh": 1 - activity["tanh"].astype(np.float64) ** 2,
        "sigmoid": 4 * activity["sigmoid"].astype(np.float64) * (1 - activity["sigmoid"]),
    }
    for layer, slope in slopes.items():
        expected = ((slope < 0.01).mean(axis=0) >= 0.95).mean()
        assert found[layer].saturated == pytest.approx(expected)
    assert max(found[layer].saturated for layer in slopes) > 0
    assert found["relu"].saturated is None
    assert found["output"].saturated is None  # a sure answer is no illness


def test_a_unit_of_a_map_is_dead_where_it_is_zero_everywhere() -> None:
    maps = np.zeros((5, 4, 4, 3), np.float32)
    maps[2, 1, 3, 0] = 1
    assert dead_share(maps) == pytest.approx(2 / 3)
    assert saturated_share("relu", maps) is None
    assert saturated_share("sigmoid", maps) == 1


def test_what_is_not_finite_is_said(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    broken = {
        layer: {name: value * np.float32("nan") for name, value in own.items()}
        for layer, own in trainer.state.parameters.items()
    }
    found = VitalsProbe(trainer.structure, trainer.samples).at(broken)
    assert np.isnan(found.loss)
    own = by_layer(found)["hidden"]
    assert own.distributions["weights"].not_finite == own.distributions["weights"].count
    assert own.update_norm is None


def test_deep_networks_have_norms_alone(programs: Programs) -> None:
    layers = [*(dense(f"h{n}", 2) for n in range(DETAILED)), dense("output", 1, "sigmoid")]
    found = health(new_trainer(programs, spec(layers), samples(count=20)))
    assert len(found.layers) == DETAILED + 1
    assert all(not layer.distributions for layer in found.layers)
    assert all(layer.gradient_norm is not None for layer in found.layers)


def test_inputs() -> None:
    x = np.random.default_rng(0).normal(size=(50, 3)) * [1, 10, 0] + [0, 0, 7]
    found = input_health(x.astype(np.float32))
    assert found.largest == pytest.approx(np.abs(x).max(), rel=1e-6)
    assert found.least_deviation == pytest.approx(x[:, 0].std(), rel=1e-5)  # not the constant one
    assert found.greatest_deviation == pytest.approx(x[:, 1].std(), rel=1e-5)
    images = input_health(np.ones((4, 8, 8, 1), np.float32))
    assert (images.least_deviation, images.greatest_deviation) == (0, 0)
