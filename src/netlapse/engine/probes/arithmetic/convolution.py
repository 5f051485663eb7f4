"""The arithmetic of convolutions, plain and depthwise-separable."""

from __future__ import annotations

import numpy as np

from netlapse.engine.probes.arithmetic.scene import Scene, named_unit
from netlapse.engine.probes.arithmetic.terms import (
    Explanation,
    Factor,
    Place,
    Term,
    Terms,
    at,
)
from netlapse.engine.probes.arithmetic.windows import Sliding, sliding

Way = tuple[Place, Place, int]
"""Inside the kernel, the pixel or place, and the channel or filter."""


def forward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """Plain: z_rcf = Σ_ijc′ w_ijc′f · x + b_f. Separable: Σ_ijc′ P_c′f · D_ijc′ · x + b_f."""
    (source,) = scene.reads[layer]
    window, f = _window(scene, layer), unit[2]
    x = scene.one("a", source)
    met = window.pixels(unit[:2])
    channels = range(scene.shapes[source][2])
    ways = [(inside, pixel, c) for inside, pixel in met for c in channels]

    def term(i: int) -> Term:
        inside, pixel, c = ways[i]
        factors = (*_kernel(scene, layer, inside, c, f), scene.unit("a", source, (*pixel, c)))
        return Term(named_unit(source, scene.shapes[source], (*pixel, c)), factors)

    values = np.array([_product(scene, layer, inside, c, f) * x[(*p, c)] for inside, p, c in ways])
    outside = window.size[0] * window.size[1] - len(met)
    bias = scene.bias(layer, f)
    kernels = "P_{c,f}\\, D_{i,j,c}" if _is_separable(scene, layer) else "w_{i,j,c,f}"
    sentence = "Each pixel under the kernel counts with the kernel's weight at its place, over all "
    sentence += "channels" + (", and the bias is added." if bias else ".")
    if _is_separable(scene, layer):
        sentence = "Each channel's own kernel D sums its pixels, and P mixes the channels' sums" + (
            ", with the bias added." if bias else "."
        )
    if outside:
        sentence += f" {outside} places of the kernel lie in the padding and add nothing."
    return Explanation(
        "sum",
        at("z", unit),
        f"z_{{r,c',f}} = \\sum_{{i,j,c}} {kernels}\\, a_{{r',c'',c}}" + (" + b_f" if bias else ""),
        sentence,
        Terms(values, term),
        bias=bias,
    )


def backward(scene: Scene, layer: str, source: str, unit: Place) -> Terms:
    """What flows back to a pixel: δ at every place whose kernel met it, times that weight."""
    del source
    window, c = _window(scene, layer), unit[2]
    delta = scene.one("dz", layer)
    filters = range(delta.shape[2])
    ways = [(inside, place, f) for inside, place in window.places(unit[:2]) for f in filters]

    def term(i: int) -> Term:
        inside, place, f = ways[i]
        factors = (*_kernel(scene, layer, inside, c, f), scene.unit("dz", layer, (*place, f)))
        return Term(f"through {named_unit(layer, scene.shapes[layer], (*place, f))}", factors)

    values = [_product(scene, layer, inside, c, f) * delta[(*p, f)] for inside, p, f in ways]
    return Terms(np.array(values, np.float64), term)


def gradient(scene: Scene, layer: str, parameter: str, index: Place) -> Explanation:
    """The sum over all places (and samples) where an entry of the kernel was used."""
    symbol = {"depthwise_kernel": "D", "pointwise_kernel": "P", "bias": "b"}.get(parameter, "w")
    symbol = f"\\frac{{\\partial L}}{{\\partial {at(symbol, index)}}}"
    match parameter:
        case "bias":
            terms = scene.each_sample(layer, index[0])
            formula = f"{symbol} = \\sum_{{r,c}} \\delta_{{r,c,f}}"
            sentence = "The bias is added at every place of its map, so its gradient is the sum of "
            sentence += "the map's δ."
        case "depthwise_kernel":
            terms = _of_depthwise(scene, layer, index)
            formula = (
                f"{symbol} = \\sum_{{r,c',f}} \\delta_{{r,c',f}}\\, P_{{c,f}}\\, a_{{r',c'',c}}"
            )
            sentence = "At every place the entry met one pixel, and its product went into all maps."
        case "pointwise_kernel":
            terms = _of_pointwise(scene, layer, index)
            formula = f"{symbol} = \\sum_{{r,c'}} \\delta_{{r,c',f}}\\, m_{{r,c',c}}"
            sentence = "At every place the entry met the sum m that its channel's own kernel made."
        case _:
            terms = _of_kernel(scene, layer, index)
            formula = f"{symbol} = \\sum_{{r,c'}} \\delta_{{r,c',f}}\\, a_{{r',c'',c}}"
            sentence = (
                "One weight serves every place: its gradient is the sum, over all places, of δ "
                "times the pixel that it met there."
            )
    return Explanation("sum", symbol, formula, sentence, terms)


