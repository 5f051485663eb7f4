"""Weights and biases: as maps where they are small, and as histograms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.scenes.caption import Caption

MOST_PANELS = 12
MOST_SIDE = 128
"""Rows and columns of a matrix that is drawn as a map."""
BINS = 40


@dataclass(frozen=True, eq=False)
class WeightPanel:
    """One array of parameters."""

    name: str
    """`<layer>.<parameter>`."""
    shape: tuple[int, ...]
    matrix: NDArray[np.float32] | None
    """The array itself where it is a matrix that can be seen [rows, columns]."""
    counts: NDArray[np.int64]
    """Histogram of the finite values [bins]."""
    edges: NDArray[np.float64]
    """Its borders [bins + 1]."""
    limit: float
    """Largest absolute value."""
    not_finite: int


@dataclass(frozen=True, eq=False)
class WeightsScene:
    """The parameters of a network."""

    caption: Caption
    panels: tuple[WeightPanel, ...]
    left_out: int
    """Arrays there was no room for."""
    parameters: int
    """Numbers in all."""


def weights_scene(caption: Caption, parameters: Mapping[str, NDArray[Any]]) -> WeightsScene:
    """The scene of all parameters, by `<layer>.<parameter>`.

    Raises:
        DataError: The network has none.
    """
    if not parameters:
        raise DataError("This network has no weights.", place="weights")
    # Kernels before biases where not all have room.
    first = sorted(parameters, key=lambda name: parameters[name].ndim < 2)[:MOST_PANELS]
    chosen = [name for name in parameters if name in first]
    return WeightsScene(
        caption=caption,
        panels=tuple(_panel(name, parameters[name]) for name in chosen),
        left_out=len(parameters) - len(chosen),
        parameters=sum(int(array.size) for array in parameters.values()),
    )


def _panel(name: str, array: NDArray[Any]) -> WeightPanel:
    values = np.asarray(array, np.float64)
    finite = values[np.isfinite(values)]
    limit = float(np.abs(finite).max()) if finite.size else 0.0
    reach = limit or 1.0
    counts, edges = np.histogram(finite, BINS, (-reach, reach))
    seen = array.ndim == 2 and max(array.shape) <= MOST_SIDE
    return WeightPanel(
        name=name,
        shape=tuple(map(int, array.shape)),
        matrix=np.asarray(array, np.float32) if seen else None,
        counts=counts.astype(np.int64),
        edges=edges,
        limit=limit,
        not_finite=int(values.size - finite.size),
    )
