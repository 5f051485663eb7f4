"""Answers to questions about images: what the network sees, what it takes them for, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.probes.metrics import score
from netlapse.engine.probes.receptive import receptive_field
from netlapse.errors import InputError, StateError
from netlapse.protocol.questions import (
    Asked,
    Draw,
    EvaluatePart,
    FeatureMaps,
    Hardest,
    Occlusion,
    ReceptiveField,
    Saliency,
    Samples,
    UnitWeights,
)
from netlapse.protocol.walking import Arithmetic, Walk
from netlapse.spec.layers import INPUT
from netlapse.worker.drawings import fit
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import split_metrics
from netlapse.worker.subjects import Chosen, chosen, class_shares, label_of, part_of, ranked
from netlapse.worker.unit_weights import unit_weights
from netlapse.worker.walking import arithmetic, walk

MAX_NUMBERS = 16_000_000
"""Numbers of one answer: 64 MB."""
MAX_PLACES = 4096
"""Places of an occluding patch."""
BLOCK = 256
"""Occluded images that are made at once."""

Floats = NDArray[np.float32]
Reply = tuple[dict[str, Any], dict[str, Any]]
"""Values and arrays."""


def answer(opened: OpenRun, question: Asked, payload: memoryview) -> Reply:
    """The values and arrays that a question asks for.

    Raises:
        InputError: The question does not fit the data or the network.
    """
    match question:
        case Draw():
            return _draw(opened, question, payload)
        case FeatureMaps():
            return _feature_maps(opened, question, payload)
        case Hardest():
            return _hardest(opened, question)
        case Samples():
            return _samples(opened, question)
        case Saliency():
            return _saliency(opened, question, payload)
        case Occlusion():
            return _occlusion(opened, question, payload)
        case ReceptiveField():
            return _receptive_field(opened, question, payload)
        case UnitWeights():
            return unit_weights(opened, question)
        case EvaluatePart():
            return _evaluate_part(opened, question)
        case Walk():
            return walk(opened, question, payload)
        case Arithmetic():
            return arithmetic(opened, question, payload)
        case _:
            raise StateError(f"The worker does not know `{type(question).__name__}`.")


def _draw(opened: OpenRun, question: Draw, payload: memoryview) -> Reply:
    shape = _image_shape(opened)
    size = question.height, question.width, question.channels
    if len(payload) != np.prod(size):
        raise InputError(
            f"A drawing of {' × '.join(map(str, size))} has {np.prod(size):,} bytes, "
            f"got {len(payload):,}."
        )
    pixels = np.frombuffer(payload, np.uint8).reshape(size)
    fitted = fit(pixels, shape, centre=question.centre, ink=question.ink)
    outputs = _outputs(opened, fitted.seen[None])
    opened.drawings.keep(question.drawing, fitted.seen)
    values = {"note": fitted.note, "inverted": fitted.inverted}
    return values, {"seen": fitted.seen, "outputs": outputs[0]}


def _feature_maps(opened: OpenRun, question: FeatureMaps, payload: memoryview) -> Reply:
    image = _image(opened, question, payload).images
    shapes = opened.pictures.microscope.shapes()
    wanted = question.layers or tuple(layer for layer in shapes if layer != INPUT)
    _refuse_unknown(wanted, shapes)
    count = sum(int(np.prod(shapes[layer])) for layer in wanted)
    if count > MAX_NUMBERS:
        raise InputError(
            f"An answer may hold {MAX_NUMBERS:,} numbers, and this one has {count:,}.",
            remedy="Ask for fewer layers.",
        )
    look = opened.pictures.microscope.probe.look(opened.trainer.state.parameters, image)
    arrays = {f"activation:{layer}": look.activations[layer] for layer in wanted}
    return {}, {"input": image[0], **arrays}


def _hardest(opened: OpenRun, question: Hardest) -> Reply:
    data, trainer = opened.dataset, opened.trainer
    inputs, targets = part_of(data, question.part)
    losses, outputs = trainer.evaluator.losses(trainer.state.parameters, inputs, targets)
    table = ranked(data.task, outputs, targets)
    fits = np.ones(len(losses), bool)
    for name, label in (("truth", question.truth), ("predicted", question.predicted)):
        if label is not None:
            fits &= table[name] == label
    places = np.flatnonzero(fits)
    # What is not a number is the hardest of all.
    ordered = np.argsort(-np.nan_to_num(losses[places], nan=np.inf), kind="stable")
    places = places[ordered][: question.count]
    arrays = {name: values[places] for name, values in table.items()}
    arrays |= {"indices": places.astype(np.int32), "losses": losses[places]}
    return {"total": int(fits.sum()), "samples": len(losses)}, arrays


def _samples(opened: OpenRun, question: Samples) -> Reply:
    _image_shape(opened)
    inputs, targets = part_of(opened.dataset, question.part)
    indices = np.array(question.indices)
    if indices.max() >= len(inputs):
        raise InputError(
            f"The {question.part} part has the samples 0 to {len(inputs) - 1:,}, "
            f"got {indices.max():,}."
        )
    pixels = np.rint(255 * np.clip(inputs[indices], 0, 1)).astype(np.uint8)
    truth = targets[indices].reshape(len(indices))
    return {}, {"pixels": pixels, "truth": truth.astype(np.int32)}


def _saliency(opened: OpenRun, question: Saliency, payload: memoryview) -> Reply:
    image = _image(opened, question, payload).images
    task = opened.dataset.task
    outputs = _outputs(opened, image)
    label = label_of(task, outputs, question.label)
    probe = opened.pictures.microscope.probe
    logit, gradient = probe.saliency(opened.trainer.state.parameters, image[0], label)
    strength = np.abs(gradient)
    values = {
        "label": label,
        "logit": _finite(logit),
        "probability": _finite(class_shares(task, outputs)[0, label]),
    }
    arrays = {
        "gradient": gradient,
        "saliency": strength.max(axis=2) if strength.ndim == 3 else strength,
    }
    return values, arrays


def _occlusion(opened: OpenRun, question: Occlusion, payload: memoryview) -> Reply:
    height, width, _ = _image_shape(opened)
    (image,) = _image(opened, question, payload).images
    size, task = question.size, opened.dataset.task
    if size > min(height, width):
        raise InputError(
            f"The patch must fit into the image of {height} × {width} pixels, got {size} × {size}.",
            place="size",
        )
    tops = np.arange(0, height - size + 1, question.stride, dtype=np.int32)
    lefts = np.arange(0, width - size + 1, question.stride, dtype=np.int32)
    if len(tops) * len(lefts) > MAX_PLACES:
        raise InputError(
            f"A patch may have {MAX_PLACES:,} places, and this one has {len(tops) * len(lefts):,}.",
            place="stride",
            remedy="Use a larger stride.",
        )
    whole = _outputs(opened, image[None])
    label = label_of(task, whole, question.label)
    places = [(top, left) for top in tops for left in lefts]
    parts: list[Floats] = []
    for start in range(0, len(places), BLOCK):
        covered = np.repeat(image[None], len(places[start : start + BLOCK]), axis=0)
        for one, (top, left) in zip(covered, places[start : start + BLOCK], strict=True):
            one[top : top + size, left : left + size] = question.value
        parts.append(class_shares(task, _outputs(opened, covered))[:, label])
    probability = np.concatenate(parts).reshape(len(tops), len(lefts))
    values = {"label": label, "probability": _finite(class_shares(task, whole)[0, label])}
    return values, {"probability": probability, "top": tops, "left": lefts}


def _receptive_field(opened: OpenRun, question: ReceptiveField, payload: memoryview) -> Reply:
    _image_shape(opened)
    image = _image(opened, question, payload).images
    shapes = opened.pictures.microscope.shapes()
    _refuse_unknown((question.layer,), shapes)
    trainer = opened.trainer
    look = opened.pictures.microscope.probe.look(trainer.state.parameters, image)
    found = receptive_field(
        trainer.spec.network,
        shapes,
        trainer.state.parameters.get(question.layer, {}),
        look.activations,
        question.layer,
        question.unit,
    )
    return found.values(), found.arrays()


def _evaluate_part(opened: OpenRun, question: EvaluatePart) -> Reply:
    data, trainer = opened.dataset, opened.trainer
    inputs, targets = part_of(data, question.part)
    losses, outputs = trainer.evaluator.losses(trainer.state.parameters, inputs, targets)
    metrics = split_metrics(score(data.task, losses, outputs, targets, data.target_scale))
    return {"part": question.part, "metrics": metrics.model_dump(mode="json")}, {}


def _image(
    opened: OpenRun,
    question: FeatureMaps | Saliency | Occlusion | ReceptiveField,
    payload: memoryview,
) -> Chosen:
    return chosen(opened.dataset, opened.drawings, question.image, payload)


def _image_shape(opened: OpenRun) -> tuple[int, int, int]:
    shape = opened.dataset.image_shape
    if shape is None:
        raise InputError(f"This needs images, and {opened.dataset.name} has none.")
    return shape


def _refuse_unknown(wanted: Iterable[str], known: Iterable[str]) -> None:
    for layer in wanted:
        if layer not in known:
            raise InputError(f"There is no layer `{layer}`; there are: {', '.join(known)}.")


def _outputs(opened: OpenRun, images: Floats) -> Floats:
    return opened.pictures.microscope.probe.outputs(opened.trainer.state.parameters, images)


def _finite(value: float | np.floating[Any]) -> float | None:
    """A number as it travels: null where it is not finite."""
    return float(value) if np.isfinite(value) else None