def _of_kernel(scene: Scene, layer: str, index: Place) -> Terms:
    i, j, c, f = index
    (source,) = scene.reads[layer]
    x, delta = scene.many("a", source)[..., c], scene.many("dz", layer)[..., f]
    met = _window(scene, layer).everywhere((i, j))
    values = _at(delta, [place for place, _ in met]) * _at(x, [pixel for _, pixel in met])

    def term(number: int) -> Term:
        row, way = divmod(number, len(met))
        place, pixel = met[way]
        factors = (
            scene.unit("dz", layer, (*place, f), row),
            scene.unit("a", source, (*pixel, c), row),
        )
        return Term(scene.where(place, row), factors)

    return Terms(values.ravel(), term)


def _of_depthwise(scene: Scene, layer: str, index: Place) -> Terms:
    i, j, _, c = index
    (source,) = scene.reads[layer]
    x, delta = scene.many("a", source)[..., c], scene.many("dz", layer)
    mix = scene.weights(layer, "pointwise_kernel")[0, 0, c]
    met = _window(scene, layer).everywhere((i, j))
    filters = len(mix)
    products = _at(delta, [p for p, _ in met]) * _at(x, [p for _, p in met])[:, :, None] * mix

    def term(number: int) -> Term:
        rest, f = divmod(number, filters)
        row, way = divmod(rest, len(met))
        place, pixel = met[way]
        factors = (
            scene.unit("dz", layer, (*place, f), row),
            scene.weight(layer, "pointwise_kernel", (0, 0, c, f)),
            scene.unit("a", source, (*pixel, c), row),
        )
        return Term(f"{scene.where(place, row)}, map {f + 1}", factors)

    return Terms(products.ravel(), term)


def _of_pointwise(scene: Scene, layer: str, index: Place) -> Terms:
    _, _, c, f = index
    (source,) = scene.reads[layer]
    x, delta = scene.many("a", source)[..., c], scene.many("dz", layer)[..., f]
    alone = scene.weights(layer, "depthwise_kernel")[:, :, 0, c]
    window = _window(scene, layer)
    sums = np.zeros_like(delta)
    for i, j in np.ndindex(*window.size):
        for place, pixel in window.everywhere((i, j)):
            sums[(slice(None), *place)] += alone[i, j] * x[(slice(None), *pixel)]

    def term(number: int) -> Term:
        row, *place = (int(v) for v in np.unravel_index(number, delta.shape))
        made = Factor(at("m", (*place, c)), float(sums[(row, *place)]))
        return Term(scene.where((*place,), row), (scene.unit("dz", layer, (*place, f), row), made))

    return Terms((sums * delta).ravel(), term)


def _at(values: np.ndarray, places: list[Place]) -> np.ndarray:
    """Of all samples, the values at some places [n, places, ...]."""
    rows, columns = np.array(places, int).reshape(-1, 2).T
    return values[:, rows, columns]


def _window(scene: Scene, layer: str) -> Sliding:
    (source,) = scene.reads[layer]
    return sliding(scene.layers[layer], scene.shapes[source], scene.shapes[layer])


def _is_separable(scene: Scene, layer: str) -> bool:
    return scene.has(layer, "depthwise_kernel")


def _kernel(scene: Scene, layer: str, inside: Place, c: int, f: int) -> tuple[Factor, ...]:
    if not _is_separable(scene, layer):
        return (scene.weight(layer, "kernel", (*inside, c, f)),)
    return (
        scene.weight(layer, "pointwise_kernel", (0, 0, c, f)),
        scene.weight(layer, "depthwise_kernel", (*inside, 0, c)),
    )


def _product(scene: Scene, layer: str, inside: Place, c: int, f: int) -> float:
    i, j = inside
    own = scene.trace.before[layer]
    if "kernel" in own:
        return float(own["kernel"][i, j, c, f])
    mix, alone = own["pointwise_kernel"], own["depthwise_kernel"]
    return float(mix[0, 0, c, f]) * float(alone[i, j, 0, c])
