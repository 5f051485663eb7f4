"""Depthwise-separable convolution: each channel by itself, then all channels at each place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from netlapse.spec.activations import Activation
from netlapse.spec.findings import Finding
from netlapse.spec.initializers import Glorot, Initializer, Zeros
from netlapse.spec.layers.base import Layer, Parameter, Pass, Shape
from netlapse.spec.layers.conv import Filters, KernelSize, Stride
from netlapse.spec.layers.convolutions import Padding, convolve
from netlapse.spec.layers.images import even_kernel, image, window_places
from netlapse.spec.layers.starts import start_findings

if TYPE_CHECKING:
    from jax import Array


class SeparableConv2D(Layer):
    """z = (x ∗ D) · P + b, then the activation (Chollet 2017, "Xception").

    `depthwise_kernel` has shape (height, width, 1, in), one kernel for each channel;
    `pointwise_kernel` (1, 1, in, out) mixes the channels of one place; `bias` (out,).
    """

    title: ClassVar[str] = "Separable convolution"
    summary: ClassVar[str] = "A convolution in two cheap parts: each channel alone, then a mix."

    kind: Literal["separable-conv2d"]
    filters: Filters = 16
    """Number of output maps."""
    kernel_size: KernelSize = 3
    """Height and width of a kernel."""
    stride: Stride = 1
    """How far the kernel moves; 2 halves the map."""
    padding: Padding = "same"
    """Zeros around the image so that a stride of 1 keeps its size, or none."""
    activation: Activation = "linear"
    """Function applied to each sum."""
    use_bias: bool = True
    """Whether each output map adds a bias."""
    kernel_initializer: Initializer = Glorot(kind="glorot")
    """How the weights of both parts start."""
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
        start = self.kernel_initializer
        declared = {
            "depthwise_kernel": Parameter((size, size, 1, channels), start, area, area, True),
            "pointwise_kernel": Parameter(
                (1, 1, channels, self.filters), start, channels, self.filters, True
            ),
        }
        if self.use_bias:
            declared["bias"] = Parameter(
                (self.filters,), self.bias_initializer, channels, self.filters, False
            )
        return declared

    def multiply_adds(self, shapes: tuple[Shape, ...]) -> int:
        *_, channels = image(self, shapes)
        rows, columns, filters = self.output_shape(shapes)
        return rows * columns * channels * (self.kernel_size**2 + filters)

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
        depthwise = parameters["depthwise_kernel"]
        alone = convolve(x, depthwise, stride=self.stride, padding=self.padding, groups=x.shape[-1])
        z = convolve(alone, parameters["pointwise_kernel"], padding="valid")
        return z + parameters["bias"] if self.use_bias else z
