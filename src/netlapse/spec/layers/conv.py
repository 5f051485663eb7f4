"""Convolution: one small kernel, moved over the whole image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.activations import Activation
from netlapse.spec.findings import Finding
from netlapse.spec.initializers import Glorot, Initializer, Zeros
from netlapse.spec.layers.base import Layer, Parameter, Pass, Shape
from netlapse.spec.layers.convolutions import Padding, convolve
from netlapse.spec.layers.images import even_kernel, image, window_places
from netlapse.spec.layers.starts import start_findings

if TYPE_CHECKING:
    from jax import Array

Filters = Annotated[int, Field(ge=1, le=512)]
KernelSize = Annotated[int, Field(ge=1, le=11, json_schema_extra={"unit": "pixels"})]
Stride = Annotated[int, Field(ge=1, le=8, json_schema_extra={"unit": "pixels"})]


class Conv2D(Layer):
    """z = x ∗ W + b, then the activation.

    `kernel` has shape (height, width, in, out), `bias` (out,). PyTorch stores (out, in, height,
    width). The kernel is not flipped, as in every framework.
    """

    title: ClassVar[str] = "Convolution"
    summary: ClassVar[str] = "Looks for the same small patterns at every place of an image."

    kind: Literal["conv2d"]
    filters: Filters = 8
    """Number of kernels: the output has one map for each."""
    kernel_size: KernelSize = 3
    """Height and width of a kernel."""
    stride: Stride = 1
    """How far the kernel moves; 2 halves the map."""
    padding: Padding = "same"
    """Zeros around the image so that a stride of 1 keeps its size, or none."""
    activation: Activation = "linear"
    """Function applied to each sum."""
    use_bias: bool = True
    """Whether each filter adds a bias."""
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
        height, width, _ = image(self, shapes)
        places = window_places(self, (height, width), self.kernel_size, self.stride, self.padding)
        return (*places, self.filters)

    def parameters(self, shapes: tuple[Shape, ...]) -> Mapping[str, Parameter]:
        *_, channels = image(self, shapes)
        size, area = self.kernel_size, self.kernel_size**2
        fans = area * channels, area * self.filters
        kernel = (size, size, channels, self.filters)
        declared = {"kernel": Parameter(kernel, self.kernel_initializer, *fans, True)}
        if self.use_bias:
            bias = Parameter((self.filters,), self.bias_initializer, *fans, False)
            declared["bias"] = bias
        return declared

    def multiply_adds(self, shapes: tuple[Shape, ...]) -> int:
        *_, channels = image(self, shapes)
        rows, columns, filters = self.output_shape(shapes)
        return rows * columns * filters * self.kernel_size**2 * channels

    def findings(self, shapes: tuple[Shape, ...], path: str) -> list[Finding]:
        del shapes
        return [
            *start_findings(self, path, self.kernel_initializer, self.filters),
            *even_kernel(self, path, self.kernel_size, self.padding),
        ]

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        (x,) = inputs
        z = convolve(x, parameters["kernel"], stride=self.stride, padding=self.padding)
        return z + parameters["bias"] if self.use_bias else z
