"""The dense layer: every unit reads every feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.errors import SpecError
from netlapse.spec.activations import Activation
from netlapse.spec.findings import Finding
from netlapse.spec.initializers import Glorot, Initializer, Zeros
from netlapse.spec.layers.base import Layer, Parameter, Pass, Shape, single
from netlapse.spec.layers.products import affine
from netlapse.spec.layers.starts import start_findings

if TYPE_CHECKING:
    from jax import Array


class Dense(Layer):
    """z = x·W + b, then the activation.

    `kernel` has shape (features, units), `bias` (units,). PyTorch stores the kernel transposed.
    """

    title: ClassVar[str] = "Dense"
    summary: ClassVar[str] = "Every unit reads every feature of the layer before."

    kind: Literal["dense"]
    units: Annotated[int, Field(ge=1, le=4096)] = 8
    """Number of units: the outputs of the layer."""
    activation: Activation = "linear"
    """Function applied to each unit's sum."""
    use_bias: bool = True
    """Whether each unit adds a bias."""
    kernel_initializer: Initializer = Glorot(kind="glorot")
    """How the weights start."""
    bias_initializer: Initializer = Zeros(kind="zeros")
    """How the biases start."""
    frozen: bool = False
    """Whether weights and biases keep their values while the others train."""

    @property
    def function(self) -> Activation:
        return self.activation

    def is_frozen(self) -> bool:
        return self.frozen

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        shape = single(self, shapes)
        if len(shape) != 1:
            raise SpecError(
                f"A dense layer reads a flat list of features, got shape {shape}.",
                place=f"layer `{self.id}`",
                remedy="Put a flatten layer before it.",
            )
        return (self.units,)

    def parameters(self, shapes: tuple[Shape, ...]) -> Mapping[str, Parameter]:
        (features,) = single(self, shapes)
        declared = {
            "kernel": Parameter(
                (features, self.units), self.kernel_initializer, features, self.units, True
            )
        }
        if self.use_bias:
            declared["bias"] = Parameter(
                (self.units,), self.bias_initializer, features, self.units, False
            )
        return declared

    def multiply_adds(self, shapes: tuple[Shape, ...]) -> int:
        (features,) = single(self, shapes)
        return features * self.units

    def findings(self, shapes: tuple[Shape, ...], path: str) -> list[Finding]:
        del shapes
        return start_findings(self, path, self.kernel_initializer, self.units)

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        (x,) = inputs
        return affine(x, parameters["kernel"], parameters.get("bias"))
