"""The arithmetic of losses, and of the first gradient on the way back."""

from __future__ import annotations

import numpy as np

from netlapse.engine.probes.arithmetic.scene import Scene, symbol_of
from netlapse.engine.probes.arithmetic.terms import (
    Explanation,
    Factor,
    Line,
    Place,
    Term,
    Terms,
    at,
    listed,
    signed,
    text,
)
from netlapse.spec.training import BinaryCrossEntropy, CategoricalCrossEntropy, Huber


def loss(scene: Scene, layer: str, unit: Place) -> Explanation:
    """What one output adds to the loss of the sample."""
    (o,) = unit
    kind, outputs = scene.structure.loss, scene.trace.targets.shape[1]
    y, a = _target(scene, o), scene.unit("a", layer, unit)
    z, symbol = scene.one("z", layer), at("\\ell", unit)
    weight = _class_weight(scene)
    mean = _weighed(scene) + (f"\\frac{{1}}{{{outputs}}}\\," if outputs > 1 else "")
    counts = _weighed(scene, "\\cdot ")
    match kind:
        case CategoricalCrossEntropy():
            logarithm = float(z[o] - z.max() - np.log(np.exp(z - z.max()).sum()))
            return _told(
                symbol,
                f"-{_weighed(scene)}{y.symbol} \\ln {a.symbol}",
                f"-{counts}{text(y.value)}\\cdot \\ln {text(a.value)}",
                -weight * y.value * logarithm,
                "Only the true class counts: the less probable it was held, the larger the loss.",
            )
        case BinaryCrossEntropy():
            value = float(np.logaddexp(0, (1 - 2 * y.value) * z[o])) / outputs
            return _told(
                symbol,
                f"{mean}\\left(-y \\ln a - (1 - y) \\ln(1 - a)\\right)",
                f"-{counts}\\ln {text(a.value if y.value else 1 - a.value)}",
                weight * value,
                "The logarithm of the probability that was given to what is true.",
            )
        case Huber(delta=delta):
            error = a.value - y.value
            small = abs(error) <= delta
            part = 0.5 * error**2 if small else delta * (abs(error) - 0.5 * delta)
            inside = "\\tfrac12 e^2" if small else "d\\,(|e| - \\tfrac12 d)"
            return _told(
                symbol,
                f"{mean}{inside},\\quad e = {a.symbol} - {y.symbol},\\ d = {text(delta)}",
                f"e = {text(a.value)} - {signed(y.value)}",
                weight * part / outputs,
                "Half the square of a small error; a large one counts linearly.",
            )
        case _:
            error = a.value - y.value
            return _told(
                symbol,
                f"{mean}({a.symbol} - {y.symbol})^2",
                f"({text(a.value)} - {signed(y.value)})^2",
                weight * error**2 / outputs,
                "The square of the error.",
            )


def from_loss(scene: Scene, layer: str, unit: Place) -> Explanation:
    """∂L/∂a of an output: squared error and Huber."""
    (o,) = unit
    outputs = scene.trace.targets.shape[1]
    y, a = _target(scene, o), scene.unit("a", layer, unit)
    scale = _class_weight(scene) * scene.trace.share / outputs
    symbol = symbol_of("da", unit)
    n = _counted(scene, outputs)
    if isinstance(scene.structure.loss, Huber):
        delta, error = scene.structure.loss.delta, a.value - y.value
        if abs(error) > delta:
            edge = Factor("d" if error > 0 else "-d", delta if error > 0 else -delta)
            return Explanation(
                "sum",
                symbol,
                f"{symbol} = {n}\\operatorname{{sign}}(a - y)\\, d",
                "A large error pulls with a constant strength, however large it is.",
                listed([Term("the edge of the square", (edge,))]),
                scale=scale,
            )
        factor, words = 1.0, "A small error pulls as strongly as it is large."
    else:
        factor, words = 2.0, "The error pulls as strongly as it is large, twice."
    return Explanation(
        "sum",
        symbol,
        f"{symbol} = {n}{'2' if factor == 2 else ''}({at('a', unit)} - {at('y', unit)})",
        words,
        _difference(a, y),
        scale=factor * scale,
    )


def from_cross_entropy(scene: Scene, layer: str, unit: Place) -> Explanation:
    """δ = p − y: what softmax or sigmoid and their cross-entropy come to together."""
    (o,) = unit
    binary = isinstance(scene.structure.loss, BinaryCrossEntropy)
    outputs = scene.trace.targets.shape[1] if binary else 1
    symbol = at("\\delta", unit)
    name = "sigmoid" if binary else "softmax"
    return Explanation(
        "sum",
        symbol,
        f"{symbol} = {_counted(scene, outputs)}({at('a', unit)} - {at('y', unit)})",
        f"Of {name} and cross-entropy together only the difference stays: what the network gives, "
        "less what is true.",
        _difference(scene.unit("a", layer, unit), _target(scene, o)),
        scale=_class_weight(scene) * scene.trace.share / outputs,
    )


def _class_weight(scene: Scene) -> float:
    """How much the sample counts in the loss, by its class."""
    weights = scene.structure.class_weights
    if not weights:
        return 1.0
    truth = scene.trace.targets[scene.row]
    return weights[int(truth.argmax()) if len(truth) > 1 else int(truth[0])]


def _weighed(scene: Scene, sign: str = "\\,") -> str:
    """The weight of the sample's class as a factor; nothing where all classes count alike."""
    return f"{text(_class_weight(scene))}{sign}" if scene.structure.class_weights else ""


def _target(scene: Scene, output: int) -> Factor:
    value = float(scene.trace.targets[scene.row, output])
    return Factor(at("y", (output,)), value, "target", "", "", (output,), scene.shown_row)


def _difference(a: Factor, y: Factor) -> Terms:
    minus = Factor("-1", -1.0)
    return listed([Term("what the network gives", (a,)), Term("what is true", (minus, y))])


def _counted(scene: Scene, outputs: int) -> str:
    """The share of one output of one sample in the mean."""
    count = scene.trace.samples * outputs
    return _weighed(scene) + (f"\\frac{{1}}{{{count}}}" if count > 1 else "")


def _told(symbol: str, formula: str, numbers: str, value: float, sentence: str) -> Explanation:
    line = Line("loss of this output", symbol, formula, value, numbers)
    return Explanation("function", symbol, f"{symbol} = {formula}", sentence, lines=(line,))
