"""Answers to questions about one update: a walk through it, and the arithmetic of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.probes.arithmetic.explain import UNIT_PHASES, explain
from netlapse.engine.probes.arithmetic.scene import Scene
from netlapse.engine.probes.arithmetic.terms import Explanation, Factor, spelled
from netlapse.engine.probes.walk_contributions import contributions, largest, of_units
from netlapse.engine.probes.walk_trace import Trace, decomposed
from netlapse.errors import InputError
from netlapse.protocol.walking import Arithmetic, Walk, WalkAnswer, Walked
from netlapse.spec.layers import INPUT
from netlapse.worker.opened import OpenRun
from netlapse.worker.walk_layers import described, phases

MAX_NUMBERS = 16_000_000
"""Numbers of one answer: 64 MB."""
SMALL_LAYER = 500_000
"""Numbers of a layer that travels unasked,"""
SMALL_ANSWER = 2_000_000
"""as long as all of them together have no more."""
Reply = tuple[dict[str, Any], dict[str, Any]]
Arrays = dict[str, NDArray[Any]]


def walk(opened: OpenRun, question: Walk, payload: memoryview) -> Reply:
    """Every number of one update.

    Raises:
        InputError: The question does not fit the data or the network.
    """
    trace = opened.walker.trace(opened, question, payload)
    row = _row(trace, question)
    scene = Scene(opened.trainer.structure, trace, row or 0)
    layers = {name: _layer_arrays(scene, name, row) for name in scene.shapes}
    sent = _sent(question, layers)
    arrays: Arrays = {
        "target": _shown(trace.targets, row, "mean"),
        "losses": trace.output_losses.sum(axis=1),
        "output_losses": _shown(trace.output_losses, row, "mean"),
        "ids": trace.ids,
    }
    for name in sent:
        arrays |= layers[name]
    changes = contributions(trace)
    values = _values(opened, trace, row, question.top)
    values["layers"] = described(scene, layers, sent, changes)
    values["phases"] = phases(scene)
    values["predicted_change"] = sum(
        float(array.sum()) for own in changes.values() for array in own.values()
    )
    answer = WalkAnswer.model_validate(_finite(values))
    return answer.model_dump(mode="json"), arrays


def arithmetic(opened: OpenRun, question: Arithmetic, payload: memoryview) -> Reply:
    """How one number comes about.

    Raises:
        InputError: There is no such number.
        StateError: It is not finite.
    """
    trace = opened.walker.trace(opened, question, payload)
    row = _row(trace, question) or 0
    scene = Scene(opened.trainer.structure, trace, row)
    unit, index = question.unit, question.index
    found = explain(scene, question.layer, question.phase, unit, question.parameter, index)
    of_unit = question.phase in UNIT_PHASES
    return {
        "layer": question.layer,
        "phase": question.phase,
        "unit": list(unit),
        "parameter": question.parameter,
        "index": list(index),
        "row": row if of_unit and trace.training else None,
        **_told(found.explanation, question.most),
        "expected": found.expected,
    }, {}


def _told(found: Explanation, most: int) -> dict[str, Any]:
    count = len(found.terms.values)
    told = {
        "operation": found.operation,
        "symbol": found.symbol,
        "formula": found.formula,
        "numbers": spelled(found),
        "sentence": found.sentence,
        "terms": [
            {
                "label": term.label,
                "factors": [_factor(factor) for factor in term.factors],
                "value": term.value,
            }
            for term in (found.terms.term(i) for i in range(min(most, count)))
        ],
        "count": count,
        "rest": float(found.terms.values[most:].sum()),
        "scale": found.scale,
        "bias": None if found.bias is None else _factor(found.bias),
        "winner": found.winner,
        "lines": [asdict(line) for line in found.lines],
        "result": found.result,
    }
    return _finite(told)


def _factor(factor: Factor) -> dict[str, Any]:
    return {**vars(factor), "index": list(factor.index)}


def _row(trace: Trace, question: Walked) -> int | None:
    """The sample that is shown; none for the mean over a batch."""
    if not trace.training:
        if question.row:
            raise InputError(f"A single sample is its own batch, got row {question.row}.")
        return 0
    if question.row is not None and question.row >= trace.samples:
        raise InputError(
            f"The batch has the samples 0 to {trace.samples - 1:,}, got {question.row:,}.",
            place="row",
        )
    return question.row


def _shown(values: NDArray[Any], row: int | None, over: str) -> NDArray[Any]:
    """Of the samples' values the one that is shown, or their mean or sum."""
    if row is not None:
        return values[row]
    return values.mean(axis=0) if over == "mean" else values.sum(axis=0)


_UNITS = {"z": "mean", "a": "mean", "dz": "sum", "da": "sum"}


def _layer_arrays(scene: Scene, layer: str, row: int | None) -> Arrays:
    """All buffers of a layer, or of the input."""
    trace = scene.trace
    arrays: Arrays = {}
    for quantity, over in _UNITS.items():
        own: Mapping[str, Any] = getattr(trace, quantity)
        if layer in own:
            arrays[f"{quantity}:{layer}"] = _shown(own[layer], row, over)
    if layer == INPUT or layer not in scene.declared:
        return arrays
    arrays[f"units:{layer}"] = of_units(trace, layer, scene.shapes[layer])
    for name in scene.declared[layer]:
        place = f"{layer}.{name}"
        arrays[f"w:{place}"] = trace.before[layer][name]
        arrays[f"new:{place}"] = trace.after[layer][name]
        if not scene.declared[layer][name].trainable:
            continue
        arrays[f"gradient:{place}"] = trace.gradients[layer][name]
        if scene.declared[layer][name].penalized and _is_penalized(trace):
            arrays[f"penalty:{place}"] = trace.penalties[layer][name]
        arrays[f"used:{place}"] = trace.used[layer][name]
        arrays[f"update:{place}"] = trace.updates[layer][name]
        for moment, tensors in trace.moments_before.items():
            arrays[f"{moment}_before:{place}"] = tensors[layer][name]
        for moment, tensors in trace.moments.items():
            arrays[f"{moment}:{place}"] = tensors[layer][name]
    return arrays


