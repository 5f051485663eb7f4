"""How much each weight and unit adds to the loss's change in one update.

The contribution of an entry w is ∂L/∂w · Δw. Over all trained parameters they sum to the change of
the loss to first order; the true one, L(w + Δw) − L(w) on the same samples and masks, has the terms
of higher order besides: ½ ΔwᵀHΔw + …, H being the matrix of second derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.probes.walk_trace import Trace
from netlapse.spec.layers import Shape

NO_UNITS = ("depthwise_kernel",)
"""Arrays whose last axis is not the layer's units."""


@dataclass(frozen=True)
class Entry:
    """One weight or bias."""

    layer: str
    parameter: str
    index: tuple[int, ...]
    value: float
    """∂L/∂w · Δw."""
    gradient: float
    update: float


def contributions(trace: Trace) -> dict[str, dict[str, NDArray[np.float64]]]:
    """∂L/∂w · Δw of every trained entry, by layer and parameter."""
    return {
        layer: {
            name: gradient.astype(np.float64) * trace.updates[layer][name]
            for name, gradient in own.items()
        }
        for layer, own in trace.gradients.items()
    }


def largest(trace: Trace, count: int) -> list[Entry]:
    """The entries that contribute most by size, the largest first; equal ones in their order."""
    found: list[Entry] = []
    for layer, own in contributions(trace).items():
        for name, values in own.items():
            flat = np.abs(np.nan_to_num(values.ravel()))
            for place in np.argsort(-flat, kind="stable")[:count]:
                index = tuple(int(i) for i in np.unravel_index(place, values.shape))
                found.append(
                    Entry(
                        layer,
                        name,
                        index,
                        float(values[index]),
                        float(trace.gradients[layer][name][index]),
                        float(trace.updates[layer][name][index]),
                    )
                )
    found.sort(key=lambda entry: -abs(np.nan_to_num(entry.value)))
    return found[:count]


def of_units(trace: Trace, layer: str, shape: Shape) -> NDArray[np.float64]:
    """The sum over the entries of each unit, whose number is their last index [units]."""
    total = np.zeros(shape[-1])
    for name, gradient in trace.gradients[layer].items():
        if name not in NO_UNITS:
            values = gradient.astype(np.float64) * trace.updates[layer][name]
            total += values.reshape(-1, values.shape[-1]).sum(axis=0)
    return total
