"""The arithmetic of an update: penalties, clipping, and the optimizer's formula."""

from __future__ import annotations

import math
from collections.abc import Callable

from netlapse.engine.hyperparameters import FROZEN, OPTIMIZER
from netlapse.engine.probes.arithmetic.scene import NAMES, Scene
from netlapse.engine.probes.arithmetic.terms import Explanation, Line, Place, at, signed, text
from netlapse.engine.probes.walk_trace import Trace
from netlapse.spec.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    OptimizerBase,
    RMSprop,
)

Before = Callable[[str], float]
"""A moment of the entry before the update, by name."""


def update(scene: Scene, layer: str, parameter: str, index: Place) -> Explanation:
    """Δw = −η · direction."""
    trace = scene.trace
    symbol = f"\\Delta {at(NAMES.get(parameter, 'w'), index)}"
    if trace.hyperparameters[FROZEN + layer] > 0:
        line = Line("frozen", symbol, "0", 0.0)
        sentence = f"The layer `{layer}` is frozen: it keeps its values, and its moments."
        return Explanation("function", symbol, f"{symbol} = 0", sentence, lines=(line,))
    lines, gradient = _taken(scene, layer, parameter, index)

    def before(name: str) -> float:
        return float(trace.moments_before[name][layer][parameter][index])

    optimizer = scene.structure.optimizer
    weight = float(trace.before[layer][parameter][index])
    own, direction, formula, sentence = _directed(optimizer, trace, gradient, before, weight)
    change = Line(
        "update",
        symbol,
        f"-\\eta\\, {formula}",
        -trace.rate * direction,
        f"-{text(trace.rate)}\\cdot {signed(direction)}",
    )
    return Explanation(
        "function",
        symbol,
        f"{symbol} = -\\eta\\, {formula}",
        sentence,
        lines=(*lines, *own, change),
    )


def _taken(scene: Scene, layer: str, parameter: str, index: Place) -> tuple[list[Line], float]:
    """From the gradient of the loss to what the optimizer takes."""
    trace, numbers = scene.trace, scene.trace.hyperparameters
    g = float(trace.gradients[layer][parameter][index])
    lines = [Line("gradient of the loss", "g", "\\frac{\\partial L}{\\partial w}", g)]
    if scene.declared[layer][parameter].penalized and (numbers["l1"] or numbers["l2"]):
        w = float(trace.before[layer][parameter][index])
        sign = math.copysign(1.0, w) if w else 0.0
        added = numbers["l1"] * sign + numbers["l2"] * w
        g += added
        lines.append(
            Line(
                "with the penalties",
                "g",
                "g + l_1 \\operatorname{sign}(w) + l_2\\, w",
                g,
                f"{text(g - added)} + {signed(added)}",
            )
        )
    if trace.clip_scale < 1:
        lines.append(
            Line(
                "clipped by norm",
                "g",
                "g \\cdot \\frac{c}{\\lVert g \\rVert}",
                trace.clip_scale * g,
                f"{text(trace.clip_scale)}\\cdot {signed(g)}",
            )
        )
        g *= trace.clip_scale
    limit = numbers["clip_value"]
    if abs(g) > limit:
        g = math.copysign(limit, g)
        lines.append(Line("cut to the largest entry", "g", "\\pm c_{\\max}", g))
    return lines, g


def _directed(
    optimizer: OptimizerBase, trace: Trace, g: float, before: Before, weight: float
) -> tuple[list[Line], float, str, str]:
    """Lines of the optimizer, its direction, that as a formula, and a sentence."""
    h = {
        name.removeprefix(OPTIMIZER): value
        for name, value in trace.hyperparameters.items()
        if name.startswith(OPTIMIZER)
    }
    match optimizer:
        case Momentum() | Nesterov():
            velocity = _velocity(h["momentum"], before("velocity"), g, "g")
            if isinstance(optimizer, Momentum):
                return [velocity], velocity.value, "v", "The weight moves along the velocity."
            ahead = Line(
                "look ahead",
                "d",
                "g + \\mu\\, v",
                g + h["momentum"] * velocity.value,
                f"{text(g)} + {text(h['momentum'])}\\cdot {signed(velocity.value)}",
            )
            words = "The weight moves along the gradient and the velocity that it gives."
            return [velocity, ahead], ahead.value, "d", words
        case AdaGrad():
            square = Line(
                "sum of all squares",
                "s",
                "s + g^2",
                before("square") + g * g,
                f"{text(before('square'))} + ({text(g)})^2",
            )
            ratio = _ratio("d", "g", g, "s", square.value, h["epsilon"])
            words = "The more an entry has been pulled so far, the smaller are its steps."
            return [square, ratio], ratio.value, "d", words
        case RMSprop(centered=centered):
            return _rmsprop(h, g, before, centered=centered)
        case Adam() | AdamW():
            return _adam(h, trace, g, before, weight, decays=isinstance(optimizer, AdamW))
        case _:
            return [], g, "g", "The weight moves against its gradient."


