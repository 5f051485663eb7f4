"""What one unit sees of the input, and the arithmetic that makes its value.

Regions are kept as intervals of every axis and followed back layer by layer: a window of size k and
stride s turns the places [low, high] into [low · s − margin, high · s − margin + k − 1] of what it
reads (Dumoulin & Visin 2016, section 2). The result is the smallest rectangle that holds every
pixel on which the unit can depend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import InputError
from netlapse.spec.layers import INPUT, Shape
from netlapse.spec.layers.convolutions import margins
from netlapse.spec.network import Network, layer_inputs

Floats = NDArray[np.floating[Any]]
Region = tuple[tuple[int, int], ...]
"""The first and the last index along every axis of one sample."""


@dataclass(frozen=True)
class Window:
    """What slides over an image."""

    size: tuple[int, int]
    stride: int
    margins: tuple[int, int]
    """Rows above and columns to the left that lie in the padding."""
    mixes: bool
    """Whether it reads all channels, or only the one it writes."""


@dataclass(frozen=True)
class Arithmetic:
    """How a value comes from what is read."""

    operation: str
    patch: Floats | None = None
    kernel: Floats | None = None
    inside: NDArray[np.uint8] | None = None
    bias: float | None = None
    sum: float | None = None


@dataclass(frozen=True)
class Field:
    """What a unit sees, and how its value comes about."""

    field: Region
    """In the input, with what lies beyond its edges."""
    visible: Region
    reads: tuple[str, ...]
    window: Region | None
    arithmetic: Arithmetic
    value: float

    def values(self) -> dict[str, Any]:
        """The numbers as they travel; null where they are not finite."""
        arithmetic = self.arithmetic
        return {
            "operation": arithmetic.operation,
            "field": _rectangle(self.field),
            "visible": _rectangle(self.visible),
            "reads": list(self.reads),
            "window": None if self.window is None else _rectangle(self.window),
            "bias": _finite(arithmetic.bias),
            "sum": _finite(arithmetic.sum),
            "value": _finite(self.value),
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of the arithmetic."""
        arithmetic = self.arithmetic
        found = {"patch": arithmetic.patch, "kernel": arithmetic.kernel}
        arrays = {n: np.asarray(a, np.float32) for n, a in found.items() if a is not None}
        return arrays if arithmetic.inside is None else {**arrays, "inside": arithmetic.inside}


def receptive_field(
    network: Network,
    shapes: Mapping[str, Shape],
    parameters: Mapping[str, Any],
    activations: Mapping[str, Floats],
    layer: str,
    unit: Sequence[int],
) -> Field:
    """What a unit sees of an image, and how its value comes about.

    Args:
        network: The layers.
        shapes: Output shape of one sample by layer, and of `input`, which is an image.
        parameters: Arrays of the unit's layer.
        activations: Of every layer for the image, and the image itself.
        layer: The unit's layer.
        unit: Its place: one index for each axis of the layer's shape.

    Raises:
        InputError: There is no such unit.
    """
    shape = shapes[layer]
    if len(unit) != len(shape) or any(u >= length for u, length in zip(unit, shape, strict=True)):
        size = " × ".join(map(str, shape))
        place = ", ".join(map(str, unit))
        raise InputError(f"The layer `{layer}` has {size} units, got unit ({place}).", place="unit")
    start: Region = tuple((u, u) for u in unit)
    reads = dict(zip((entry.id for entry in network.layers), layer_inputs(network), strict=True))
    names = reads.get(layer, ())
    window = None
    if layer != INPUT:
        entry = next(entry for entry in network.layers if entry.id == layer)
        sliding = window_of(entry, shapes[names[0]])
        window = _slid(start, sliding, shapes[names[0]]) if sliding else None
        arithmetic = _arithmetic(entry, names, shapes, parameters, activations, tuple(unit))
    else:
        arithmetic = Arithmetic("element")
    return Field(
        field=_followed(network, shapes, layer, start, clip=False),
        visible=_followed(network, shapes, layer, start, clip=True),
        reads=names,
        window=window,
        arithmetic=arithmetic,
        value=float(activations[layer][tuple(unit)]),
    )


