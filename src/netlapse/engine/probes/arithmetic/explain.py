"""Which arithmetic a number has."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from netlapse.engine.probes.arithmetic import (
    activations,
    convolution,
    dense,
    losses,
    normalization,
    plain,
    pooling,
    updates,
)
from netlapse.engine.probes.arithmetic.scene import Scene, symbol_of
from netlapse.engine.probes.arithmetic.terms import (
    NO_TERMS,
    Explanation,
    Line,
    Place,
    Terms,
    at,
)
from netlapse.errors import InputError, StateError
from netlapse.spec.layers import INPUT

_FAMILIES: dict[str, ModuleType] = {
    "dense": dense,
    "conv2d": convolution,
    "separable-conv2d": convolution,
    "max-pool2d": pooling,
    "average-pool2d": pooling,
    "global-pool2d": pooling,
    "batch-norm": normalization,
    "layer-norm": normalization,
}
"""The others pass values on: see `plain`."""

UNIT_PHASES = ("z", "a", "da", "dz", "loss")


@dataclass(frozen=True)
class Explained:
    """A number, how it comes about, and the engine's own."""

    explanation: Explanation
    expected: float


def explain(
    scene: Scene, layer: str, phase: str, unit: Place = (), parameter: str = "", index: Place = ()
) -> Explained:
    """How one number of a walk comes about.

    Args:
        scene: The walk, and which sample of it.
        layer: Whose.
        phase: `z`, `a`, `da`, `dz`, `gradient`, `update` or `loss`.
        unit: Of the first four and the loss: the unit, numbered from 0.
        parameter: Of a gradient or an update: which array.
        index: Its entry, numbered from 0.

    Raises:
        InputError: There is no such layer, unit, array or entry, or it has no such number.
        StateError: The number is not finite.
    """
    if layer not in scene.shapes:
        known = ", ".join(scene.shapes)
        raise InputError(f"There is no layer `{layer}`; there are: {known}.", place="layer")
    if phase in UNIT_PHASES:
        _refuse_unit(scene, layer, phase, unit)
        explanation, expected = _of_unit(scene, layer, phase, unit)
    else:
        _refuse_entry(scene, layer, phase, parameter, index)
        explanation, expected = _of_entry(scene, layer, phase, parameter, index)
    if not (np.isfinite(expected) and np.isfinite(explanation.result)):
        raise StateError(
            f"This number is not finite at step {scene.trace.step:,}: the training has left the "
            "range of numbers.",
            place=f"layer `{layer}`",
            remedy="Look at an earlier step.",
        )
    return Explained(explanation, expected)


def _of_unit(scene: Scene, layer: str, phase: str, unit: Place) -> tuple[Explanation, float]:
    if phase == "loss":
        expected = float(scene.trace.output_losses[scene.row][unit])
        return losses.loss(scene, layer, unit), expected
    expected = float(scene.one(phase, layer)[unit])
    match phase:
        case "a" if layer == INPUT:
            line = Line("input", at("x", unit), "x", expected)
            words = "It is what the first layer reads."
            return Explanation("function", at("x", unit), "x", words, lines=(line,)), expected
        case "z":
            return _FAMILIES.get(_kind(scene, layer), plain).forward(scene, layer, unit), expected
        case "a":
            return activations.forward(scene, layer, unit), expected
        case "da" if layer == scene.output:
            return losses.from_loss(scene, layer, unit), expected
        case "da":
            return _gathered(scene, layer, unit), expected
        case _ if layer == scene.output and layer not in scene.trace.da:
            return losses.from_cross_entropy(scene, layer, unit), expected
        case _:
            return activations.backward(scene, layer, unit), expected


def _gathered(scene: Scene, layer: str, unit: Place) -> Explanation:
    """∂L/∂a: what comes back from every layer that reads the unit."""
    terms: Terms = NO_TERMS
    names: list[str] = []
    for reader, place in scene.readers(layer):
        family = _FAMILIES.get(_kind(scene, reader))
        if family is None:
            terms = terms + plain.backward(scene, reader, place, unit)
        else:
            terms = terms + family.backward(scene, reader, layer, unit)
        names.append(f"`{reader}`")
    symbol = symbol_of("da", unit, layer)
    back = "\\sum_j \\frac{\\partial z_j}{\\partial a}\\, \\delta_j"
    sentence = f"Everything that the unit took part in comes back, through {' and '.join(names)}."
    if not names:
        sentence = "No layer reads this unit, so nothing comes back."
    return Explanation("sum", symbol, f"{symbol} = {back}", sentence, terms)


def _of_entry(
    scene: Scene, layer: str, phase: str, parameter: str, index: Place
) -> tuple[Explanation, float]:
    trace = scene.trace
    if not scene.declared[layer][parameter].trainable:
        before, after = trace.before[layer][parameter], trace.after[layer][parameter]
        expected = float(after[index]) - float(before[index])
        return normalization.renewal(scene, layer, parameter, index), expected
    if phase == "update":
        expected = float(trace.updates[layer][parameter][index])
        return updates.update(scene, layer, parameter, index), expected
    expected = float(trace.gradients[layer][parameter][index])
    family = _FAMILIES[_kind(scene, layer)]
    return family.gradient(scene, layer, parameter, index), expected


def _kind(scene: Scene, layer: str) -> str:
    return scene.layers[layer].kind


def _refuse_unit(scene: Scene, layer: str, phase: str, unit: Place) -> None:
    shape = scene.shapes[layer]
    if layer == INPUT and phase not in ("a", "da"):
        raise InputError(
            "The input is no layer: it has its values (`a`) and their gradient (`da`) alone.",
            place="phase",
        )
    if phase == "loss" and layer != scene.output:
        raise InputError(
            f"The loss is computed from the last layer, `{scene.output}`, got `{layer}`.",
            place="layer",
        )
    fits = len(unit) == len(shape)
    if not fits or any(not 0 <= u < n for u, n in zip(unit, shape, strict=True)):
        size, got = " × ".join(map(str, shape)), ", ".join(map(str, unit))
        raise InputError(
            f"The layer `{layer}` has {size} units, numbered from 0, got unit ({got}).",
            place="unit",
        )


def _refuse_entry(scene: Scene, layer: str, phase: str, parameter: str, index: Place) -> None:
    declared = scene.declared.get(layer, {})
    if not declared:
        raise InputError(
            f"The layer `{layer}` has no parameters, so that nothing of it is updated.",
            place="layer",
            remedy="Look at its units.",
        )
    if parameter not in declared:
        known = ", ".join(f"`{name}`" for name in declared)
        raise InputError(
            f"The layer `{layer}` has the parameters {known}, got `{parameter}`.",
            place="parameter",
        )
    shape = declared[parameter].shape
    fits = len(index) == len(shape)
    if not fits or any(not 0 <= i < n for i, n in zip(index, shape, strict=True)):
        size, got = " × ".join(map(str, shape)), ", ".join(map(str, index))
        raise InputError(
            f"`{layer}.{parameter}` has {size} entries, numbered from 0, got ({got}).",
            place="index",
        )
    if declared[parameter].trainable:
        return
    if phase == "gradient":
        raise InputError(
            f"`{layer}.{parameter}` is a moving average: no gradient changes it.",
            place="parameter",
            remedy="Look at its update.",
        )
    if not scene.trace.training or scene.trace.hyperparameters[f"frozen:{layer}"] > 0:
        raise InputError(
            f"`{layer}.{parameter}` is a moving average: a batch in training renews it, and this "
            "step does not.",
            place="parameter",
        )
