"""Depthwise-separable convolution: each channel by itself, then all channels at each place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from netlapse.spec.initializers import Glorot, Initializer
from netlapse.spec.layers.base import Parameter
from netlapse.spec.layers.conv import Convolution, Filters
from netlapse.spec.layers.convolutions import convolve

if TYPE_CHECKING:
    from jax import Array


class SeparableConv2D(Convolution[Literal["separable-conv2d"]]):
    """z = (x ∗ D) · P + b, then the activation (Chollet 2017, "Xception").

    `depthwise_kernel` has shape (height, width, 1, in), one kernel for each channel;
    `pointwise_kernel` (1, 1, in, out) mixes the channels of one place; `bias` (out,).
    """

    title: ClassVar[str] = "Separable convolution"
    summary: ClassVar[str] = "A convolution in two cheap parts: each channel alone, then a mix."

    filters: Filters = 16
    """Number of output maps."""
    use_bias: bool = True
    """Whether each output map adds a bias."""
    kernel_initializer: Initializer = Glorot(kind="glorot")
    """How the weights of both parts start."""

    def kernels(self, channels: int) -> dict[str, Parameter]:
        size, area = self.kernel_size, self.kernel_size**2
        depthwise, pointwise = (size, size, 1, channels), (1, 1, channels, self.filters)
        start = self.kernel_initializer
        return {
            "depthwise_kernel": Parameter(depthwise, start, area, area, True),
            "pointwise_kernel": Parameter(pointwise, start, channels, self.filters, True),
        }

    def sums(self, x: Array, parameters: Mapping[str, Array]) -> Array:
        depthwise = parameters["depthwise_kernel"]
        alone = convolve(x, depthwise, stride=self.stride, padding=self.padding, groups=x.shape[-1])
        return convolve(alone, parameters["pointwise_kernel"], padding="valid")
