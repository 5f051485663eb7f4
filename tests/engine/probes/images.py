"""Small image networks with weights that are not small, for the tests of the probes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from netlapse.engine.programs import Programs
from netlapse.engine.samples import Samples
from netlapse.engine.trainer import Trainer
from netlapse.spec.examination import examine
from tests.engine.building import new_trainer, spec

CLASSES = 5


def pictures(
    shape: tuple[int, int, int] = (9, 7, 2), *, count: int = 20, classes: int = CLASSES
) -> Samples:
    """Random images with random classes."""
    random = np.random.default_rng(0)
    x = random.random((count + 9, *shape), np.float32)
    y: Any = random.integers(0, classes, count + 9).astype(np.int32)
    if classes == 2:
        y = y.astype(np.float32)[:, None]
        return Samples("binary", 1, x[:count], y[:count], x[count:], y[count:])
    return Samples("multiclass", classes, x[:count], y[:count], x[count:], y[count:])


def conv(layer: str, filters: int, activation: str = "linear", **fields: Any) -> dict[str, Any]:
    """A convolution."""
    named = {"id": layer, "filters": filters, "activation": activation}
    return {"kind": "conv2d", **named, **fields}


def named(kind: str, **fields: Any) -> dict[str, Any]:
    """A layer whose id is its kind, where nothing else is said."""
    return {"kind": kind, "id": kind, **fields}


def head(classes: int = CLASSES) -> list[dict[str, Any]]:
    """What ends a network."""
    return [
        named("flatten"),
        {"kind": "dense", "id": "output", "units": classes, "activation": "softmax"},
    ]


def image_trainer(
    programs: Programs,
    layers: Sequence[Mapping[str, Any]],
    data: Samples | None = None,
    low: float = -1.0,
) -> Trainer:
    """A trainer whose parameters, moving averages included, are random between `low` and 1."""
    trainer = new_trainer(programs, spec(layers), data or pictures())
    random = np.random.default_rng(1)
    parameters = {
        layer: {
            name: jnp.asarray(
                random.uniform(0.5 if name == "moving_variance" else low, 1, value.shape),
                jnp.float32,
            )
            for name, value in own.items()
        }
        for layer, own in trainer.state.parameters.items()
    }
    trainer.state = trainer.state._replace(parameters=parameters)
    return trainer


def shapes_of(trainer: Trainer) -> dict[str, tuple[int, ...]]:
    """Output shapes by layer, and of `input`."""
    facts = trainer.samples.facts
    reports = examine(trainer.spec.network, facts).layers
    shapes = {report.layer: report.output_shape or () for report in reports}
    return {"input": facts.input_shape, **shapes}
