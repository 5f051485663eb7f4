"""Trainings that go wrong, each in one way, and the same ones in good health."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.data import TableStore, parse_table, suggest
from netlapse.spec.document import Spec

Layers = list[dict[str, Any]]
TABLES = TableStore(Path(tempfile.mkdtemp(prefix="netlapse-ill-")))


@dataclass(frozen=True)
class Case:
    """A training that provokes a rule, and its neighbor that does not."""

    rule: str
    ill: Spec
    well: Spec
    layer: str | None = None
    """The layer that is named, where there is one."""


def dense(layer: str, units: int, activation: str, **more: Any) -> dict[str, Any]:
    return {"kind": "dense", "id": layer, "units": units, "activation": activation, **more}


def hidden(count: int, units: int, activation: str, **more: Any) -> Layers:
    return [dense(f"hidden-{n}", units, activation, **more) for n in range(1, count + 1)]


def spec(data: dict[str, Any], layers: Layers, **training: Any) -> Spec:
    document = {"data": data, "network": {"layers": layers}, "training": training}
    return Spec.model_validate(document)


def sgd(rate: float) -> dict[str, Any]:
    return {"kind": "sgd", "learning_rate": rate}


def adam(rate: float) -> dict[str, Any]:
    return {"kind": "adam", "learning_rate": rate}


def normal(deviation: float) -> dict[str, Any]:
    return {"kind": "normal", "standard_deviation": deviation}


def rare(center: float) -> dict[str, Any]:
    """A table of 400 rows, of which 20 are of a class around a place; the other is around 0."""
    random = np.random.default_rng(3)
    rows = [f"{x:.3f},{y:.3f},often" for x, y in random.normal(size=(380, 2))]
    rows += [f"{x:.3f},{y:.3f},rare" for x, y in center + 0.3 * random.normal(size=(20, 2))]
    table = parse_table("\n".join(["x,y,kind", *rows]).encode(), "rare.csv")
    TABLES.add(table)
    return suggest(table).to_dict()


MOONS = {"kind": "moons", "samples": 400, "noise": 0.1}
FEW = {"kind": "moons", "samples": 80, "noise": 0.5}
PLAIN = {"kind": "spiral", "samples": 400}
SPIRAL = {**PLAIN, "features": ["x", "y", "sin x", "sin y"]}
CIRCLE = {"kind": "circle", "samples": 400}
WINE = {"kind": "bundled", "name": "wine"}
OUTPUT = dense("output", 1, "sigmoid")
CLASSES = dense("output", 3, "softmax")
NUMBER = dense("output", 1, "linear")
MINUS = {"kind": "constant", "value": -20}

CASES = (
    Case(
        "diverged",
        spec({"kind": "line"}, [*hidden(1, 8, "relu"), NUMBER], optimizer=sgd(50), epochs=20),
        spec({"kind": "line"}, [*hidden(1, 8, "tanh"), NUMBER], optimizer=sgd(0.05), epochs=20),
        "output",
    ),
    Case(
        "exploding-gradients",
        spec(
            MOONS,
            [*hidden(8, 16, "relu", kernel_initializer=normal(2.0)), OUTPUT],
            optimizer=sgd(1e-12),
            epochs=15,
        ),
        spec(
            MOONS,
            [*hidden(8, 16, "relu", kernel_initializer={"kind": "he"}), OUTPUT],
            optimizer=sgd(0.01),
            epochs=15,
        ),
        "output",
    ),
    Case(
        "vanishing-gradients",
        spec(SPIRAL, [*hidden(8, 8, "sigmoid"), OUTPUT], optimizer=sgd(0.1), epochs=30),
        spec(SPIRAL, [*hidden(4, 8, "tanh"), OUTPUT], optimizer=adam(0.01), epochs=30),
        "hidden-1",
    ),
    Case(
        "dead-units",
        spec(
            MOONS,
            [*hidden(1, 8, "relu", bias_initializer=MINUS), OUTPUT],
            optimizer=sgd(0.03),
            epochs=15,
        ),
        spec(MOONS, [*hidden(1, 8, "relu"), OUTPUT], optimizer=sgd(0.03), epochs=15),
        "hidden-1",
    ),
    Case(
        "saturated-units",
        spec(
            SPIRAL,
            [*hidden(2, 8, "tanh", kernel_initializer=normal(30.0)), OUTPUT],
            optimizer=sgd(0.001),
            epochs=15,
        ),
        spec(SPIRAL, [*hidden(2, 8, "tanh"), OUTPUT], optimizer=sgd(0.03), epochs=15),
        "hidden-2",
    ),
    Case(
        "learning-rate-high",
        spec(PLAIN, [*hidden(2, 8, "tanh"), OUTPUT], optimizer=adam(3.0), epochs=30),
        spec(PLAIN, [*hidden(2, 8, "tanh"), OUTPUT], optimizer=adam(0.03), epochs=30),
        "output",
    ),
    Case(
        "learning-rate-low",
        spec(MOONS, [*hidden(1, 8, "tanh"), OUTPUT], optimizer=sgd(1e-5), epochs=20),
        spec(MOONS, [*hidden(1, 8, "tanh"), OUTPUT], optimizer=sgd(0.01), epochs=20),
    ),
    Case(
        "over-fitting",
        spec(FEW, [*hidden(2, 64, "relu"), OUTPUT], optimizer=adam(0.01), epochs=300),
        spec(FEW, [*hidden(1, 4, "tanh"), OUTPUT], optimizer=adam(0.01), epochs=100),
    ),
    Case(
        "under-fitting",
        spec(CIRCLE, [OUTPUT], optimizer=adam(0.05), epochs=60),
        spec(CIRCLE, [*hidden(1, 6, "tanh"), OUTPUT], optimizer=adam(0.05), epochs=60),
    ),
    Case(
        "plateau",
        spec(SPIRAL, [*hidden(1, 128, "tanh"), OUTPUT], optimizer=sgd(0.03), l2=1.0, epochs=60),
        spec(SPIRAL, [*hidden(1, 128, "tanh"), OUTPUT], optimizer=adam(0.003), epochs=60),
    ),
    Case(
        "class-imbalance",
        spec(rare(0), [OUTPUT], optimizer=adam(0.03), epochs=20),
        spec(rare(4), [OUTPUT], optimizer=adam(0.03), epochs=20),
    ),
    Case(
        "unscaled-inputs",
        spec(
            {**WINE, "standardize": False},
            [*hidden(1, 8, "tanh"), CLASSES],
            optimizer=sgd(0.03),
            epochs=30,
        ),
        spec(WINE, [*hidden(1, 8, "tanh"), CLASSES], optimizer=sgd(0.03), epochs=30),
    ),
    Case(
        "unfitting-loss",
        spec({"kind": "line"}, [dense("output", 1, "sigmoid")], optimizer=sgd(0.05), epochs=30),
        spec({"kind": "line"}, [NUMBER], optimizer=sgd(0.05), epochs=30),
        "output",
    ),
)
