"""The network: its layers in order, and what there is to know about them before training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from netlapse.errors import SpecError
from netlapse.spec.base import Document
from netlapse.spec.findings import Finding
from netlapse.spec.layers import INPUT, AnyLayer, Parameter, Shape

Task = Literal["binary", "multiclass", "regression"]
"""What the targets ask for: one of two classes, one of several, or numbers."""

MAX_LAYERS = 200


class Network(Document):
    """Layers, each reading the one before it or those it names. May be unfinished."""

    layers: Annotated[tuple[AnyLayer, ...], Field(max_length=MAX_LAYERS)] = ()
    """The layers from input to output."""


@dataclass(frozen=True)
class Facts:
    """What a network must know of its data."""

    input_shape: Shape
    """The shape of one sample."""
    task: Task
    output_units: int
    """Units that the targets need: 1 for two classes, the number of classes, or of values."""
    samples: int
    """Training samples."""


class LayerReport(Document):
    """What one layer comes to in its place."""

    layer: str
    """Its id."""
    inputs: tuple[str, ...]
    """Ids of what it reads."""
    input_shapes: tuple[tuple[int, ...], ...]
    """Shapes of one sample of what it reads."""
    output_shape: tuple[int, ...] | None
    """Shape of one sample of its output; none where an error prevents it."""
    parameters: int
    """Trainable numbers."""
    multiply_adds: int
    """Multiply-adds of one sample's forward pass."""
    memory_bytes: int
    """Bytes of its output for one sample."""


class MemoryEstimate(Document):
    """What a training holds in memory, in bytes, besides the program itself.

    A step is computed from the state before to the state after, so a state, which is parameters
    and moments, is there three times.
    """

    parameters: int
    """Weights, biases and moving averages."""
    gradients: int
    """One number for each that is trained."""
    optimizer: int
    """Moments of the optimizer."""
    copies: int
    """The state before a step and the one in progress."""
    activations: int
    """What all layers give for a batch, kept for the way back, and the largest work array."""
    data: int
    """The training part."""
    total: int
    """The sum."""
    asks: bool
    """Whether it is so much that a start has to be confirmed."""


class Examination(Document):
    """Shapes, counts and findings of a network on its data."""

    layers: tuple[LayerReport, ...]
    """One entry for each layer, in order."""
    findings: tuple[Finding, ...]
    """Errors first, then warnings, then advice."""
    parameters: int
    """Trainable numbers in all."""
    trainable: bool
    """Whether there is no error."""
    memory: MemoryEstimate | None = None
    """What its training takes; none where only the network was examined."""


def layer_inputs(network: Network) -> tuple[tuple[str, ...], ...]:
    """The ids that each layer reads, defaults filled in.

    >>> from netlapse.spec.layers import Dense
    >>> layer_inputs(Network(layers=(Dense(kind="dense", id="a"), Dense(kind="dense", id="b"))))
    (('input',), ('a',))
    """
    before = INPUT
    named: list[tuple[str, ...]] = []
    for layer in network.layers:
        named.append(layer.inputs if layer.inputs is not None else (before,))
        before = layer.id
    return tuple(named)


def declared_parameters(network: Network, input_shape: Shape) -> dict[str, Mapping[str, Parameter]]:
    """The trainable arrays of every layer that has any, in order.

    Raises:
        SpecError: A layer does not fit its inputs.
    """
    shapes: dict[str, Shape] = {INPUT: input_shape}
    declared: dict[str, Mapping[str, Parameter]] = {}
    for layer, names in zip(network.layers, layer_inputs(network), strict=True):
        read = tuple(shape_of(name, layer.id, shapes) for name in names)
        shapes[layer.id] = layer.output_shape(read)
        parameters = layer.parameters(read)
        if parameters:
            declared[layer.id] = parameters
    return declared


def shape_of(name: str, reader: str, shapes: Mapping[str, Shape]) -> Shape:
    if name not in shapes:
        raise SpecError(
            f"Layer `{reader}` reads `{name}`, which does not stand before it.",
            place=f"layer `{reader}`",
            remedy="Name an earlier layer or `input`.",
        )
    return shapes[name]


def free_id(stem: str, network: Network) -> str:
    """An id that no layer has yet.

    >>> free_id("output", Network())
    'output'
    """
    taken = {layer.id for layer in network.layers}
    names = (stem, *(f"{stem}-{k}" for k in range(2, 999)))
    return next(name for name in names if name not in taken)
