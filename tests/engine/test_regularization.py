"""L1, L2, clipping and frozen layers beside PyTorch's."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from netlapse.engine.programs import Programs
from tests.engine.building import (
    dense,
    new_trainer,
    parameters,
    samples,
    set_to,
    spec,
    train,
    two_layers,
)
from tests.engine.reference import Reference

STEPS = 50
SGD = {"kind": "sgd", "learning_rate": 0.2}


@pytest.mark.parametrize(
    "settings",
    [
        {"l2": 0.1},
        {"l1": 0.01},
        {"l1": 0.003, "l2": 0.02},
        {"clip_norm": 0.05},
        {"clip_norm": 1e6},
        {"clip_value": 0.02},
        {"clip_norm": 0.08, "clip_value": 0.03, "l2": 0.05},
    ],
    ids=str,
)
def test_equals_pytorch(programs: Programs, settings: dict[str, Any]) -> None:
    trainer = new_trainer(programs, spec(optimizer=SGD, **settings), samples())
    reference = Reference(trainer, partial(torch.optim.SGD, lr=0.2))
    expected = reference.train(STEPS)
    np.testing.assert_allclose(train(trainer, STEPS), expected, rtol=2e-4, atol=1e-6)
    reference.assert_equal(trainer)


@pytest.mark.parametrize("outputs", [1, 4])
def test_balanced_classes_equal_pytorch(programs: Programs, outputs: int) -> None:
    several = outputs > 1
    layers = two_layers(output="softmax" if several else "sigmoid", outputs=outputs)
    data = samples("multiclass" if several else "binary", outputs=outputs)
    document = spec(layers, optimizer=SGD, class_weights="balanced", l2=0.02)
    trainer = new_trainer(programs, document, data)
    reference = Reference(trainer, partial(torch.optim.SGD, lr=0.2))
    expected = reference.train(STEPS)
    np.testing.assert_allclose(train(trainer, STEPS), expected, rtol=2e-4, atol=1e-6)
    reference.assert_equal(trainer)


def test_penalties_leave_biases_alone_and_are_not_part_of_the_recorded_loss(
    programs: Programs,
) -> None:
    with_bias = dense("output", 1, "sigmoid", bias_initializer={"kind": "constant", "value": 3})
    data = samples()
    plain = new_trainer(programs, spec([with_bias], optimizer=SGD), data)
    decayed = new_trainer(programs, spec([with_bias], optimizer=SGD, l2=5, l1=1), data)
    first, second = plain.advance(1), decayed.advance(1)
    assert first.losses == second.losses
    assert first.gradient_norms != second.gradient_norms
    np.testing.assert_array_equal(
        plain.state.parameters["output"]["bias"], decayed.state.parameters["output"]["bias"]
    )


@pytest.mark.parametrize(
    "optimizer",
    [
        {"kind": "adamw", "learning_rate": 0.05, "weight_decay": 0.5},
        {"kind": "rmsprop", "momentum": 0.9, "centered": True},
        {"kind": "nesterov"},
        {"kind": "adagrad"},
    ],
    ids=lambda optimizer: optimizer["kind"],
)
def test_a_frozen_layer_keeps_values_and_moments(
    programs: Programs, optimizer: dict[str, Any]
) -> None:
    import jax

    trainer = new_trainer(programs, spec(optimizer=optimizer, l2=0.1), samples())
    train(trainer, 10)

    def of_layer(layer: str) -> list[np.ndarray[Any, Any]]:
        leaves = jax.tree_util.tree_leaves_with_path((trainer.state[0], trainer.state[1]))
        return [np.array(v) for path, v in leaves if f"['{layer}']" in jax.tree_util.keystr(path)]

    trainer.intervene([set_to("network.layers.hidden.frozen", True)])
    kept, other = of_layer("hidden"), of_layer("output")
    assert len(kept) > 2  # moments are among them
    train(trainer, 10)
    for before, after in zip(kept, of_layer("hidden"), strict=True):
        np.testing.assert_array_equal(before, after)
    assert any((b != a).any() for b, a in zip(other, of_layer("output"), strict=True))
    trainer.intervene([set_to("network.layers.hidden.frozen", False)])
    train(trainer, 1)
    assert any((b != a).any() for b, a in zip(kept, of_layer("hidden"), strict=True))


def test_a_frozen_layer_does_not_count_in_the_gradient_norm(programs: Programs) -> None:
    layers = [dense("hidden", 5, frozen=True), dense("output", 1, "sigmoid", frozen=True)]
    trainer = new_trainer(programs, spec(layers, optimizer=SGD), samples())
    before = parameters(trainer)
    assert not trainer.advance(3).gradient_norms.any()
    for name, value in parameters(trainer).items():
        np.testing.assert_array_equal(value, before[name])


def test_with_all_but_the_last_layer_frozen_it_equals_pytorch(programs: Programs) -> None:
    layers = [dense("hidden", 5, frozen=True), dense("output", 1, "sigmoid")]
    settings: dict[str, Any] = {"optimizer": SGD, "l2": 0.05, "clip_norm": 0.1}
    trainer = new_trainer(programs, spec(layers, **settings), samples())
    reference = Reference(trainer, partial(torch.optim.SGD, lr=0.2))
    for (layer, _), weight in reference.weights.items():
        weight.requires_grad_(layer == "output")
    expected = reference.train(STEPS)
    np.testing.assert_allclose(train(trainer, STEPS), expected, rtol=2e-4, atol=1e-6)
    reference.assert_equal(trainer)