def _rmsprop(
    h: dict[str, float], g: float, before: Before, *, centered: bool
) -> tuple[list[Line], float, str, str]:
    square = _running("square", "s", "\\rho", h["decay"], before("square"), g * g, "g^2")
    lines, spread, name = [square], square.value, "s"
    if centered:
        mean = _running("mean", "m", "\\rho", h["decay"], before("mean"), g, "g")
        spread, name = max(square.value - mean.value**2, 0.0), "u"
        lines += [mean, Line("variance", "u", "\\max(s - m^2, 0)", spread)]
    ratio = _ratio("r", "g", g, name, spread, h["epsilon"])
    velocity = _velocity(h["momentum"], before("velocity"), ratio.value, "r")
    words = "The gradient is divided by the root of its running square, so that all entries move "
    words += "about equally far."
    return [*lines, ratio, velocity], velocity.value, "v", words


def _adam(
    h: dict[str, float], trace: Trace, g: float, before: Before, weight: float, *, decays: bool
) -> tuple[list[Line], float, str, str]:
    mean = _running("mean", "m", "\\beta_1", h["beta_1"], before("mean"), g, "g")
    square = _running("square", "s", "\\beta_2", h["beta_2"], before("square"), g * g, "g^2")
    first, second = trace.corrections
    t = trace.optimizer_step
    hats = [
        Line(
            f"{words}, corrected for its start at 0 (t = {t})",
            f"\\hat {symbol}",
            f"\\frac{{{symbol}}}{{1 - {beta}^t}}",
            value / factor,
            f"\\frac{{{text(value)}}}{{{text(factor)}}}",
        )
        for words, symbol, beta, value, factor in (
            ("mean", "m", "\\beta_1", mean.value, first),
            ("square", "s", "\\beta_2", square.value, second),
        )
    ]
    ratio = _ratio("d", "\\hat m", hats[0].value, "\\hat s", hats[1].value, h["epsilon"])
    lines = [mean, square, *hats, ratio]
    words = "The running mean of the gradient, divided by the root of its running square."
    if not decays:
        return lines, ratio.value, "d", words
    decayed = ratio.value + h["weight_decay"] * weight
    lines.append(
        Line(
            "with the weight's decay",
            "d",
            "d + \\lambda\\, w",
            decayed,
            f"{text(ratio.value)} + {text(h['weight_decay'])}\\cdot {signed(weight)}",
        )
    )
    return lines, decayed, "d", words + " A share of the weight itself is taken off."


def _velocity(momentum: float, old: float, new: float, name: str) -> Line:
    return Line(
        "velocity",
        "v",
        f"\\mu\\, v + {name}",
        momentum * old + new,
        f"{text(momentum)}\\cdot {signed(old)} + {signed(new)}",
    )


def _running(
    words: str, symbol: str, decay_symbol: str, decay: float, old: float, new: float, name: str
) -> Line:
    return Line(
        f"running {words} of the gradient",
        symbol,
        f"{decay_symbol}\\, {symbol} + (1 - {decay_symbol})\\, {name}",
        decay * old + (1 - decay) * new,
        f"{text(decay)}\\cdot {signed(old)} + {text(1 - decay)}\\cdot {signed(new)}",
    )


def _ratio(symbol: str, top: str, value: float, below: str, square: float, epsilon: float) -> Line:
    return Line(
        "divided by the root",
        symbol,
        f"\\frac{{{top}}}{{\\sqrt{{{below}}} + \\epsilon}}",
        value / (math.sqrt(square) + epsilon),
        f"\\frac{{{text(value)}}}{{\\sqrt{{{text(square)}}} + {text(epsilon)}}}",
    )
