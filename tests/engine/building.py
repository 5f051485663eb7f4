"""Small networks, data and trainers for the tests of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netlapse.engine.programs import Programs
from netlapse.engine.samples import Samples
from netlapse.engine.trainer import Trainer
from netlapse.spec.changes import EditParameter, SetValue
from netlapse.spec.document import Spec
from netlapse.spec.network import Task

DATA = {"kind": "xor"}
"""The data of a spec: the engine takes arrays, and reads of it only how images are changed."""


def samples(
    task: Task = "binary",
    *,
    count: int = 53,
    features: int = 3,
    outputs: int = 1,
    validation: int = 17,
    seed: int = 0,
) -> Samples:
    """Random features, with targets that depend on them and some noise."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count + validation, features)).astype(np.float32)
    mixed = np.tanh(x @ random.normal(size=(features, outputs))) + 0.1 * random.normal(
        size=(len(x), outputs)
    )
    y: Any
    if task == "binary":
        y = (mixed > 0).astype(np.float32)
    elif task == "multiclass":
        y = mixed.argmax(axis=1).astype(np.int32)
    else:
        y = mixed.astype(np.float32)
    return Samples(task, outputs, x[:count], y[:count], x[count:], y[count:])


def dense(layer: str, units: int, activation: str = "tanh", **fields: Any) -> dict[str, Any]:
    """A dense layer."""
    return {"kind": "dense", "id": layer, "units": units, "activation": activation, **fields}


def two_layers(units: int = 5, output: str = "sigmoid", outputs: int = 1) -> list[dict[str, Any]]:
    """A hidden layer and an output layer."""
    return [dense("hidden", units), dense("output", outputs, output)]


def spec(
    layers: Sequence[Mapping[str, Any]] | None = None, *, seed: int = 3, **training: Any
) -> Spec:
    """A spec with mini-batches of 8, where nothing else is said."""
    settings: dict[str, Any] = {"batch_size": 8, "epochs": 1000, **training}
    document = {
        "data": DATA,
        "network": {"layers": two_layers() if layers is None else list(layers)},
        "training": settings,
        "seed": seed,
    }
    return Spec.model_validate(document)


def set_to(path: str, value: object) -> SetValue:
    """A change of a number."""
    return SetValue(kind="set", path=path, value=value)


def edit(layer: str, parameter: str, index: tuple[int, ...], value: float) -> EditParameter:
    """A change of a weight."""
    return EditParameter(kind="edit", layer=layer, parameter=parameter, index=index, value=value)


def train(trainer: Trainer, steps: int, chunks: Sequence[int] = ()) -> np.ndarray[Any, Any]:
    """Train some steps in calls of the given lengths, over and over; gives losses and norms
    [steps, 2]."""
    records: list[np.ndarray[Any, Any]] = []
    done = 0
    lengths = list(chunks) or [steps]
    call = 0
    while done < steps:
        taken = trainer.advance(min(lengths[call % len(lengths)], steps - done))
        records.append(np.stack([taken.losses, taken.gradient_norms], axis=1))
        done += len(taken.losses)
        call += 1
        assert len(taken.losses) or not trainer.finished, "the training ended early"
    return np.concatenate(records)


def parameters(trainer: Trainer) -> dict[str, np.ndarray[Any, Any]]:
    """The weights and biases by `<layer>.<name>`."""
    return {
        f"{layer}.{name}": np.array(value)
        for layer, own in trainer.state.parameters.items()
        for name, value in own.items()
    }


def new_trainer(programs: Programs, described: Spec, data: Samples, **more: Any) -> Trainer:
    """A trainer at state 0."""
    return Trainer(described, data, programs, **more)
