"""Presets on the plane, on curves and on classical tables."""

from __future__ import annotations

from typing import Any

from netlapse.spec.presets.base import Promise, build, dense


def _network(hidden: tuple[int, ...], activation: str, units: int, output: str) -> dict[str, Any]:
    layers = [dense(f"hidden-{i}", n, activation) for i, n in enumerate(hidden, 1)]
    return {"layers": [*layers, dense("output", units, output)]}


def _with_spread_bends(network: dict[str, Any]) -> dict[str, Any]:
    """With biases of zero every ReLU bends at x = 0, and half of the curve may stay flat."""
    first, *rest = network["layers"]
    bias = {"kind": "normal", "standard_deviation": 0.5}
    return {"layers": [{**first, "bias_initializer": bias}, *rest]}


def _adam(rate: float) -> dict[str, Any]:
    return {"kind": "adam", "learning_rate": rate}


PLAIN = (
    build(
        "spiral",
        "Spiral",
        "Two intertwined arms: hidden layers bend the boundary between them.",
        data={"kind": "spiral", "samples": 400, "features": ["x", "y", "sin x", "sin y"]},
        network=_network((8, 8), "tanh", 1, "sigmoid"),
        optimizer=_adam(0.01),
        epochs=400,
    ),
    build(
        "xor",
        "XOR",
        "Opposite corners belong together: no straight line separates them, a few bends do.",
        data={"kind": "xor", "samples": 400, "noise": 0.0},
        network=_network((6,), "relu", 1, "sigmoid"),
        optimizer=_adam(0.02),
        epochs=150,
    ),
    build(
        "circles",
        "Circles",
        "A disc inside a ring: a few units are enough to fence it in.",
        data={"kind": "circle", "samples": 400, "noise": 0.05},
        network=_network((6,), "tanh", 1, "sigmoid"),
        optimizer=_adam(0.05),
        epochs=150,
    ),
    build(
        "quadratic",
        "y = x²",
        "A curve made of straight pieces: ten ReLU units, each with its own bend.",
        data={"kind": "parabola", "samples": 100, "noise": 0.1, "validation_fraction": 0},
        network=_with_spread_bends(_network((10,), "relu", 1, "linear")),
        optimizer={"kind": "sgd", "learning_rate": 0.1},
        batch_size="full",
        epochs=101,
    ),
    build(
        "iris",
        "Iris",
        "Three kinds of iris told apart by four lengths of their flowers.",
        data={"kind": "bundled", "name": "iris"},
        network=_network((8,), "tanh", 3, "softmax"),
        optimizer=_adam(0.02),
        epochs=100,
    ),
    build(
        "digits",
        "Digits",
        "Handwritten digits of 8×8 pixels, ten classes.",
        data={"kind": "bundled", "name": "digits"},
        network=_network((32,), "relu", 10, "softmax"),
        optimizer=_adam(0.005),
        batch_size=32,
        epochs=40,
    ),
    build(
        "three-spirals",
        "Three spirals",
        "Three arms, three classes: the softmax divides the plane among them.",
        data={"kind": "spirals", "classes": 3, "samples": 600},
        network=_network((16, 16), "tanh", 3, "softmax"),
        optimizer=_adam(0.01),
        batch_size=16,
        epochs=300,
    ),
    build(
        "gaussians",
        "Gaussians",
        "Two clouds: a single line does it, with no hidden layer at all.",
        data={"kind": "gaussians", "samples": 400, "noise": 0.1},
        network=_network((), "tanh", 1, "sigmoid"),
        optimizer=_adam(0.03),
        epochs=40,
    ),
    build(
        "moons",
        "Moons",
        "Two half moons that interlock.",
        data={"kind": "moons", "samples": 400, "noise": 0.1},
        network=_network((8,), "tanh", 1, "sigmoid"),
        optimizer=_adam(0.03),
        epochs=150,
    ),
    build(
        "plane",
        "Plane",
        "A flat surface to fit: one linear unit finds it exactly.",
        data={"kind": "plane", "samples": 400},
        network=_network((), "linear", 1, "linear"),
        optimizer=_adam(0.01),
        epochs=60,
    ),
    build(
        "line",
        "Line",
        "Linear regression: watch slope and intercept settle.",
        data={"kind": "line"},
        network=_network((), "linear", 1, "linear"),
        optimizer={"kind": "sgd", "learning_rate": 0.05},
        epochs=60,
    ),
    build(
        "sine",
        "Sine",
        "A wave to fit: smooth units add up to a smooth curve.",
        data={"kind": "sine"},
        network=_network((16,), "tanh", 1, "linear"),
        optimizer=_adam(0.02),
        epochs=400,
    ),
    build(
        "wine",
        "Wine",
        "Three vineyards told apart by thirteen measurements.",
        data={"kind": "bundled", "name": "wine"},
        network=_network((8,), "relu", 3, "softmax"),
        optimizer=_adam(0.02),
        epochs=60,
        l2=0.001,
    ),
    build(
        "breast-cancer",
        "Breast cancer",
        "Benign or malignant by thirty measurements of cell nuclei.",
        data={"kind": "bundled", "name": "breast-cancer"},
        network=_network((8,), "relu", 1, "sigmoid"),
        optimizer=_adam(0.01),
        batch_size=32,
        epochs=40,
        l2=0.001,
    ),
)

PROMISES: dict[str, Promise] = {
    "spiral": Promise("accuracy", 0.95, 400),
    "xor": Promise("accuracy", 0.97, 150),
    "circles": Promise("accuracy", 0.93, 150),
    "quadratic": Promise("r2", 0.7, 101),
    "iris": Promise("accuracy", 0.93, 100),
    "digits": Promise("accuracy", 0.95, 40),
    "three-spirals": Promise("accuracy", 0.95, 300),
    "gaussians": Promise("accuracy", 0.97, 40),
    "moons": Promise("accuracy", 0.97, 150),
    "plane": Promise("r2", 0.99, 60),
    "line": Promise("r2", 0.95, 60),
    "sine": Promise("r2", 0.95, 400),
    "wine": Promise("accuracy", 0.94, 60),
    "breast-cancer": Promise("accuracy", 0.95, 40),
}
"""What each of them reaches for the seeds 0 to 4, after so many epochs."""
