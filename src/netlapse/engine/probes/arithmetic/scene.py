"""Where an explanation finds its numbers: the trace of an update, and the network's wiring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from netlapse.engine.probes.arithmetic.terms import (
    Doubles,
    Factor,
    Place,
    Term,
    Terms,
    at,
    counted,
)
from netlapse.engine.probes.walk_trace import Arrays, Floats, Trace
from netlapse.engine.structure import Structure
from netlapse.errors import InputError
from netlapse.spec.layers import INPUT, Shape
from netlapse.spec.network import declared_parameters, layer_inputs

SYMBOLS = {"z": "z", "a": "a", "dz": "\\delta"}


def symbol_of(quantity: str, place: Sequence[int], layer: str = "") -> str:
    """The symbol of a number of a unit.

    >>> symbol_of("da", (2,))
    '\\\\frac{\\\\partial L}{\\\\partial a_{3}}'
    """
    if quantity == "da":
        return f"\\frac{{\\partial L}}{{\\partial {at('x' if layer == INPUT else 'a', place)}}}"
    return at("x" if (quantity, layer) == ("a", INPUT) else SYMBOLS[quantity], place)


@dataclass(frozen=True)
class Scene:
    """A trace, and the sample of it that units are explained for."""

    structure: Structure
    trace: Trace
    row: int = 0
    masks: dict[str, Floats] = field(default_factory=dict[str, Floats])
    """What dropout layers multiply the sample's values by, as far as it was asked for."""

    @cached_property
    def layers(self) -> dict[str, Any]:
        """The layers by id."""
        return {layer.id: layer for layer in self.structure.network.layers}

    @cached_property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """What each layer reads."""
        return dict(zip(self.layers, layer_inputs(self.structure.network), strict=True))

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Output shape of one sample by layer, and of the input."""
        shapes: dict[str, Shape] = {INPUT: self.structure.input_shape}
        return shapes | {one.layer: one.output_shape or () for one in self.structure.layers}

    @cached_property
    def declared(self) -> Any:
        """The arrays that each layer declares."""
        return declared_parameters(self.structure.network, self.structure.input_shape)

    @property
    def output(self) -> str:
        """The last layer."""
        return self.structure.network.layers[-1].id

    @property
    def shown_row(self) -> int | None:
        """The row as factors name it: none where there is only one sample."""
        return self.row if self.trace.training else None

    def readers(self, layer: str) -> Iterator[tuple[str, int]]:
        """The layers that read one, and as which of their inputs; some read it twice."""
        for reader, names in self.reads.items():
            for place, name in enumerate(names):
                if name == layer:
                    yield reader, place

    def many(self, quantity: str, layer: str) -> Doubles:
        """A quantity of all samples [n, *shape].

        Raises:
            InputError: It does not exist: ∂L/∂a of an output layer that the loss does not read.
        """
        return np.asarray(self._own(quantity, layer), np.float64)

    def one(self, quantity: str, layer: str) -> Doubles:
        """A quantity of the sample that is explained [*shape]."""
        return np.asarray(self._own(quantity, layer)[self.row], np.float64)

    def _own(self, quantity: str, layer: str) -> Floats:
        arrays: Arrays = getattr(self.trace, quantity)
        if layer not in arrays:
            raise InputError(
                f"The loss is computed from the pre-activations of `{layer}`, so that there is no "
                "∂L/∂a.",
                place="phase",
                remedy="Look at its δ.",
            )
        return arrays[layer]

    def weights(self, layer: str, parameter: str) -> Doubles:
        """An array of a layer before the update."""
        return np.asarray(self.trace.before[layer][parameter], np.float64)

    def has(self, layer: str, parameter: str) -> bool:
        """Whether a layer has such an array."""
        return parameter in self.trace.before.get(layer, {})

    # --- factors ---------------------------------------------------------------------------------

    def unit(
        self, quantity: str, layer: str, index: Sequence[int], row: int | None = None
    ) -> Factor:
        """A number of a unit, of the sample that is explained or of another."""
        place = tuple(int(i) for i in index)
        of = self.row if row is None else row
        value = float(self._own(quantity, layer)[(of, *place)])
        symbol = symbol_of(quantity, place, layer)
        shown = of if self.trace.training else None
        return Factor(symbol, value, quantity, layer, "", place, shown)

    def weight(self, layer: str, parameter: str, index: Sequence[int]) -> Factor:
        """An entry of an array before the update."""
        place = tuple(int(i) for i in index)
        value = float(self.trace.before[layer][parameter][place])
        return Factor(at(NAMES.get(parameter, "w"), place), value, "w", layer, parameter, place)

    def bias(self, layer: str, unit: int) -> Factor | None:
        """The bias of a unit, where the layer has biases."""
        return self.weight(layer, "bias", (unit,)) if self.has(layer, "bias") else None

    def each_sample(self, layer: str, channel: int, *, what: str = "dz") -> Terms:
        """A quantity of one channel, at all places of all samples."""
        values = self.many(what, layer)[..., channel]
        places = values.shape

        def term(i: int) -> Term:
            row, *place = (int(v) for v in np.unravel_index(i, places))
            factor = self.unit(what, layer, (*place, channel), row)
            return Term(self.where((*place,), row), (factor,))

        return Terms(values.ravel(), term)

    def where(self, place: Place, row: int | None = None) -> str:
        """A place in words: rows and columns from 1, samples as the data numbers them, from 0."""
        words: list[str] = []
        if row is not None and self.trace.training:
            words.append(f"sample {row}")
        if place:
            words.append(f"place ({counted(place)})")
        return ", ".join(words) or "this sample"


NAMES = {
    "bias": "b",
    "scale": "\\gamma",
    "offset": "\\beta",
    "moving_mean": "\\mu",
    "moving_variance": "\\sigma^2",
    "depthwise_kernel": "D",
    "pointwise_kernel": "P",
}


def named_unit(layer: str, shape: Shape, index: Sequence[int]) -> str:
    """A unit in words, as people count it: from 1.

    >>> named_unit("conv", (28, 28, 3), (4, 7, 0))
    'pixel (5, 8), channel 1 of conv'
    """
    if len(shape) == 3:
        return f"pixel ({counted(index[:2])}), channel {counted(index[2:])} of {layer}"
    return f"{'input' if layer == INPUT else 'unit'} {counted(index)}" + (
        "" if layer == INPUT else f" of {layer}"
    )
