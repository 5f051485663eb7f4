"""Merging: several layers become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from netlapse.errors import SpecError
from netlapse.spec.layers.base import Layer, Pass, Shape

if TYPE_CHECKING:
    from jax import Array


class Add(Layer):
    """The sum of several layers of one shape, element by element: a residual connection."""

    title: ClassVar[str] = "Add"
    summary: ClassVar[str] = "Adds layers of the same shape: a shortcut around others."

    kind: Literal["add"]

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        first = _several(self, shapes)
        for place, shape in enumerate(shapes):
            if shape != first:
                raise SpecError(
                    f"`{self.id}` adds layers of one shape, got {_both(self, shapes, place)}.",
                    place=f"layer `{self.id}`",
                    remedy=_remedy(first, shape),
                )
        return first

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        first, *others = inputs
        for x in others:
            first = first + x
        return first


class Concatenate(Layer):
    """Several layers side by side along the last axis: the maps of one after those of the other."""

    title: ClassVar[str] = "Concatenate"
    summary: ClassVar[str] = "Puts the maps or features of layers side by side."

    kind: Literal["concatenate"]

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        first = _several(self, shapes)
        for place, shape in enumerate(shapes):
            if shape[:-1] != first[:-1]:
                raise SpecError(
                    f"`{self.id}` puts maps of one height and width side by side, got "
                    f"{_both(self, shapes, place)}.",
                    place=f"layer `{self.id}`",
                    remedy="Flatten both, or take another layer."
                    if len(first) != len(shape)
                    else "Bring them to one size by pooling or a stride.",
                )
        return (*first[:-1], sum(shape[-1] for shape in shapes))

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        import jax

        return jax.numpy.concatenate(inputs, axis=-1)


def _several(layer: Layer, shapes: tuple[Shape, ...]) -> Shape:
    if len(shapes) < 2:
        raise SpecError(
            f"`{layer.id}` merges two layers or more, got {len(shapes)}.",
            place=f"layer `{layer.id}`",
            remedy="Name them in `inputs`.",
        )
    return shapes[0]


def _both(layer: Layer, shapes: tuple[Shape, ...], place: int) -> str:
    """The first shape and another, with the layers that they are of."""
    names = layer.inputs or ("",) * len(shapes)
    return f"{shapes[0]} of `{names[0]}` and {shapes[place]} of `{names[place]}`"


def _remedy(first: Shape, other: Shape) -> str:
    if len(first) != len(other):
        return "Flatten both, or take another layer."
    if len(first) == 1:
        return "Bring one to the length of the other with a dense layer, or use Concatenate."
    if first[:-1] == other[:-1]:
        return "Bring one to the channels of the other with a 1×1 convolution, or use Concatenate."
    return "Bring one to the size of the other by pooling or a convolution with a stride."
