"""The arithmetic of pooling: which place won, or what counted how much."""

from __future__ import annotations

import numpy as np

from netlapse.engine.probes.arithmetic.scene import Scene, named_unit
from netlapse.engine.probes.arithmetic.terms import Explanation, Factor, Place, Term, Terms, at
from netlapse.engine.probes.arithmetic.windows import Sliding, sliding


def forward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """The largest value under the window, the first of equal ones; or their mean."""
    (source,) = scene.reads[layer]
    window, channel = _window(scene, layer), unit[-1]
    pixels = [pixel for _, pixel in window.pixels(_place(unit))]
    x = scene.one("a", source)
    values = np.array([x[(*pixel, channel)] for pixel in pixels])

    def term(i: int) -> Term:
        place = (*pixels[i], channel)
        return Term(
            named_unit(source, scene.shapes[source], place), (scene.unit("a", source, place),)
        )

    terms, symbol = Terms(values, term), at("z", unit)
    if _is_maximum(scene, layer):
        winner = int(values.argmax())
        return Explanation(
            "maximum",
            symbol,
            f"{symbol} = \\max_{{(r,c)\\,\\in\\,\\text{{window}}}} a_{{r,c}}",
            f"The largest of {len(values)} values wins: {term(winner).label}.",
            terms,
            winner=winner,
        )
    return Explanation(
        "sum",
        symbol,
        f"{symbol} = \\frac{{1}}{{{len(values)}}} "
        "\\sum_{(r,c)\\,\\in\\,\\text{window}} a_{r,c}",
        f"The mean of the {len(values)} values under the window.",
        terms,
        scale=1 / len(values),
    )


def backward(scene: Scene, layer: str, source: str, unit: Place) -> Terms:
    """Maximum: all of δ where the pixel won, nothing where it lost. Mean: an equal part of each."""
    window, channel = _window(scene, layer), unit[-1]
    shape = scene.shapes[layer]
    x = scene.one("a", source)
    terms: list[Term] = []
    for _, place in window.places(unit[:2]):
        target = (*place, channel) if len(shape) == 3 else (channel,)
        pixels = [pixel for _, pixel in window.pixels(place)]
        if _is_maximum(scene, layer):
            largest = int(np.argmax([x[(*pixel, channel)] for pixel in pixels]))
            won = pixels[largest] == tuple(unit[:2])
            factor = Factor("1" if won else "0", float(won))
            label = f"{'won' if won else 'lost'} in {named_unit(layer, shape, target)}"
        else:
            factor = Factor(f"\\frac{{1}}{{{len(pixels)}}}", 1 / len(pixels))
            label = f"one of {len(pixels)} in {named_unit(layer, shape, target)}"
        terms.append(Term(label, (factor, scene.unit("dz", layer, target))))
    return Terms(np.array([one.value for one in terms], np.float64), lambda i: terms[i])


def _is_maximum(scene: Scene, layer: str) -> bool:
    entry = scene.layers[layer]
    return entry.kind == "max-pool2d" or getattr(entry, "mode", "") == "max"


def _window(scene: Scene, layer: str) -> Sliding:
    (source,) = scene.reads[layer]
    return sliding(scene.layers[layer], scene.shapes[source], scene.shapes[layer])


def _place(unit: Place) -> Place:
    return (unit[0], unit[1]) if len(unit) == 3 else (0, 0)
