"""The arithmetic of dense layers."""

from __future__ import annotations

from netlapse.engine.probes.arithmetic.scene import Scene, named_unit
from netlapse.engine.probes.arithmetic.terms import Explanation, Place, Term, Terms, at


def forward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """z_j = Σ_i w_ij · a_i + b_j."""
    (source,) = scene.reads[layer]
    (j,) = unit
    x, kernel = scene.one("a", source), scene.weights(layer, "kernel")

    def term(i: int) -> Term:
        factors = (scene.weight(layer, "kernel", (i, j)), scene.unit("a", source, (i,)))
        return Term(f"from {named_unit(source, scene.shapes[source], (i,))}", factors)

    bias = scene.bias(layer, j)
    return Explanation(
        "sum",
        at("z", unit),
        f"{at('z', unit)} = \\sum_i w_{{i,{j + 1}}}\\, a_i" + (f" + {bias.symbol}" if bias else ""),
        f"Each of the {len(x):,} values that the unit reads counts with its weight"
        + (", and the bias is added." if bias else "."),
        Terms(x * kernel[:, j], term),
        bias=bias,
    )


def backward(scene: Scene, layer: str, source: str, unit: Place) -> Terms:
    """∂L/∂a_i = Σ_j w_ij · δ_j."""
    del source
    (i,) = unit
    delta, kernel = scene.one("dz", layer), scene.weights(layer, "kernel")

    def term(j: int) -> Term:
        factors = (scene.weight(layer, "kernel", (i, j)), scene.unit("dz", layer, (j,)))
        return Term(f"through {named_unit(layer, scene.shapes[layer], (j,))}", factors)

    return Terms(kernel[i] * delta, term)


def gradient(scene: Scene, layer: str, parameter: str, index: Place) -> Explanation:
    """∂L/∂w_ij = Σ_k δ_kj · a_ki over the samples k; ∂L/∂b_j = Σ_k δ_kj."""
    (source,) = scene.reads[layer]
    j = index[-1]
    delta = scene.many("dz", layer)[:, j]
    many = len(delta) > 1
    over = "\\sum_k " if many else ""
    k = "^{(k)}" if many else ""
    delta_j = at("\\delta", (j,))
    weight = at("b" if parameter == "bias" else "w", index)
    symbol = f"\\frac{{\\partial L}}{{\\partial {weight}}}"
    if parameter == "bias":
        return Explanation(
            "sum",
            symbol,
            f"{symbol} = {over}{delta_j}{k}",
            "A bias is added to z as it is, so its gradient is the unit's δ"
            + (", summed over the batch." if many else "."),
            scene.each_sample(layer, j),
        )
    i = index[0]
    x = scene.many("a", source)[:, i]

    def term(row: int) -> Term:
        factors = (scene.unit("dz", layer, (j,), row), scene.unit("a", source, (i,), row))
        return Term(scene.where((), row), factors)

    return Explanation(
        "sum",
        symbol,
        f"{symbol} = {over}{delta_j}{k}\\, {at('a', (i,))}{k}",
        "The weight's gradient is the δ of the unit that it leads to, times the value that it "
        "carries" + (", summed over the batch." if many else "."),
        Terms(delta * x, term),
    )
