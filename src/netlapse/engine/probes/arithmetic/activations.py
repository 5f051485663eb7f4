"""The arithmetic of activations: a = f(z), and δ = f′(z) · ∂L/∂a."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, pi, sqrt

import numpy as np

from netlapse.engine.probes.arithmetic.scene import Scene
from netlapse.engine.probes.arithmetic.terms import (
    Explanation,
    Factor,
    Line,
    Place,
    Term,
    Terms,
    at,
    signed,
    text,
)
from netlapse.spec.activations import ELU_ALPHA, LEAKY_SLOPE, Activation


@dataclass(frozen=True)
class Function:
    """An element-wise activation at one z."""

    formula: str
    slope_formula: str
    sentence: str
    value: float
    slope: float


def element(name: Activation, z: float) -> Function:
    """f(z) and f′(z), with the same slopes at the kinks that training takes: ReLU's at 0 is 0."""
    match name:
        case "relu":
            words = "ReLU lets what is positive pass, and makes everything else 0."
            return Function("\\max(0, z)", "[z > 0]", words, max(z, 0.0), float(z > 0))
        case "leaky-relu":
            words = "Leaky ReLU lets what is positive pass, and a hundredth of everything else."
            slope = 1.0 if z > 0 else LEAKY_SLOPE
            formula = "z \\text{ if } z > 0 \\text{ else } 0.01\\, z"
            return Function(
                formula, "1 \\text{ if } z > 0 \\text{ else } 0.01", words, slope * z, slope
            )
        case "elu":
            words = "ELU lets what is positive pass, and bends everything else towards −1."
            grown = ELU_ALPHA * exp(min(z, 0.0))
            value, slope = (z, 1.0) if z > 0 else (grown - ELU_ALPHA, grown)
            formula = "z \\text{ if } z > 0 \\text{ else } e^z - 1"
            return Function(formula, "1 \\text{ if } z > 0 \\text{ else } e^z", words, value, slope)
        case "gelu":
            words = "GELU weighs z with the share of a normal distribution that lies below it."
            below, density = (1 + erf(z / sqrt(2))) / 2, exp(-z * z / 2) / sqrt(2 * pi)
            return Function(
                "z\\, \\Phi(z)",
                "\\Phi(z) + z\\, \\varphi(z)",
                words,
                z * below,
                below + z * density,
            )
        case "sigmoid":
            words = "The sigmoid bends any number into one between 0 and 1."
            value = float(1 / (1 + np.exp(-z))) if z > -500 else 0.0
            formula = "\\frac{1}{1 + e^{-z}}"
            # From 1 / (1 + eᶻ), not 1 − a, which loses all digits where a is nearly 1.
            other = float(1 / (1 + np.exp(z))) if z < 500 else 0.0
            return Function(formula, "a\\,(1 - a)", words, value, value * other)
        case "tanh":
            words = "The hyperbolic tangent bends any number into one between −1 and 1."
            value = float(np.tanh(z))
            return Function("\\tanh(z)", "1 - a^2", words, value, (1 - value) * (1 + value))
        case _:
            words = "There is no function: the sum is passed on."
            return Function("z", "1", words, z, 1.0)


def forward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """a = f(z)."""
    name, symbol = scene.layers[layer].function, at("a", unit)
    if name == "softmax":
        return _softmax(scene, layer, unit)
    z = scene.unit("z", layer, unit)
    found = element(name, z.value)
    numbers = found.formula.replace("z", signed(z.value))
    line = Line(f"{name} of z", symbol, found.formula, found.value, numbers)
    return Explanation(
        "function",
        symbol,
        f"{symbol} = {found.formula},\\quad z = {z.symbol}",
        found.sentence,
        Terms(np.array([z.value]), lambda i: Term("the unit's own sum", (z,))),
        lines=(line,),
    )


def _softmax(scene: Scene, layer: str, unit: Place) -> Explanation:
    """a_i = e^z_i / Σ_j e^z_j, computed with the largest z taken off."""
    z = scene.one("z", layer)[unit[:-1]]
    top = float(z.max())
    powers = np.exp(z - top)
    total, own = float(powers.sum()), float(powers[unit[-1]])
    symbol, z_own = at("a", unit), at("z", unit[-1:])

    def term(j: int) -> Term:
        power = Factor(f"e^{{{at('z', (j,))} - {signed(top)}}}", float(powers[j]))
        return Term(f"power of unit {j + 1}", (power,))

    return Explanation(
        "function",
        symbol,
        f"{symbol} = \\frac{{e^{{{z_own}}}}}{{\\sum_j e^{{z_j}}}}",
        "Each unit's share of the sum of all powers; the largest z is taken off first, which "
        "changes nothing and keeps the powers small.",
        Terms(powers, term),
        lines=(
            Line("sum of all powers", "S", "\\sum_j e^{z_j - z_{\\max}}", total),
            Line(
                "share of this unit",
                symbol,
                f"\\frac{{e^{{{z_own} - z_{{\\max}}}}}}{{S}}",
                own / total,
                f"\\frac{{{text(own)}}}{{{text(total)}}}",
            ),
        ),
    )


def backward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """δ = f′(z) · ∂L/∂a; of a softmax Σ_j a_j·([i = j] − a_i)·∂L/∂a_j."""
    name, symbol = scene.layers[layer].function, at("\\delta", unit)
    if name == "softmax":
        return _through_softmax(scene, layer, unit)
    z, flowing = scene.unit("z", layer, unit), scene.unit("da", layer, unit)
    found = element(name, z.value)
    slope = Factor(f"f'({z.symbol})", found.slope)
    ends = "the function is flat here, so nothing passes." if found.slope == 0 else ""
    return Explanation(
        "sum",
        symbol,
        f"{symbol} = f'({z.symbol})\\,{flowing.symbol},\\quad f'(z) = {found.slope_formula}",
        "What reaches the unit passes by the slope of its function"
        + (f": {ends}" if ends else "."),
        Terms(
            np.array([slope.value * flowing.value]),
            lambda i: Term("slope times what arrives", (slope, flowing)),
        ),
        lines=(),
    )


def _through_softmax(scene: Scene, layer: str, unit: Place) -> Explanation:
    a, flowing = scene.one("a", layer)[unit[:-1]], scene.one("da", layer)[unit[:-1]]
    i, symbol = unit[-1], at("\\delta", unit)
    a_own = at("a", (i,))
    jacobian = a * ((np.arange(len(a)) == i) - a[i])

    def term(j: int) -> Term:
        place = (*unit[:-1], j)
        slope = Factor(f"{at('a', (j,))}([{i + 1} = {j + 1}] - {a_own})", float(jacobian[j]))
        return Term(f"through unit {j + 1}", (slope, scene.unit("da", layer, place)))

    return Explanation(
        "sum",
        symbol,
        f"{symbol} = \\sum_j a_j\\,([{i + 1} = j] - {a_own})"
        "\\,\\frac{\\partial L}{\\partial a_j}",
        "A softmax's units share one sum, so each one's z changes all of them.",
        Terms(jacobian * flowing, term),
    )
