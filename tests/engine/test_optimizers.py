"""Every optimizer beside PyTorch's, over a real training with mini-batches."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from netlapse.engine.optimizers import transform
from netlapse.engine.programs import Programs
from netlapse.spec.optimizers import Adam
from tests.engine.building import new_trainer, samples, spec, train
from tests.engine.reference import Reference

STEPS = 60
"""Of batches of 8 from 53 samples: more than eight epochs, each with a last batch of 5."""

SGD, ADAM, ADAMW = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
ADAGRAD, RMSPROP = torch.optim.Adagrad, torch.optim.RMSprop

CASES: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"kind": "sgd", "learning_rate": 0.3}, SGD, {"lr": 0.3}),
    (
        {"kind": "momentum", "learning_rate": 0.1, "momentum": 0.5},
        SGD,
        {"lr": 0.1, "momentum": 0.5},
    ),
    ({"kind": "momentum", "learning_rate": 0.03}, SGD, {"lr": 0.03, "momentum": 0.9}),
    ({"kind": "momentum", "learning_rate": 0.1, "momentum": 0}, SGD, {"lr": 0.1}),
    (
        {"kind": "nesterov", "learning_rate": 0.03},
        SGD,
        {"lr": 0.03, "momentum": 0.9, "nesterov": True},
    ),
    (
        {"kind": "nesterov", "learning_rate": 0.1, "momentum": 0.4},
        SGD,
        {"lr": 0.1, "momentum": 0.4, "nesterov": True},
    ),
    ({"kind": "adagrad"}, ADAGRAD, {"lr": 0.05}),
    (
        {"kind": "adagrad", "learning_rate": 0.2, "epsilon": 0.01},
        ADAGRAD,
        {"lr": 0.2, "eps": 0.01},
    ),
    ({"kind": "rmsprop"}, RMSPROP, {"lr": 0.01}),
    (
        {
            "kind": "rmsprop",
            "learning_rate": 0.003,
            "decay": 0.8,
            "epsilon": 1e-3,
            "momentum": 0.7,
        },
        RMSPROP,
        {"lr": 0.003, "alpha": 0.8, "eps": 1e-3, "momentum": 0.7},
    ),
    (
        {"kind": "rmsprop", "learning_rate": 0.003, "centered": True, "epsilon": 1e-4},
        RMSPROP,
        {"lr": 0.003, "centered": True, "eps": 1e-4},
    ),
    (
        {
            "kind": "rmsprop",
            "learning_rate": 0.002,
            "decay": 0.9,
            "centered": True,
            "momentum": 0.5,
            "epsilon": 1e-3,
        },
        RMSPROP,
        {"lr": 0.002, "alpha": 0.9, "centered": True, "momentum": 0.5, "eps": 1e-3},
    ),
    ({"kind": "adam", "learning_rate": 0.02}, ADAM, {"lr": 0.02}),
    (
        {
            "kind": "adam",
            "learning_rate": 0.02,
            "beta_1": 0.5,
            "beta_2": 0.9,
            "epsilon": 1e-3,
        },
        ADAM,
        {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-3},
    ),
    ({"kind": "adamw", "learning_rate": 0.02}, ADAMW, {"lr": 0.02, "weight_decay": 0.01}),
    (
        {
            "kind": "adamw",
            "learning_rate": 0.03,
            "beta_1": 0.8,
            "beta_2": 0.95,
            "epsilon": 1e-6,
            "weight_decay": 0.4,
        },
        ADAMW,
        {"lr": 0.03, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.4},
    ),
]


NAMES = [
    "sgd",
    "momentum-half",
    "momentum",
    "momentum-none",
    "nesterov",
    "nesterov-less",
    "adagrad",
    "adagrad-epsilon",
    "rmsprop",
    "rmsprop-momentum",
    "rmsprop-centered",
    "rmsprop-all",
    "adam",
    "adam-all",
    "adamw",
    "adamw-all",
]


@pytest.mark.parametrize(("optimizer", "peer", "options"), CASES, ids=NAMES)
def test_equals_pytorch(
    programs: Programs, optimizer: dict[str, Any], peer: Any, options: dict[str, Any]
) -> None:
    trainer = new_trainer(programs, spec(optimizer=optimizer), samples())
    reference = Reference(trainer, partial(peer, **options))
    first = reference.weights["hidden", "kernel"].detach().clone()
    expected = reference.train(STEPS)
    records = train(trainer, STEPS)
    np.testing.assert_allclose(records, expected, rtol=2e-4, atol=1e-5)
    reference.assert_equal(trainer)
    assert (reference.weights["hidden", "kernel"] - first).abs().max() > 0.05, "nothing was learned"


@pytest.mark.parametrize("activation", ["relu", "gelu", "softmax"])
def test_equals_pytorch_on_several_classes(programs: Programs, activation: str) -> None:
    layers: list[dict[str, Any]] = [
        {"kind": "dense", "id": "a", "units": 6, "activation": activation},
        {"kind": "dense", "id": "b", "units": 5, "activation": "elu", "use_bias": False},
        {"kind": "dense", "id": "c", "units": 4, "activation": "softmax"},
    ]
    data = samples("multiclass", outputs=4, count=50)
    optimizer = {"kind": "adam", "learning_rate": 0.01}
    trainer = new_trainer(programs, spec(layers, optimizer=optimizer, batch_size=16), data)
    reference = Reference(trainer, partial(ADAM, lr=0.01))
    expected = reference.train(STEPS)
    np.testing.assert_allclose(train(trainer, STEPS), expected, rtol=5e-4, atol=1e-5)
    reference.assert_equal(trainer, atol=1e-4, rtol=1e-3)


def test_adam_does_not_mind_a_huge_step_count() -> None:
    numbers = {n: jnp.float32(v) for n, v in Adam(kind="adam").hyperparameters().items()}
    adam = transform(Adam(kind="adam"), numbers)
    gradient = jnp.full(3, 0.5)
    state = adam.init(gradient)
    state = state._replace(count=jnp.int32(2**31 - 2))
    direction, _ = jax.jit(adam.update)(gradient, state)
    assert np.isfinite(np.asarray(direction)).all()
