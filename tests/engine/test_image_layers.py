"""Layers of image networks train as PyTorch's do: losses, gradient norms, weights, statistics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from netlapse.engine.programs import Programs
from netlapse.engine.samples import Samples
from netlapse.engine.trainer import Trainer
from tests.engine.building import dense, new_trainer, spec, train
from tests.engine.image_reference import ImageReference


def images(size: tuple[int, int, int], *, count: int = 70, classes: int = 4) -> Samples:
    random = np.random.default_rng(1)
    x = random.normal(size=(count, *size)).astype(np.float32)
    y = (np.abs(x).sum(axis=(1, 2, 3)) * 100).astype(np.int32) % classes
    return Samples("multiclass", classes, x[:-7], y[:-7], x[-7:], y[-7:])


def layer(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": name, **fields}


def conv(name: str, **fields: Any) -> dict[str, Any]:
    return layer("conv2d", name, **{"filters": 5, "activation": "tanh", **fields})


FLAT = layer("flatten", "flatten")
OUT = dense("output", 4, "softmax")

NETWORKS: dict[str, list[dict[str, Any]]] = {
    "same": [conv("a"), conv("b", kernel_size=5), FLAT, OUT],
    "valid": [conv("a", padding="valid"), conv("b", kernel_size=2, padding="valid"), FLAT, OUT],
    "stride": [conv("a", stride=2), conv("b", stride=3, padding="valid"), FLAT, OUT],
    "separable": [
        layer("separable-conv2d", "a", filters=6, stride=2),
        layer("separable-conv2d", "b", filters=4, kernel_size=2, padding="valid"),
        FLAT,
        OUT,
    ],
    "max-pool": [conv("a"), layer("max-pool2d", "p"), conv("b"), FLAT, OUT],
    "max-pool-overlapping": [
        conv("a"),
        layer("max-pool2d", "p", pool=3, stride=2, padding="same"),
        FLAT,
        OUT,
    ],
    "average-pool": [
        conv("a"),
        layer("average-pool2d", "p"),
        layer("average-pool2d", "q", pool=3, stride=2, padding="same"),
        FLAT,
        OUT,
    ],
    "global-average": [conv("a"), layer("global-pool2d", "p"), OUT],
    "global-max": [conv("a"), layer("global-pool2d", "p", mode="max"), OUT],
    "batch-norm": [
        conv("a", use_bias=False, activation="linear"),
        layer("batch-norm", "n"),
        layer("activation", "r", activation="tanh"),
        FLAT,
        dense("hidden", 6),
        layer("batch-norm", "m", momentum=0.3, learn_scale=False),
        OUT,
    ],
    "layer-norm": [conv("a"), layer("layer-norm", "n"), FLAT, layer("layer-norm", "m"), OUT],
    "residual": [conv("a"), conv("b"), layer("add", "sum", inputs=["a", "b"]), FLAT, OUT],
    "dense-connections": [
        conv("a"),
        conv("b", filters=3),
        layer("concatenate", "both", inputs=["input", "a", "b"]),
        conv("c"),
        FLAT,
        OUT,
    ],
}


EVERYTHING: list[dict[str, Any]] = [
    conv("even", kernel_size=4, use_bias=False, activation="linear"),
    layer("batch-norm", "norm"),
    layer("activation", "bend", activation="tanh"),
    layer("separable-conv2d", "separable", filters=5, activation="tanh"),
    layer("add", "sum", inputs=["bend", "separable"]),
    layer("max-pool2d", "largest"),
    conv("strided", filters=4, stride=2, inputs=["largest"]),
    layer("average-pool2d", "mean", padding="same", inputs=["largest"]),
    layer("concatenate", "both", inputs=["strided", "mean"]),
    layer("layer-norm", "normal"),
    FLAT,
    dense("hidden", 6),
    OUT,
]
"""Every kind of layer that draws no random numbers, but global pooling."""


@pytest.mark.parametrize("size", [(8, 8, 1), (7, 5, 3)], ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_training_is_that_of_pytorch(
    name: str, size: tuple[int, int, int], programs: Programs
) -> None:
    described = spec(NETWORKS[name], batch_size=16, optimizer={"kind": "sgd", "learning_rate": 0.1})
    _compare(described, images(size), programs, steps=9)


@pytest.mark.parametrize("shards", [1, 2])
@pytest.mark.parametrize("batch", [1, 7, 63, 64])
@pytest.mark.parametrize("layers", [EVERYTHING, NETWORKS["batch-norm"]], ids=["all", "norm"])
def test_every_batch_size_trains_the_same(
    layers: list[dict[str, Any]], batch: int, shards: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last batch of an epoch is smaller: neither its mean nor its statistics may notice, nor
    that a batch is computed in shards."""
    programs = Programs()
    if shards == 2:
        monkeypatch.setattr("netlapse.engine.structure.SHARDED_WORK", 1)
    if batch == 1 and layers is not EVERYTHING:
        layers = NETWORKS["max-pool"]  # of one list of features nothing is left without its mean
    described = spec(layers, batch_size=batch, optimizer={"kind": "sgd", "learning_rate": 0.05})
    count = 70 + (64 if batch == 64 else 0)
    trainer = _compare(described, images((6, 6, 2), count=count + 7), programs, steps=5)
    assert trainer.structure.shards == min(shards, batch)


def test_a_frozen_batch_normalization_keeps_its_statistics(programs: Programs) -> None:
    layers = [
        {**entry, "frozen": True} if entry["kind"] == "batch-norm" else entry
        for entry in NETWORKS["batch-norm"]
    ]
    trainer = new_trainer(programs, spec(layers, batch_size=16), images((8, 8, 1)))
    before = {k: np.array(v) for k, v in trainer.state.parameters["n"].items()}
    weights = np.array(trainer.state.parameters["a"]["kernel"])
    train(trainer, 5)
    for name, value in before.items():
        np.testing.assert_array_equal(trainer.state.parameters["n"][name], value)
    assert (np.array(trainer.state.parameters["a"]["kernel"]) != weights).any()


def test_evaluation_uses_moving_averages(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(NETWORKS["batch-norm"], batch_size=16), images((8, 8, 1)))
    train(trainer, 5)
    reference = ImageReference(trainer, lambda w: torch.optim.SGD(w, 0.1))
    x = trainer.samples.validation_inputs
    with torch.no_grad():
        _, expected = reference.forward(torch.tensor(np.array(x)), training=False)
    np.testing.assert_allclose(trainer.activity(x)["output"], expected.numpy(), atol=1e-5)


def _compare(described: Any, data: Samples, programs: Programs, *, steps: int) -> Trainer:
    trainer = new_trainer(programs, described, data)
    rate = described.training.optimizer.learning_rate
    reference = ImageReference(trainer, lambda w: torch.optim.SGD(w, rate))
    expected = reference.train(steps)
    np.testing.assert_allclose(train(trainer, steps), expected, atol=1e-4, rtol=1e-3)
    reference.assert_equal(trainer, atol=1e-4, rtol=1e-3)
    return trainer
