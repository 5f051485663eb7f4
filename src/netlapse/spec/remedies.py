"""Fixes of errors: what one click does about a layer that does not fit where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from netlapse.spec.findings import Fix, PatchOperation, replace
from netlapse.spec.layers import (
    INPUT,
    Add,
    AnyLayer,
    Concatenate,
    Conv2D,
    Dense,
    Flatten,
    SeparableConv2D,
    Shape,
)
from netlapse.spec.layers.convolutions import output_length
from netlapse.spec.layers.pooling import Pool2D
from netlapse.spec.network import Network, free_id, layer_inputs
from netlapse.spec.wiring import place_of, removed

MAX_FILTERS, MAX_UNITS, MAX_STRIDE = 512, 4096, 8


def fix_of(network: Network, index: int, known: Mapping[str, Shape]) -> Fix | None:
    """What would let a layer fit, where one click can do it.

    Args:
        network: The network.
        index: The place of a layer that does not fit.
        known: The shapes of the layers before it, and of `input`.
    """
    layer, names = network.layers[index], layer_inputs(network)[index]
    shapes = tuple(known[name] for name in names if name in known)
    if len(shapes) < len(names) or not shapes:
        return _read_before(network, index, names)
    if isinstance(layer, Add | Concatenate):
        return _fitting_merge(network, index, names, shapes)
    if len(shapes) != 1:
        return replace(f"/network/layers/{index}/inputs", [names[-1]], f"Read {names[-1]} alone")
    if isinstance(layer, Dense):
        return insert_flatten(network, index)
    if len(shapes[0]) != 3:
        return _without_flatten(network, names[0], known)
    return _smaller_window(network, index, shapes[0])


def insert_flatten(network: Network, index: int) -> Fix:
    """A flatten layer before a layer that reads one other."""
    layer, path = network.layers[index], f"/network/layers/{index}"
    value: dict[str, Any] = {"kind": "flatten", "id": free_id("flatten", network)}
    patch = [PatchOperation(op="add", path=path, value=value)]
    if layer.inputs is not None:  # it names what it reads: now the flatten layer does
        value["inputs"] = list(layer.inputs)
        after = f"/network/layers/{index + 1}/inputs"
        patch.append(PatchOperation(op="replace", path=after, value=[value["id"]]))
    return Fix(title="Insert a flatten layer", patch=tuple(patch))


def _read_before(network: Network, index: int, names: Sequence[str]) -> Fix | None:
    """The layer before instead of what is not there, or would make a circle."""
    layer, path = network.layers[index], f"/network/layers/{index}/inputs"
    before = network.layers[index - 1].id if index else INPUT
    if not isinstance(layer, Add | Concatenate):
        return replace(path, None, f"Read {before}")
    earlier = {INPUT, *(other.id for other in network.layers[:index])}
    left = [name for name in names if name in earlier]
    if len(left) >= 2 and len(left) < len(names):
        return replace(path, left, f"Read {' and '.join(left)} alone")
    return None


def _without_flatten(network: Network, name: str, known: Mapping[str, Shape]) -> Fix | None:
    place = place_of(network, name)
    if place is None or place < 0 or not isinstance(network.layers[place], Flatten):
        return None
    (read, *_) = layer_inputs(network)[place] or (name,)
    if len(known.get(read, ())) != 3:
        return None
    if sum(name in names for names in layer_inputs(network)) > 1:
        return None
    return Fix(title=f"Remove {name}", patch=removed(network, place))


def _smaller_window(network: Network, index: int, shape: Shape) -> Fix | None:
    """A window that fits: zeros around the map, or a smaller one; no pooling of a single value."""
    layer, path, most = network.layers[index], f"/network/layers/{index}", min(shape[:2])
    if isinstance(layer, Pool2D):
        if most > 1:
            return replace(f"{path}/pool", most, f"Use a pool of {most}")
        return Fix(title=f"Remove {layer.id}", patch=removed(network, index))
    if not isinstance(layer, Conv2D | SeparableConv2D):
        return None
    if layer.kernel_size < 2 * most:
        return replace(f"{path}/padding", "same", "Use the padding same")
    return replace(f"{path}/kernel_size", most, f"Use a kernel of {most}")


def _fitting_merge(
    network: Network, index: int, names: Sequence[str], shapes: tuple[Shape, ...]
) -> Fix | None:
    """A projection of the larger of two maps to the shape of the other, or one input less."""
    if len(names) == 1:
        title = f"Remove {network.layers[index].id}"
        return Fix(title=title, patch=removed(network, index))
    if len(names) != 2 or names[0] == names[1]:
        return None
    for of, to in ((0, 1), (1, 0)):
        projection = _projection(network.layers[index], shapes[of], shapes[to])
        if projection is None:
            continue
        projection |= {"id": free_id("shortcut", network), "inputs": [names[of]]}
        reads = [projection["id"] if k == of else name for k, name in enumerate(names)]
        path = f"/network/layers/{index}"
        insert = PatchOperation(op="add", path=path, value=projection)
        rewire = PatchOperation(
            op="replace", path=f"/network/layers/{index + 1}/inputs", value=reads
        )
        what = "1×1 convolution" if projection["kind"] == "conv2d" else "dense layer"
        return Fix(title=f"Put a {what} after {names[of]}", patch=(insert, rewire))
    return None


def _projection(layer: AnyLayer, of: Shape, to: Shape) -> dict[str, Any] | None:
    """The linear layer that brings one shape to another, where there is one."""
    if len(of) == len(to) == 1 and to[0] <= MAX_UNITS:
        return {"kind": "dense", "units": to[0]}
    if len(of) != 3 or len(to) != 3:
        return None
    filters = to[2] if isinstance(layer, Add) else of[2]
    stride = -(-of[0] // to[0])
    fits = all(
        output_length(n, 1, stride, "same") == m for n, m in zip(of[:2], to[:2], strict=True)
    )
    if not fits or stride > MAX_STRIDE or filters > MAX_FILTERS:
        return None
    return {"kind": "conv2d", "filters": filters, "kernel_size": 1, "stride": stride}
