"""The arithmetic of batch and layer normalization."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlapse.engine.probes.arithmetic.scene import Scene
from netlapse.engine.probes.arithmetic.terms import (
    Doubles,
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


@dataclass(frozen=True)
class _Statistics:
    """What one value is normalized by."""

    values: Doubles
    """What mean and variance are taken of: the channel at all places of all samples [n, ...], or
    the channels of one place [channels]."""
    mean: float
    variance: float
    factor: float
    """1 / √(variance + ε)."""
    own: bool
    """Whether they are those of the values; otherwise moving averages."""
    what: str


def forward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """x̂ = (x − μ) / √(σ² + ε), z = γ·x̂ + β."""
    (source,) = scene.reads[layer]
    x = scene.unit("a", source, unit)
    found, epsilon = _statistics(scene, layer, unit, scene.row), scene.layers[layer].epsilon
    normalized = (x.value - found.mean) * found.factor
    gamma, beta = _scale(scene, layer, unit[-1]), _offset(scene, layer, unit[-1])
    symbol = at("z", unit)
    count = found.values.size
    lines = [
        Line(
            f"mean of {found.what}",
            "\\mu",
            f"\\frac{{1}}{{{count}}} \\sum_k a_k" if found.own else "\\mu_{\\text{moving}}",
            found.mean,
        ),
        Line(
            f"variance of {found.what}",
            "\\sigma^2",
            f"\\frac{{1}}{{{count}}} \\sum_k (a_k - \\mu)^2"
            if found.own
            else "\\sigma^2_{\\text{moving}}",
            found.variance,
        ),
        Line(
            "normalized value",
            "\\hat{x}",
            "\\frac{a - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}}",
            normalized,
            f"\\frac{{{text(x.value)} - {signed(found.mean)}}}"
            f"{{\\sqrt{{{text(found.variance)} + {text(epsilon)}}}}}",
        ),
        Line(
            "scaled and shifted",
            symbol,
            "\\gamma\\, \\hat{x} + \\beta",
            gamma.value * normalized + beta.value,
            f"{signed(gamma.value)}\\cdot {signed(normalized)} + {signed(beta.value)}",
        ),
    ]
    return Explanation(
        "function",
        symbol,
        f"{symbol} = \\gamma\\,\\frac{{a - \\mu}}{{\\sqrt{{\\sigma^2 + \\epsilon}}}} + \\beta",
        f"Mean and variance are those of {found.what}; then a learned factor and summand act.",
        _mean_terms(scene, layer, unit, found) if found.own else listed([]),
        lines=tuple(lines),
    )


def backward(scene: Scene, layer: str, source: str, unit: Place) -> Terms:
    """Through the value itself, and where mean and variance are its own, through both of them."""
    del source
    found = _statistics(scene, layer, unit, scene.row)
    delta = scene.unit("dz", layer, unit)
    inverse = Factor("\\frac{1}{\\sqrt{\\sigma^2+\\epsilon}}", found.factor)
    gamma = _scale(scene, layer, unit[-1])
    direct = Term("through the value itself", (gamma, inverse, delta))
    if not found.own:
        return listed([direct])
    gs, normalized, mine = _flowing(scene, layer, unit, found)
    share = Factor(f"-\\frac{{1}}{{{gs.size}}}", -1 / gs.size)
    level = Factor("\\sum_k \\gamma_k \\delta_k", float(gs.sum()))
    slope = Factor("\\sum_k \\gamma_k \\delta_k \\hat{x}_k", float((gs * normalized).sum()))
    own = Factor("\\hat{x}", mine)
    return listed(
        [
            direct,
            Term(f"through the mean of {found.what}", (share, inverse, level)),
            Term(f"through the variance of {found.what}", (share, inverse, own, slope)),
        ]
    )


def gradient(scene: Scene, layer: str, parameter: str, index: Place) -> Explanation:
    """∂L/∂γ = Σ δ·x̂, ∂L/∂β = Σ δ, over all places and samples."""
    (channel,) = index
    symbol = f"\\frac{{\\partial L}}{{\\partial \\{'gamma' if parameter == 'scale' else 'beta'}"
    symbol += f"_{{{channel + 1}}}}}"
    if parameter == "offset":
        return Explanation(
            "sum",
            symbol,
            f"{symbol} = \\sum_k \\delta_k",
            "The summand is added to every value of the channel, so its gradient is the sum of δ.",
            scene.each_sample(layer, channel),
        )
    (source,) = scene.reads[layer]
    x, delta = scene.many("a", source), scene.many("dz", layer)[..., channel]
    normalized = np.empty_like(delta)
    if scene.layers[layer].kind == "batch-norm":
        unit = (*[0] * (x.ndim - 2), channel)
        found = _statistics(scene, layer, unit, scene.row)
        normalized = (x[..., channel] - found.mean) * found.factor
    else:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        normalized = (centred / np.sqrt(variance + scene.layers[layer].epsilon))[..., channel]

    def term(i: int) -> Term:
        row, *place = (int(v) for v in np.unravel_index(i, delta.shape))
        made = Factor(at("\\hat{x}", (*place, channel)), float(normalized[(row, *place)]))
        delta_of = scene.unit("dz", layer, (*place, channel), row)
        return Term(scene.where((*place,), row), (delta_of, made))

    return Explanation(
        "sum",
        symbol,
        f"{symbol} = \\sum_k \\delta_k\\, \\hat{{x}}_k",
        "The factor multiplies every normalized value of the channel.",
        Terms((delta * normalized).ravel(), term),
    )


def renewal(scene: Scene, layer: str, parameter: str, index: Place) -> Explanation:
    """How a moving average follows: new = old + momentum · (the batch's − old)."""
    (channel,) = index
    (source,) = scene.reads[layer]
    values = scene.many("a", source)[..., channel]
    momentum = scene.trace.hyperparameters[f"layer:{layer}.momentum"]
    old = scene.weight(layer, parameter, index)
    if parameter == "moving_mean":
        batch, what, symbol = float(values.mean()), "mean of the batch", "\\mu"
    else:
        unbiased = float(values.var()) * values.size / max(values.size - 1, 1)
        batch, what, symbol = unbiased, "unbiased variance of the batch", "\\sigma^2"
    change = momentum * (batch - old.value)
    own = f"{symbol}_{{\\text{{batch}}}}"
    lines = (
        Line(what, own, "\\text{over all places and samples}", batch),
        Line(
            "change of the moving average",
            f"\\Delta {symbol}",
            f"m\\,({own} - {symbol})",
            change,
            f"{text(momentum)}\\cdot ({text(batch)} - {signed(old.value)})",
        ),
    )
    return Explanation(
        "function",
        f"\\Delta {at(symbol, index)}",
        f"\\Delta {symbol} = m\\,({own} - {symbol})",
        "No gradient changes a moving average: it goes a part of the way to what the batch has.",
        lines=lines,
    )


def _statistics(scene: Scene, layer: str, unit: Place, row: int) -> _Statistics:
    (source,) = scene.reads[layer]
    entry = scene.layers[layer]
    if entry.kind == "layer-norm":
        values = scene.many("a", source)[(row, *unit[:-1])]
        own, what = True, "the channels at this place"
    else:
        values = scene.many("a", source)[..., unit[-1]]
        fixed = scene.trace.hyperparameters[f"layer:{layer}.fixed"] > 0
        own = scene.trace.training and not fixed
        what = "the channel over the batch" if own else "the moving averages"
    if own:
        mean, variance = float(values.mean()), float(values.var())
    else:
        mean, variance = (
            float(scene.weights(layer, name)[unit[-1]])
            for name in ("moving_mean", "moving_variance")
        )
    return _Statistics(values, mean, variance, 1 / np.sqrt(variance + entry.epsilon), own, what)


def _flowing(
    scene: Scene, layer: str, unit: Place, found: _Statistics
) -> tuple[Doubles, Doubles, float]:
    """γ·δ and x̂ of all values that share mean and variance, and x̂ of the unit."""
    (source,) = scene.reads[layer]
    mine = (float(scene.one("a", source)[unit]) - found.mean) * found.factor
    normalized = (found.values - found.mean) * found.factor
    if scene.layers[layer].kind == "layer-norm":
        delta = scene.one("dz", layer)[unit[:-1]]
        gammas = [_scale(scene, layer, channel).value for channel in range(len(delta))]
        return delta * np.array(gammas), normalized, mine
    delta = scene.many("dz", layer)[..., unit[-1]]
    return delta * _scale(scene, layer, unit[-1]).value, normalized, mine


def _mean_terms(scene: Scene, layer: str, unit: Place, found: _Statistics) -> Terms:
    """The values whose mean is taken, each with its share: they sum to the mean."""
    (source,) = scene.reads[layer]
    shape, share = (
        found.values.shape,
        Factor(f"\\frac{{1}}{{{found.values.size}}}", 1 / found.values.size),
    )

    def term(i: int) -> Term:
        where = tuple(int(v) for v in np.unravel_index(i, shape))
        if scene.layers[layer].kind == "layer-norm":
            factor, label = scene.unit("a", source, (*unit[:-1], *where)), f"channel {where[0] + 1}"
        else:
            row, *place = where
            factor = scene.unit("a", source, (*place, unit[-1]), row)
            label = scene.where((*place,), row)
        return Term(label, (share, factor))

    return Terms(found.values.ravel() / found.values.size, term)


def _scale(scene: Scene, layer: str, channel: int) -> Factor:
    if scene.has(layer, "scale"):
        return scene.weight(layer, "scale", (channel,))
    return Factor("1", 1.0)


def _offset(scene: Scene, layer: str, channel: int) -> Factor:
    if scene.has(layer, "offset"):
        return scene.weight(layer, "offset", (channel,))
    return Factor("0", 0.0)
