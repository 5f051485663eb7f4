"""The arithmetic of layers that pass values on: flatten, activation, dropout, add, concatenate."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from netlapse.engine.probes.arithmetic.scene import Scene, named_unit
from netlapse.engine.probes.arithmetic.terms import (
    Explanation,
    Factor,
    Place,
    Term,
    Terms,
    at,
    listed,
)
from netlapse.engine.program import step_key
from netlapse.spec.layers import Pass


def forward(scene: Scene, layer: str, unit: Place) -> Explanation:
    """What a unit takes over, from one place or from one place of each input."""
    kind, symbol = scene.layers[layer].kind, at("z", unit)
    sources = _sources(scene, layer, unit)
    terms = [
        Term(named_unit(name, scene.shapes[name], place), (scene.unit("a", name, place),))
        for name, place in sources
    ]
    if kind == "add":
        return Explanation(
            "sum",
            symbol,
            f"{symbol} = \\sum_s a^{{(s)}}",
            f"The values of {len(terms)} layers at the same place are added.",
            listed(terms),
        )
    if _drops(scene, layer):
        mask = _mask(scene, layer, unit)
        term = Term(terms[0].label, (mask, *terms[0].factors))
        what = "dropped" if not mask.value else "kept, and divided by the share that is kept"
        return Explanation(
            "sum",
            symbol,
            f"{symbol} = m\\, a,\\quad m \\in \\left\\{{0, \\tfrac{{1}}{{1-p}}\\right\\}}",
            f"In this step the value is {what}.",
            listed([term]),
        )
    words = {
        "flatten": "The value is laid out in a row, as it is.",
        "concatenate": "The value is passed on beside those of the other layers.",
        "activation": "The value is passed on; the function comes next.",
    }
    nothing = "Dropout does nothing outside of training: the value is passed on."
    return Explanation("copy", symbol, f"{symbol} = a", words.get(kind, nothing), listed(terms))


def backward(scene: Scene, layer: str, place: int, unit: Place) -> Terms:
    """δ of the unit that took the value over; of the input number `place`."""
    target = _target(scene, layer, place, unit)
    delta = scene.unit("dz", layer, target)
    factors = (delta,)
    if _drops(scene, layer):
        factors = (_mask(scene, layer, target), delta)
    return listed([Term(f"through {named_unit(layer, scene.shapes[layer], target)}", factors)])


def _sources(scene: Scene, layer: str, unit: Place) -> list[tuple[str, Place]]:
    names = scene.reads[layer]
    match scene.layers[layer].kind:
        case "flatten":
            shape = scene.shapes[names[0]]
            return [(names[0], tuple(int(v) for v in np.unravel_index(unit[0], shape)))]
        case "concatenate":
            begin = 0
            for name in names:
                channels = scene.shapes[name][-1]
                if unit[-1] < begin + channels:
                    return [(name, (*unit[:-1], unit[-1] - begin))]
                begin += channels
            raise AssertionError("a unit beyond the joined layers")
        case _:
            return [(name, unit) for name in names]


def _target(scene: Scene, layer: str, place: int, unit: Place) -> Place:
    names = scene.reads[layer]
    match scene.layers[layer].kind:
        case "flatten":
            return (int(np.ravel_multi_index(unit, scene.shapes[names[0]])),)
        case "concatenate":
            before = sum(scene.shapes[name][-1] for name in names[:place])
            return (*unit[:-1], unit[-1] + before)
        case _:
            return unit


def _drops(scene: Scene, layer: str) -> bool:
    return scene.trace.training and scene.layers[layer].kind in ("dropout", "spatial-dropout2d")


def _mask(scene: Scene, layer: str, unit: Place) -> Factor:
    """What dropout multiplies a value by: found by letting it act on ones."""
    if layer not in scene.masks:
        structure, trace = scene.structure, scene.trace
        key = step_key(structure, jnp.uint32(trace.seed), jnp.int32(trace.step))
        assert key is not None
        place = list(scene.layers).index(layer)
        ids = jnp.asarray(trace.ids[scene.row : scene.row + 1])
        context = Pass(True, jax.random.fold_in(key, place), ids)
        ones = jnp.ones((1, *scene.shapes[layer]), jnp.float32)
        rate = {"rate": jnp.float32(trace.hyperparameters[f"layer:{layer}.rate"])}
        made = scene.layers[layer].apply({}, rate, (ones,), context)
        scene.masks[layer] = np.asarray(made)[0]
    return Factor(at("m", unit), float(scene.masks[layer][unit]))
