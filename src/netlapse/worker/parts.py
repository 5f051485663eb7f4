"""Engine values as the documents that travel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from netlapse.data import Dataset, InputPlane
from netlapse.engine.probes.boundary import Map
from netlapse.engine.probes.layers import Distribution, LayerActivity, distribution
from netlapse.engine.probes.metrics import Scores
from netlapse.engine.samples import Samples
from netlapse.errors import NetlapseError
from netlapse.protocol.frames import Array, Quantized, pack
from netlapse.protocol.messages import (
    AxisPart,
    BoundaryPart,
    Evaluation,
    LayerPart,
    ProblemPart,
    Refused,
    Reply,
    SplitMetrics,
    Summary,
)

Send = Callable[..., None]
"""Sends an event, and its payload where it has one."""


def samples_of(dataset: Dataset) -> Samples:
    """What the engine needs of a dataset."""
    return Samples(
        task=dataset.task,
        output_units=dataset.output_units,
        train_inputs=dataset.train_inputs,
        train_targets=dataset.train_targets,
        validation_inputs=dataset.validation_inputs,
        validation_targets=dataset.validation_targets,
    )


def problem_part(error: NetlapseError) -> ProblemPart:
    """An error as it travels."""
    return ProblemPart(**error.as_dict())


def refused(command: int, error: NetlapseError) -> Refused:
    """Why a command is not carried out."""
    return Refused(kind="refused", command=command, problem=problem_part(error))


def replied(
    command: int, step: int, values: Mapping[str, Any], arrays: Mapping[str, Any]
) -> tuple[Reply, bytes]:
    """The answer to a question, and its payload.

    Args:
        command: The question's number.
        step: That it is about.
        values: Of the answer, as JSON has them.
        arrays: Of the answer, by name.
    """
    buffers, payload = pack(arrays)
    reply = Reply(kind="reply", command=command, step=step, values=dict(values), buffers=buffers)
    return reply, payload


def split_metrics(scores: Scores) -> SplitMetrics:
    """Metrics; numbers that are not finite become null."""
    fields: dict[str, Any] = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(scores).items()
    }
    return SplitMetrics.model_construct(**fields)


def evaluation(step: int, epoch: float, scores: tuple[Scores, Scores | None]) -> Evaluation:
    """Metrics of both splits."""
    train, validation = scores
    return Evaluation.model_construct(
        step=step,
        epoch=epoch,
        train=split_metrics(train),
        validation=None if validation is None else split_metrics(validation),
    )


def boundary_part(plane: InputPlane) -> BoundaryPart:
    """What the axes of a boundary are."""
    x = AxisPart(name=plane.x_name, low=float(plane.x_values[0]), high=float(plane.x_values[-1]))
    y = None
    if plane.y_name:
        low, high = float(plane.y_values[0]), float(plane.y_values[-1])
        y = AxisPart(name=plane.y_name, low=low, high=high)
    return BoundaryPart(x=x, y=y, description=plane.description)


def map_buffers(
    maps: Mapping[str, Map], height: int, width: int, unit_size: int
) -> dict[str, Array | Quantized]:
    """Maps by buffer name, laid out as grids."""
    buffers: dict[str, Array | Quantized] = {}
    for name, entry in maps.items():
        count = entry.stored.shape[0]
        shape = (count, height, width) if name == "" else (count, unit_size, unit_size)
        stored = Quantized(entry.stored.reshape(shape), entry.scale, entry.zero)
        buffers["boundary" if name == "" else f"unit:{name}"] = stored
    return buffers


def layer_part(
    layer: str, activity: LayerActivity, parameters: Mapping[str, Any]
) -> tuple[LayerPart, dict[str, Array | Quantized]]:
    """What the inspector shows of a layer, and its buffers."""
    gradients = activity.gradients.get(layer, {})
    values = activity.activations[layer]
    summaries = [
        _summary("activations", distribution(values)),
        _summary("pre-activations", distribution(activity.pre_activations[layer])),
    ]
    for name, quantity in (("kernel", "weights"), ("bias", "biases")):
        if name in parameters:
            summaries.append(_summary(quantity, distribution(np.asarray(parameters[name]))))
    for name, quantity in (("kernel", "weight gradients"), ("bias", "bias gradients")):
        if name in gradients:
            summaries.append(_summary(quantity, distribution(gradients[name])))
    buffers: dict[str, Array | Quantized] = {
        f"activation:{layer}": values.mean(axis=0, dtype=np.float32)
    }
    for name, gradient in gradients.items():
        buffers[f"gradient:{layer}:{name}"] = gradient
    return LayerPart(layer=layer, summaries=tuple(summaries)), buffers


def _summary(quantity: str, values: Distribution) -> Summary:
    return Summary.model_construct(quantity=quantity, **asdict(values))
