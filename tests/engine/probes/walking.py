"""Networks of every layer kind with random weights, and walks through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from netlapse.engine.probes.walk import WalkProbe
from netlapse.engine.probes.walk_trace import Subject, Trace, next_batch
from netlapse.engine.program import epoch_order
from netlapse.engine.programs import Programs
from netlapse.engine.samples import Samples
from netlapse.engine.trainer import Trainer
from tests.engine.building import dense, new_trainer, samples, spec
from tests.engine.probes.images import conv, head, named, pictures

ACTIVATIONS = ("relu", "leaky-relu", "elu", "gelu", "sigmoid", "tanh", "linear", "softmax")


def _regression(loss: dict[str, Any], output: str = "linear"):
    layers = [dense("hidden", 4), dense("output", 3, output)]
    return layers, samples("regression", outputs=3), {"loss": loss}


def _images(*layers: dict[str, Any], shape: tuple[int, int, int] = (6, 5, 2)):
    return [*layers, *head()], pictures(shape, count=11), {"batch_size": 4}


NETWORKS: dict[str, tuple[list[dict[str, Any]], Samples, dict[str, Any]]] = {
    "activations": (
        [*(dense(name, 4, name) for name in ACTIVATIONS), dense("output", 1, "sigmoid")],
        samples(),
        {},
    ),
    "squared error": _regression({"kind": "mean-squared-error"}),
    "squared error of a softmax": _regression({"kind": "mean-squared-error"}, "softmax"),
    "huber": _regression({"kind": "huber", "delta": 0.3}),
    "classes": (
        [dense("hidden", 5), dense("output", 4, "softmax")],
        samples("multiclass", outputs=4),
        {},
    ),
    "balanced classes": (
        [dense("hidden", 5), dense("output", 4, "softmax")],
        samples("multiclass", outputs=4),
        {"class_weights": "balanced"},
    ),
    "two balanced classes": (
        [dense("hidden", 5), dense("output", 1, "sigmoid")],
        samples(seed=1),
        {"class_weights": "balanced"},
    ),
    "squared error of balanced classes": (
        [dense("hidden", 5), dense("output", 3, "softmax")],
        samples("multiclass", outputs=3),
        {"class_weights": "balanced", "loss": {"kind": "mean-squared-error"}},
    ),
    "huber of two balanced classes": (
        [dense("hidden", 5), dense("output", 1, "linear")],
        samples(seed=1),
        {"class_weights": "balanced", "loss": {"kind": "huber", "delta": 0.3}},
    ),
    "penalties and clipping": (
        [dense("hidden", 5, use_bias=False), dense("output", 1, "sigmoid")],
        samples(),
        {"l1": 0.02, "l2": 0.1, "clip_norm": 0.3, "clip_value": 0.05},
    ),
    "convolutions": _images(
        conv("first", 3, "tanh"),
        conv("second", 2, "relu", use_bias=False, stride=2, kernel_size=4),
        named("separable-conv2d", filters=3, activation="tanh"),
        conv("third", 2, padding="valid"),
    ),
    "pooling": _images(
        conv("first", 2),
        named("max-pool2d"),
        named("average-pool2d", pool=3, stride=2, padding="same"),
    ),
    "overlapping windows": _images(
        conv("first", 2),
        named("average-pool2d"),
        named("max-pool2d", pool=3, stride=1, padding="same"),
    ),
    "global pooling": (
        [
            conv("first", 3),
            named("global-pool2d"),
            {"kind": "global-pool2d", "id": "largest", "mode": "max", "inputs": ["first"]},
            named("concatenate", inputs=["global-pool2d", "largest"]),
            dense("output", 5, "softmax"),
        ],
        pictures((4, 4, 2), count=9),
        {"batch_size": 4},
    ),
    "batch-norm": _images(conv("first", 2), named("batch-norm"), named("activation")),
    "batch-norm of features": (
        [
            dense("hidden", 4, frozen=True),
            named("batch-norm", learn_scale=False),
            {"kind": "batch-norm", "id": "frozen", "frozen": True},
            dense("output", 1, "sigmoid"),
        ],
        samples(),
        {},
    ),
    "layer-norm": _images(conv("first", 3), named("layer-norm"), named("activation")),
    "dropout": _images(named("dropout"), conv("first", 3), named("spatial-dropout2d", rate=0.5)),
    "branches": _images(
        conv("first", 2, "tanh"),
        conv("branch", 2, "sigmoid"),
        named("add", inputs=["first", "branch", "first"]),
        named("concatenate", inputs=["branch", "add", "first"]),
    ),
}


WALKS = [
    *((name, "batch") for name in NETWORKS),
    *((name, "sample") for name in ("batch-norm", "batch-norm of features", "dropout", "branches")),
]
"""Networks and what they are walked with: a sample where layers work otherwise in evaluation."""


def trainer_of(programs: Programs, name: str, **training: Any) -> Trainer:
    """A trainer of one of the networks; its parameters are random, its moving averages too."""
    layers, data, more = NETWORKS[name]
    trainer = new_trainer(programs, spec(layers, **{**more, **training}), data)
    random = np.random.default_rng(1)
    trainer.state = trainer.state._replace(
        parameters={
            layer: {
                # A moving variance must be positive.
                key: random.uniform(0.2 if "variance" in key else -1, 1, value.shape).astype("f4")
                for key, value in own.items()
            }
            for layer, own in trainer.state.parameters.items()
        }
    )
    return trainer


def batch_walk(trainer: Trainer, *, ahead: bool = True) -> Trace:
    """The walk of the next update; `ahead` takes the new weights from the training program."""
    after, structure = None, trainer.structure
    if ahead:
        after = trainer.ahead().state
    order = epoch_order(np.uint32(trainer.spec.seed), np.int32(trainer.epoch), structure.samples)
    order = np.concatenate([order, np.zeros(structure.batch, np.int32)])
    subject = next_batch(trainer.structure, trainer.samples, order, trainer.offset)
    return _probe(trainer).trace(trainer.state, trainer.numbers, trainer.spec.seed, subject, after)


def sample_walk(trainer: Trainer, index: int) -> Trace:
    """The walk with one validation sample."""
    data = trainer.samples
    one = slice(index, index + 1)
    subject = Subject(
        data.validation_inputs[one],
        data.validation_targets[one],
        np.array([index], np.int32),
        count=1,
        training=False,
    )
    return _probe(trainer).trace(trainer.state, trainer.numbers, trainer.spec.seed, subject)


_PROBES: dict[str, WalkProbe] = {}


def _probe(trainer: Trainer) -> WalkProbe:
    """The probe of a trainer's structure, compiled once."""
    return _PROBES.setdefault(trainer.structure.key, WalkProbe(trainer.structure))


_KNOWN: dict[tuple[str, str], tuple[Trainer, Trace]] = {}


def walked_with(programs: Programs, name: str, subject: str) -> tuple[Trainer, Trace]:
    """A trainer at state 0 and its walk with the next `batch` or a `sample`; made once, so do not
    train on."""
    if (name, subject) not in _KNOWN:
        trainer = trainer_of(programs, name)
        batch = subject == "batch"
        trace = batch_walk(trainer, ahead=False) if batch else sample_walk(trainer, 2)
        _KNOWN[name, subject] = trainer, trace
    return _KNOWN[name, subject]