def window_of(layer: Any, shape: Shape) -> Window | None:
    """The window of a layer that slides over images of a shape; none of other layers."""
    match layer.kind:
        case "conv2d" | "separable-conv2d":
            size, stride, mixes = layer.kernel_size, layer.stride, True
        case "max-pool2d" | "average-pool2d":
            size, stride, mixes = layer.pool, layer.step, False
        case _:
            return None
    above, left = (margins(length, size, stride, layer.padding)[0] for length in shape[:2])
    return Window((size, size), stride, (above, left), mixes)


def _followed(
    network: Network, shapes: Mapping[str, Shape], layer: str, start: Region, *, clip: bool
) -> Region:
    """The region of the input that a region of a layer depends on."""
    regions: dict[str, Region] = {layer: start}
    entries = list(zip(network.layers, layer_inputs(network), strict=True))
    for entry, names in reversed(entries):
        if entry.id not in regions:
            continue
        region = regions[entry.id]
        if entry.function == "softmax":
            region = (*region[:-1], (0, shapes[entry.id][-1] - 1))
        read = _read(entry, region, [shapes[name] for name in names], shapes[entry.id])
        for name, part in zip(names, read, strict=True):
            if part is None:
                continue
            part = _clipped(part, shapes[name]) if clip else part
            regions[name] = _united(regions[name], part) if name in regions else part
    return regions[INPUT]


def _read(
    layer: Any, region: Region, inputs: Sequence[Shape], shape: Shape
) -> Sequence[Region | None]:
    """The regions of what a layer reads that a region of its output depends on."""
    first = inputs[0]
    sliding = window_of(layer, first)
    if sliding is not None:
        return [_slid(region, sliding, first)]
    match layer.kind:
        case "global-pool2d":
            return [(*_whole(first)[:2], region[0])]
        case "flatten":
            return [_unflattened(region, first)]
        case "concatenate":
            return _divided(region, inputs)
        case "layer-norm":
            return [(*region[:-1], (0, shape[-1] - 1))]
        case "dense":
            return [_whole(first)]
        case _ if all(own == shape for own in inputs):
            return [region] * len(inputs)
        case _:
            return [_whole(own) for own in inputs]


def _slid(region: Region, window: Window, shape: Shape) -> Region:
    rows, columns = (
        (low * window.stride - margin, high * window.stride - margin + size - 1)
        for (low, high), size, margin in zip(region[:2], window.size, window.margins, strict=True)
    )
    return rows, columns, (0, shape[2] - 1) if window.mixes else region[2]


def _unflattened(region: Region, shape: Shape) -> Region:
    ((low, high),) = region
    first, last = np.unravel_index([low, high], shape), []
    for axis, (begin, end) in enumerate(first):
        same = all(a == b for a, b in first[:axis])
        last.append((int(begin), int(end)) if same else (0, shape[axis] - 1))
    return tuple(last)


def _divided(region: Region, inputs: Sequence[Shape]) -> list[Region | None]:
    """A region of joined channels, channels by channels."""
    parts: list[Region | None] = []
    begin = 0
    for shape in inputs:
        low, high = (max(region[-1][0] - begin, 0), min(region[-1][1] - begin, shape[-1] - 1))
        parts.append((*region[:-1], (low, high)) if low <= high else None)
        begin += shape[-1]
    return parts


def _whole(shape: Shape) -> Region:
    return tuple((0, length - 1) for length in shape)


def _clipped(region: Region, shape: Shape) -> Region:
    return tuple(
        (max(low, 0), min(high, length - 1))
        for (low, high), length in zip(region, shape, strict=True)
    )


def _united(one: Region, other: Region) -> Region:
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(one, other, strict=True))


