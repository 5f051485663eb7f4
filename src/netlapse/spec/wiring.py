"""Which layer reads which, by place in the list; and putting layers between others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from netlapse.spec.findings import PatchOperation
from netlapse.spec.layers import INPUT, AnyLayer
from netlapse.spec.network import Network, layer_inputs

SOURCE = -1
"""The place of the features, which stand before the first layer."""


@dataclass(frozen=True)
class Wiring:
    """The graph of a network. Wires that lead nowhere, or back, are left out: so it has no circle.

    >>> from netlapse.spec.layers import Dense
    >>> wiring = Wiring(Network(layers=(Dense(kind="dense", id="a"), Dense(kind="dense", id="b"))))
    >>> wiring.reads, wiring.readers(0), [wiring.layer(i).id for i in wiring.trunk(1)]
    (((-1,), (0,)), (1,), ['b', 'a'])
    """

    network: Network

    @cached_property
    def reads(self) -> tuple[tuple[int, ...], ...]:
        """The places that each layer reads."""
        known = {INPUT: SOURCE}
        reads: list[tuple[int, ...]] = []
        for index, names in enumerate(layer_inputs(self.network)):
            reads.append(tuple(known[name] for name in names if name in known))
            known.setdefault(self.network.layers[index].id, index)
        return tuple(reads)

    def layer(self, place: int) -> AnyLayer:
        """The layer at a place."""
        return self.network.layers[place]

    def readers(self, place: int) -> tuple[int, ...]:
        """The places of the layers that read a place."""
        return tuple(reader for reader, read in enumerate(self.reads) if place in read)

    def trunk(self, place: int) -> Iterator[int]:
        """From a place back to the features; of what a layer merges, what stands last."""
        while place != SOURCE:
            yield place
            place = max(self.reads[place], default=SOURCE)

    def behind(self, place: int) -> tuple[int, ...]:
        """The places of all layers that read a place, directly or through others, in order."""
        reached = {place}
        for index, reads in enumerate(self.reads):
            if reached.intersection(reads):
                reached.add(index)
        return tuple(sorted(reached - {place}))


def place_of(network: Network, name: str) -> int | None:
    """The place of a layer, of the features for `input`; none where there is no such layer."""
    if name == INPUT:
        return SOURCE
    return next((i for i, layer in enumerate(network.layers) if layer.id == name), None)


def inserted(
    network: Network, layers: Sequence[AnyLayer], after: int
) -> tuple[Network, tuple[PatchOperation, ...]]:
    """The network with layers after a place, whose readers then read the last of them.

    Args:
        network: The network.
        layers: A chain; the first reads the place unless it names something else.
        after: A place.

    Returns:
        The new network, and the same as a patch on the spec.
    """
    name = network.layers[after].id if after != SOURCE else INPUT
    at, last = after + 1, layers[-1].id
    patch = [
        PatchOperation(op="add", path=f"/network/layers/{at + k}", value=layer.to_dict())
        for k, layer in enumerate(layers)
    ]
    behind: list[AnyLayer] = []
    for place, reader in enumerate(network.layers[at:], at + len(layers)):
        if reader.inputs is None or name not in reader.inputs:
            behind.append(reader)
            continue
        reads = list(dict.fromkeys(last if read == name else read for read in reader.inputs))
        behind.append(reader.model_copy(update={"inputs": tuple(reads)}))
        path = f"/network/layers/{place}/inputs"
        patch.append(PatchOperation(op="replace", path=path, value=reads))
    changed = (*network.layers[:at], *layers, *behind)
    return Network.model_construct(layers=changed), tuple(patch)


def removed(network: Network, place: int) -> tuple[PatchOperation, ...]:
    """A patch that takes out a layer; its readers then read what it read, of several the first."""
    layer = network.layers[place]
    (heir, *_) = layer_inputs(network)[place] or (INPUT,)
    patch: list[PatchOperation] = []
    for index, reader in enumerate(network.layers):
        if index == place:
            continue
        if reader.inputs is not None and layer.id in reader.inputs:
            reads = list(dict.fromkeys(heir if n == layer.id else n for n in reader.inputs))
        elif reader.inputs is None and index == place + 1 and layer.inputs is not None:
            reads = [heir]  # the layer before is another than the one that it shall read
        else:
            continue
        path = f"/network/layers/{index}/inputs"
        patch.append(PatchOperation(op="replace", path=path, value=reads))
    return (*patch, PatchOperation(op="remove", path=f"/network/layers/{place}"))
