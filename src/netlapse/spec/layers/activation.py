"""An activation as a layer of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from netlapse.spec.activations import Activation
from netlapse.spec.layers.base import Layer, Pass, Shape, single

if TYPE_CHECKING:
    from jax import Array


class ActivationLayer(Layer):
    """a = f(z), element by element (softmax: over the last axis)."""

    title: ClassVar[str] = "Activation"
    summary: ClassVar[str] = "Applies a function to every value."

    kind: Literal["activation"]
    activation: Activation = "relu"
    """The function."""

    @property
    def function(self) -> Activation:
        return self.activation

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        return single(self, shapes)

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        return inputs[0]
