"""Activations and kernels as maps of bytes, with scales that are exact at zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from netlapse.spec.layers import Flatten, Shape
from netlapse.spec.network import Network, layer_inputs

Floats = NDArray[np.floating[Any]]
Limits = NDArray[np.float32]
T = TypeVar("T", bound=np.generic)
Name = TypeVar("Name")
Scope = Literal["unit", "layer", "network"]

SCALE = 1 / 127
ZERO = -1.0
NOT_FINITE = 255
"""A value is limit · (ZERO + SCALE · stored), stored being 0 to 254; this one stands for what is no
finite number."""


def unit_maps(values: Floats) -> Floats:
    """One map for each unit: (h, w, c) → [c, h, w], (units,) → [units, 1, 1].

    >>> unit_maps(np.zeros((4, 5, 3))).shape, unit_maps(np.zeros(6)).shape
    ((3, 4, 5), (6, 1, 1))
    """
    if values.ndim == 3:
        return values.transpose(2, 0, 1)
    return values.reshape(-1, 1, 1)


def kernel_maps(kernel: Floats, source: Shape | None, channel: int | None) -> Floats:
    """One map for each unit of what it reads of a channel, or of the mean over the channels.

    Args:
        kernel: Of a convolution [h, w, channels, units] or a dense layer [features, units].
        source: The shape of the image whose values the features are; none for mere features, which
            give maps of one row.
        channel: Which channel; one beyond the end is the last.

    Returns:
        [units, h, w].

    >>> kernel_maps(np.zeros((3, 3, 8, 16)), None, None).shape
    (16, 3, 3)
    >>> kernel_maps(np.zeros((4 * 5 * 2, 7)), (4, 5, 2), 1).shape
    (7, 4, 5)
    """
    if kernel.ndim == 2:
        kernel = kernel.reshape(*(source or (1, len(kernel), 1)), kernel.shape[1])
    chosen = kernel.mean(axis=2) if channel is None else kernel[:, :, min(channel, _last(kernel))]
    return chosen.transpose(2, 0, 1)


def _last(kernel: Floats) -> int:
    return kernel.shape[2] - 1


def kernel_channels(kernel: Any, source: Shape | None) -> int:
    """How many input channels a kernel reads."""
    if kernel.ndim == 2:
        return source[2] if source else 1
    return kernel.shape[2]


def kernel_name(parameters: Mapping[str, Any]) -> str | None:
    """The parameter that is shown as kernels: the one with the largest window.

    >>> kernel_name({"pointwise": np.zeros((1, 1, 8, 4)), "depthwise": np.zeros((3, 3, 1, 8))})
    'depthwise'
    """
    known = {name: value.shape for name, value in parameters.items() if value.ndim in (2, 4)}
    return max(known, key=lambda name: known[name][0], default=None)


def image_sources(network: Network, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """Of each layer whose features are the values of an image, one by one: the image's shape.

    Args:
        network: The layers.
        shapes: Output shape of one sample of every layer, and of `input`.
    """
    images: dict[str, Shape] = {}
    reads: dict[str, Shape] = {}
    for layer, names in zip(network.layers, layer_inputs(network), strict=True):
        if len(names) != 1:
            continue
        (name,) = names
        if name in images:
            reads[layer.id] = images[name]
        if isinstance(layer, Flatten) and len(shapes[name]) == 3:
            images[layer.id] = shapes[name]
        elif name in images and shapes[name] == shapes[layer.id] and layer.kind != "dense":
            images[layer.id] = images[name]  # such as dropout: each value keeps its place
    return reads


def reduced(maps: Floats, size: int) -> Floats:
    """Maps of at most so many rows and columns: means of equal blocks, those at the end smaller.

    >>> reduced(np.arange(8.0).reshape(1, 2, 4), 2).tolist()
    [[[2.5, 4.5]]]
    """
    _, height, width = maps.shape
    block = -(-max(height, width) // size)
    if block == 1:
        return maps
    sums = maps.astype(np.float64)
    for axis, length in ((1, height), (2, width)):
        starts = np.arange(0, length, block)
        counts = np.diff(np.append(starts, length))
        sums = np.add.reduceat(sums, starts, axis) / np.expand_dims(counts, (0, 3 - axis))
    return sums


def laid_out(
    maps: Mapping[Name, Floats],
) -> tuple[dict[Name, NDArray[np.float32]], dict[Name, Limits]]:
    """The same maps one behind the other in memory, and the largest finite absolute value of each
    unit: what is done to each of a hundred maps is done once.

    Args:
        maps: By name [units, h, w], all units.
    """
    if not maps:
        return {}, {}
    values = np.empty(sum(own.size for own in maps.values()), np.float32)
    places = _by_name(values, {name: own.shape for name, own in maps.items()})
    for name, own in maps.items():
        places[name][...] = own
    units = [len(own) for own in maps.values()]
    sizes = np.repeat([math.prod(own.shape[1:]) for own in maps.values()], units)
    starts = np.cumsum(sizes) - sizes
    absolute = np.abs(values)
    most = np.maximum.reduceat(absolute, starts)
    if not np.isfinite(most).all():
        absolute[~np.isfinite(absolute)] = 0
        most = np.maximum.reduceat(absolute, starts)
    return places, _by_name(most, {name: own.shape[:1] for name, own in maps.items()})


def limits(largest: Mapping[str, Limits], scope: Scope) -> dict[str, Limits]:
    """What full scale stands for in each map: the largest finite absolute value of the unit, of the
    layer or of all layers; 1 where there is none but zero.

    Args:
        largest: By layer, of each of its units [units].
        scope: What shares a scale.

    >>> limits({"a": np.float32([2, 0]), "b": np.float32([8])}, "layer")["a"].tolist()
    [2.0, 2.0]
    """
    if scope == "layer":
        largest = {layer: np.full_like(own, own.max(initial=0)) for layer, own in largest.items()}
    elif scope == "network":
        most = max((own.max(initial=0) for own in largest.values()), default=0)
        largest = {layer: np.full_like(own, most) for layer, own in largest.items()}
    return {layer: np.where(own > 0, own, np.float32(1)) for layer, own in largest.items()}


def quantized(
    maps: Mapping[str, Floats], limit: Mapping[str, Limits]
) -> dict[str, NDArray[np.uint8]]:
    """Maps as bytes, by their names.

    Args:
        maps: [units, h, w].
        limit: Of each unit [units].

    >>> quantized({"a": np.array([[[-2.0, 0, 1, np.nan]]])}, {"a": np.float32([2])})["a"].tolist()
    [[[0, 127, 190, 255]]]
    """
    shapes = {name: own.shape for name, own in maps.items()}
    share = np.empty(sum(own.size for own in maps.values()), np.float32)
    for name, place in _by_name(share, shapes).items():
        np.divide(maps[name], limit[name][:, None, None], out=place, casting="same_kind")
    finite = np.isfinite(share)
    all_finite = bool(finite.all())
    if not all_finite:
        share[~finite] = 0
    np.clip(share, -1, 1, out=share)
    share *= 127
    share += 127
    stored = np.rint(share, out=share).astype(np.uint8)
    if not all_finite:
        stored[~finite] = NOT_FINITE
    return _by_name(stored, shapes)


def _by_name(values: NDArray[T], shapes: Mapping[Name, Shape]) -> dict[Name, NDArray[T]]:
    """Views of an array that holds others, one behind the other."""
    found: dict[Name, NDArray[T]] = {}
    start = 0
    for name, shape in shapes.items():
        end = start + math.prod(shape)
        found[name] = values[start:end].reshape(shape)
        start = end
    return found
