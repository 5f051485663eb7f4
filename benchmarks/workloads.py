"""What is trained, on our side as a spec, on the others' as a task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from benchmarks.images import pixel_data
from benchmarks.peers.task import Task
from benchmarks.rounds import TOLERANCE
from netlapse.data import TableStore, load
from netlapse.engine.program import epoch_order
from netlapse.folders import tables_folder
from netlapse.spec.document import Spec
from netlapse.spec.presets import PRESETS


@dataclass(frozen=True)
class Workload:
    """One training that everybody does."""

    name: str
    spec: Spec
    unit: str
    per_epoch: int
    """How many of the unit an epoch is."""
    networks: int = 1
    tolerance: float = TOLERANCE
    """How far the final losses may lie apart; dropout draws other units on each side."""


def spiral(epochs: int = 3_000) -> Workload:
    """2-8-8-1 tanh, 200 points, batch 10, SGD."""
    data = {"kind": "spiral", "samples": 200, "validation_fraction": 0}
    layers = [("hidden-1", 8, "tanh"), ("hidden-2", 8, "tanh"), ("output", 1, "sigmoid")]
    spec = _spec("Spiral", data, layers, rate=0.03, batch=10, epochs=epochs)
    return Workload("spiral 2-8-8-1 tanh, batch 10", spec, "epochs/s", 1)


def spirals(networks: int = 50) -> Workload:
    """Many spirals at once; the peer trains the first, as each of the others would take as long."""
    one = spiral()
    name = f"{networks} spirals at once, 2-8-8-1 tanh, batch 10"
    return Workload(name, one.spec, "network-epochs/s", 1, networks)


def digits(epochs: int = 24) -> Workload:
    """784-50-10 sigmoid/softmax, batch 100, SGD."""
    data, what = pixel_data()
    layers = [("hidden", 50, "sigmoid"), ("output", 10, "softmax")]
    spec = _spec("Digits", data, layers, rate=0.5, batch=100, epochs=epochs)
    samples = len(load(spec.data, tables=TableStore(tables_folder())).train_inputs)
    name = f"784-50-10 sigmoid/softmax, batch 100, {what}"
    return Workload(name, spec, "images/s", samples)


def convolutional(name: str, images: int) -> Workload:
    """A template on so many images of MNIST, batch 64, Adam at a constant rate, one epoch."""
    document = PRESETS[name].spec.to_dict()
    part = {"train_samples": images, "validation_fraction": 0}
    document["data"] = {"kind": "images", "name": "mnist", **part}
    optimizer = {"kind": "adam", "learning_rate": 0.001}
    document["training"] = {"optimizer": optimizer, "batch_size": 64, "epochs": 1}
    spec = Spec.model_validate(document)
    return Workload(f"{name}, batch 64, Adam", spec, "images/s", images, tolerance=0.4)


def task(workload: Workload, weights: dict[str, Any], folder: Path) -> Task:
    """The same training for a peer: the same first weights, the same order of samples.

    Two trainings of a spiral that differ in the order alone end in losses that differ by a factor.
    """
    spec = workload.spec
    data = load(spec.data, tables=TableStore(tables_folder()))
    path = folder / "task.npz"
    orders = _orders(spec.seed, spec.training.epochs, len(data.train_inputs))
    arrays = {"inputs": data.train_inputs, "targets": data.train_targets, "orders": orders}
    np.savez(path, **arrays, **weights)
    training = spec.training
    assert training.batch_size != "full"
    return Task(
        arrays=str(path),
        layers=tuple(layer.to_dict() for layer in spec.network.layers),
        optimizer=training.optimizer.kind,
        loss="categorical" if data.task == "multiclass" else "binary",
        rate=training.optimizer.learning_rate,
        batch=training.batch_size,
        epochs=training.epochs,
        seed=spec.seed,
        threads=1,
        networks=1,
    )


def _orders(seed: int, epochs: int, samples: int) -> NDArray[np.int32]:
    of_epoch = jax.jit(lambda epoch: epoch_order(jnp.uint32(seed), epoch, samples))
    return np.stack([np.asarray(of_epoch(jnp.int32(epoch))) for epoch in range(epochs)])


def _spec(
    name: str,
    data: dict[str, Any],
    layers: list[tuple[str, int, str]],
    *,
    rate: float,
    batch: int,
    epochs: int,
) -> Spec:
    dense = [
        {"kind": "dense", "id": layer, "units": units, "activation": activation}
        for layer, units, activation in layers
    ]
    training = {
        "optimizer": {"kind": "sgd", "learning_rate": rate},
        "batch_size": batch,
        "epochs": epochs,
    }
    document = {"name": name, "data": data, "network": {"layers": dense}, "training": training}
    return Spec.model_validate(document)