def _arithmetic(
    layer: Any,
    names: Sequence[str],
    shapes: Mapping[str, Shape],
    parameters: Mapping[str, Any],
    activations: Mapping[str, Floats],
    unit: tuple[int, ...],
) -> Arithmetic:
    """How a unit's value comes from what its layer reads."""
    x = activations[names[0]]
    sliding = window_of(layer, shapes[names[0]])
    match layer.kind:
        case "conv2d" | "separable-conv2d" if sliding:
            patch, inside = _patch(x, sliding, unit)
            kernel = _kernel_of(parameters, unit[2])
            return _weighted("convolution", patch, kernel, inside, parameters, unit)
        case "max-pool2d" | "average-pool2d" if sliding:
            patch, inside = _patch(x[:, :, unit[2] :][:, :, :1], sliding, unit)
            return _pooled(layer.kind == "max-pool2d", patch, inside)
        case "global-pool2d":
            patch = x[:, :, unit[0] :][:, :, :1]
            return _pooled(layer.mode == "max", patch, np.ones(patch.shape[:2], np.uint8))
        case "dense":
            kernel = np.asarray(parameters["kernel"])[:, unit[0]]
            return _weighted("weighted-sum", x, kernel, None, parameters, unit)
        case "flatten":
            return _element(np.array([x[np.unravel_index(unit[0], x.shape)]]))
        case "concatenate":
            whole = np.concatenate([activations[name] for name in names], axis=-1)
            return _element(np.array([whole[unit]]))
        case "activation" | "dropout" | "spatial-dropout2d":
            return _element(np.array([x[unit]]))
        case "add":
            patch = np.array([activations[name][unit] for name in names])
            return Arithmetic("element", patch, sum=float(patch.sum()))
        case "batch-norm":
            return Arithmetic(
                "element", np.array([x[unit]]), sum=float(activations[layer.id][unit])
            )
        case _:
            return Arithmetic("other")


def _element(patch: Floats) -> Arithmetic:
    return Arithmetic("element", patch, sum=float(patch[0]))


def _kernel_of(parameters: Mapping[str, Any], unit: int) -> Floats:
    """The kernel of one filter [height, width, channels]; of a separable one the product of both
    its parts, which is the kernel of the plain convolution that does the same."""
    if "kernel" in parameters:
        return np.asarray(parameters["kernel"])[:, :, :, unit]
    depthwise, pointwise = (np.asarray(a) for a in parameters.values() if a.ndim == 4)
    return depthwise[:, :, 0, :] * pointwise[0, 0, :, unit]


def _patch(x: Floats, window: Window, unit: tuple[int, ...]) -> tuple[Floats, NDArray[np.uint8]]:
    """What a window sees at a place [rows, columns, channels], zeros in the padding, and where it
    is inside [rows, columns]."""
    rows, columns = (
        place * window.stride - margin + np.arange(size)
        for place, margin, size in zip(unit[:2], window.margins, window.size, strict=True)
    )
    there = (rows >= 0) & (rows < x.shape[0]), (columns >= 0) & (columns < x.shape[1])
    inside = np.outer(*there)
    seen = x[np.clip(rows, 0, x.shape[0] - 1)][:, np.clip(columns, 0, x.shape[1] - 1)]
    return np.where(inside[:, :, None], seen, 0), inside.astype(np.uint8)


def _weighted(
    operation: str,
    patch: Floats,
    kernel: Floats,
    inside: NDArray[np.uint8] | None,
    parameters: Mapping[str, Any],
    unit: tuple[int, ...],
) -> Arithmetic:
    bias = float(parameters["bias"][unit[-1]]) if "bias" in parameters else 0.0
    total = float((patch.astype(np.float64) * kernel).sum()) + bias
    return Arithmetic(operation, patch, kernel, inside, bias, total)


def _pooled(largest: bool, patch: Floats, inside: NDArray[np.uint8]) -> Arithmetic:
    seen = patch[inside > 0].astype(np.float64)
    value = seen.max() if largest else seen.mean()
    operation = "maximum" if largest else "average"
    return Arithmetic(operation, patch, inside=inside, sum=float(value))


def _rectangle(region: Region) -> dict[str, int]:
    (top, bottom), (left, right), *_ = region
    return {"top": top, "left": left, "height": bottom - top + 1, "width": right - left + 1}


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