def _is_penalized(trace: Trace) -> bool:
    return bool(trace.hyperparameters["l1"] or trace.hyperparameters["l2"])


def _sent(question: Walk, layers: Mapping[str, Arrays]) -> list[str]:
    """The layers whose buffers travel."""
    sizes = {name: sum(array.size for array in own.values()) for name, own in layers.items()}
    for name in question.layers:
        if name not in layers:
            raise InputError(
                f"There is no layer `{name}`; there are: {', '.join(layers)}.", place="layers"
            )
    if question.layers:
        count = sum(sizes[name] for name in question.layers)
        if count > MAX_NUMBERS:
            raise InputError(
                f"An answer may hold {MAX_NUMBERS:,} numbers, and this one has {count:,}.",
                place="layers",
                remedy="Ask for fewer layers.",
            )
        return [name for name in layers if name in question.layers]
    sent: list[str] = []
    room = SMALL_ANSWER
    for name, size in sizes.items():
        if size <= min(SMALL_LAYER, room):
            room -= size
            sent.append(name)
    return sent


def _values(opened: OpenRun, trace: Trace, row: int | None, top: int) -> dict[str, Any]:
    trainer, data, numbers = opened.trainer, opened.dataset, trace.hyperparameters
    output = trainer.spec.network.layers[-1].id
    prediction = np.asarray(_shown(trace.a[output], row, "mean"), np.float64)
    targets = None if row is None else np.asarray(trace.targets[row], np.float64)
    regression = data.task == "regression"
    if regression:
        prediction = data.original(prediction)
        targets = None if targets is None else data.original(targets)
    return {
        "update_of": "batch" if trace.training else "sample",
        "mode": "training" if trace.training else "evaluation",
        "samples": trace.samples,
        "row": row if trace.training else None,
        "truth": None if targets is None or regression else _label(targets),
        "target": float(targets[0]) if targets is not None and regression else None,
        "prediction": prediction.tolist(),
        "loss_kind": trainer.structure.loss.kind,
        "loss": trace.loss,
        **_penalties(opened, trace),
        "loss_after": trace.loss_after,
        "change": trace.loss_after - trace.loss,
        "contributions": [
            {**vars(entry), "index": list(entry.index)} for entry in largest(trace, top)
        ],
        "optimizer": trainer.spec.training.optimizer.to_dict(),
        "optimizer_step": trace.optimizer_step,
        "corrections": trace.corrections,
        "learning_rate": trace.rate,
        "gradient_norm": trace.norm,
        "clip_norm": numbers["clip_norm"],
        "clip_value": numbers["clip_value"],
        "clip_scale": trace.clip_scale,
        "clipped": trace.clipped,
        "difference": decomposed(trace) if trace.training else None,
        "problem": _problem(opened, trace),
    }


def _penalties(opened: OpenRun, trace: Trace) -> dict[str, float]:
    """What L1 and L2 add to what is made small."""
    numbers, declared = trace.hyperparameters, Scene(opened.trainer.structure, trace).declared
    weights = [
        trace.before[layer][name].astype(np.float64)
        for layer, own in declared.items()
        for name, one in own.items()
        if one.penalized
    ]
    return {
        "penalty_l1": numbers["l1"] * sum(float(np.abs(w).sum()) for w in weights),
        "penalty_l2": numbers["l2"] / 2 * sum(float(np.square(w).sum()) for w in weights),
    }


def _label(targets: NDArray[Any]) -> int:
    """The class of a sample, from its outputs' targets."""
    return int(targets[0]) if len(targets) == 1 else int(targets.argmax())


def _problem(opened: OpenRun, trace: Trace) -> str:
    """Where the first number that is not finite is, in a sentence."""
    order = [layer.id for layer in opened.trainer.spec.network.layers]
    ways = (
        *((f"the pre-activations of `{one}` are", [trace.z[one]]) for one in order),
        ("the loss is", [np.array(trace.loss)]),
        *((f"δ of `{one}` is", [trace.dz[one]]) for one in reversed(order)),
        *(
            (f"the gradients of `{one}` are", list(trace.gradients.get(one, {}).values()))
            for one in order
        ),
        ("the norm of the gradient is", [np.array(trace.norm)]),
        *(
            (f"the new weights of `{one}` are", list(trace.after.get(one, {}).values()))
            for one in order
        ),
        ("the loss with the new weights is", [np.array(trace.loss_after)]),
    )
    for what, arrays in ways:
        if not all(np.isfinite(array).all() for array in arrays):
            return f"Not every number of this step is finite: {what} the first that is not."
    return ""


def _finite(value: Any) -> Any:
    """Plain data as it travels: null for what is not finite."""
    match value:
        case float():
            return value if np.isfinite(value) else None
        case dict():
            return {name: _finite(one) for name, one in value.items()}  # pyright: ignore
        case list() | tuple():
            return [_finite(one) for one in value]  # pyright: ignore
        case _:
            return value
