"""The network as units and weights: a column for each layer, a wire for each weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.scenes.caption import Caption
from netlapse.spec.layers import INPUT
from netlapse.spec.network import Network, layer_inputs

MOST_UNITS = 12
"""Units of a layer that are drawn; of more, the first and the last."""


@dataclass(frozen=True, eq=False)
class Column:
    """One layer."""

    layer: str
    depth: int
    """How many layers stand before it: where it is drawn."""
    shape: tuple[int, ...]
    units: int
    """Units, or channels of an image."""
    shown: tuple[int, ...]
    """Which of them are drawn."""
    labels: tuple[str, ...]
    """Beside each that is drawn; may be empty."""
    biases: NDArray[np.float32] | None
    """Of those that are drawn."""


@dataclass(frozen=True, eq=False)
class Wire:
    """From one column to another."""

    source: int
    target: int
    weights: NDArray[np.float32] | None
    """[shown units of the source, shown units of the target]; none where it has no weight for each
    pair."""


@dataclass(frozen=True, eq=False)
class NetworkScene:
    """Units and weights of a network."""

    caption: Caption
    columns: tuple[Column, ...]
    wires: tuple[Wire, ...]
    limit: float
    """The largest absolute weight that is drawn: the widest wire."""


def network_scene(
    caption: Caption,
    network: Network,
    shapes: Mapping[str, tuple[int, ...]],
    parameters: Mapping[str, NDArray[Any]],
    *,
    feature_names: Sequence[str] = (),
    output_names: Sequence[str] = (),
) -> NetworkScene:
    """The scene of a network.

    Args:
        caption: Which run and step.
        network: Its layers.
        shapes: The shape of one sample of each layer's output, and of `input`.
        parameters: By `<layer>.<parameter>`; may be empty.
        feature_names: Beside the features.
        output_names: Beside the output units.
    """
    depth = {INPUT: 0}
    reads = dict(zip((layer.id for layer in network.layers), layer_inputs(network), strict=True))
    for layer, names in reads.items():
        depth[layer] = 1 + max(depth.get(name, 0) for name in names)
    last = network.layers[-1].id if network.layers else INPUT
    columns = [
        _column(
            name,
            depth[name],
            shapes.get(name, ()),
            parameters,
            feature_names if name == INPUT else output_names if name == last else (),
        )
        for name in (INPUT, *reads)
    ]
    place = {column.layer: index for index, column in enumerate(columns)}
    wires = tuple(
        Wire(
            place[name], place[layer], _weights(columns[place[name]], columns[place[layer]], kernel)
        )
        for layer, names in reads.items()
        for name in names
        if name in place
        for kernel in [parameters.get(f"{layer}.kernel") if len(names) == 1 else None]
    )
    drawn = [np.abs(wire.weights) for wire in wires if wire.weights is not None]
    finite = [float(w[np.isfinite(w)].max(initial=0.0)) for w in drawn if w.size]
    return NetworkScene(caption, tuple(columns), wires, max(finite, default=0.0))


def _column(
    layer: str,
    depth: int,
    shape: tuple[int, ...],
    parameters: Mapping[str, NDArray[Any]],
    names: Sequence[str],
) -> Column:
    units = int(shape[-1]) if shape else 0
    shown = tuple(range(units))
    if units > MOST_UNITS:
        half = MOST_UNITS // 2
        shown = (*range(half), *range(units - half, units))
    bias = parameters.get(f"{layer}.bias")
    fits = bias is not None and bias.shape == (units,)
    return Column(
        layer=layer,
        depth=depth,
        shape=tuple(map(int, shape)),
        units=units,
        shown=shown,
        labels=tuple(names[unit] for unit in shown) if len(names) == units else (),
        biases=np.asarray(bias, np.float32)[list(shown)] if fits and bias is not None else None,
    )


def _weights(
    source: Column, target: Column, kernel: NDArray[Any] | None
) -> NDArray[np.float32] | None:
    """The weights between what is drawn of two columns; of a convolution the norm has no sign, so
    only a matrix has any."""
    if kernel is None or kernel.shape != (source.units, target.units):
        return None
    return np.asarray(kernel, np.float32)[np.ix_(source.shown, target.shown)]
