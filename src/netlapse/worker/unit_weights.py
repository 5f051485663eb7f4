"""The exact weights of one unit, for whoever reads or edits them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.probes.maps import image_sources
from netlapse.errors import InputError
from netlapse.protocol.questions import UnitWeights
from netlapse.spec.layers import INPUT, Shape
from netlapse.spec.network import declared_parameters
from netlapse.worker.opened import OpenRun

Arrays = dict[str, NDArray[Any]]


def unit_weights(opened: OpenRun, question: UnitWeights) -> tuple[dict[str, Any], Arrays]:
    """The arrays of a layer cut to one of its units.

    Raises:
        InputError: There is no such layer, or no such unit.
    """
    microscope, spec = opened.pictures.microscope, opened.trainer.spec
    shapes = microscope.shapes()
    layers = {layer.id: layer for layer in spec.network.layers}
    if question.layer not in layers:
        raise InputError(f"There is no layer `{question.layer}`; there are: {', '.join(layers)}.")
    units = shapes[question.layer][-1]
    if question.unit >= units:
        raise InputError(
            f"The layer `{question.layer}` has {units:,} units, got unit {question.unit:,}.",
            place="unit",
        )
    declared = declared_parameters(spec.network, shapes[INPUT]).get(question.layer, {})
    parameters = opened.trainer.state.parameters.get(question.layer, {})
    whole = {name: np.asarray(array, np.float32) for name, array in parameters.items()}
    source = image_sources(spec.network, shapes).get(question.layer)
    arrays = {name: _own(name, array, question.unit, source) for name, array in whole.items()}
    values = {
        "shapes": {name: list(array.shape) for name, array in whole.items()},
        "renewed": [name for name in whole if not declared[name].trainable],
    }
    return values, arrays


def _own(name: str, array: NDArray[Any], unit: int, source: Shape | None) -> NDArray[Any]:
    """What of an array belongs to a unit: planes [height, width, channels], or a row [features]."""
    if name == "depthwise_kernel":  # its last axis are the channels that it reads
        return array[:, :, 0, :]
    own = array[..., unit]
    if own.ndim == 1 and source is not None:
        return own.reshape(source)
    return own if own.ndim == 3 and own.shape[:2] != (1, 1) else own.reshape(-1)
