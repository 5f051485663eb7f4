"""Convolution: one small kernel, moved over the whole image."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Generic, Literal, TypeVar

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
Kind = TypeVar("Kind", bound=str)


class Convolution(Layer, Generic[Kind]):
    """What both kinds of convolution share; the type argument is what `kind` says."""

    kind: Kind
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

    @abstractmethod
    def kernels(self, channels: int) -> dict[str, Parameter]:
        """The kernels in the order in which they act; the bias has the fans of the last."""

    @abstractmethod
    def sums(self, x: Array, parameters: Mapping[str, Array]) -> Array:
        """What the kernels make of `x`, before the bias."""

    def parameters(self, shapes: tuple[Shape, ...]) -> Mapping[str, Parameter]:
        *_, channels = image(self, shapes)
        kernels = self.kernels(channels)
        if not self.use_bias:
            return kernels
        *_, last = kernels.values()
        fans = last.fan_in, last.fan_out
        return {**kernels, "bias": Parameter((self.filters,), self.bias_initializer, *fans, False)}

    def multiply_adds(self, shapes: tuple[Shape, ...]) -> int:
        *_, channels = image(self, shapes)
        rows, columns, _ = self.output_shape(shapes)
        return rows * columns * sum(kernel.size for kernel in self.kernels(channels).values())

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
        z = self.sums(x, parameters)
        return z + parameters["bias"] if self.use_bias else z


class Conv2D(Convolution[Literal["conv2d"]]):
    """z = x ∗ W + b, then the activation.

    `kernel` has shape (height, width, in, out), `bias` (out,). PyTorch stores (out, in, height,
    width). The kernel is not flipped, as in every framework.
    """

    title: ClassVar[str] = "Convolution"
    summary: ClassVar[str] = "Looks for the same small patterns at every place of an image."

    def kernels(self, channels: int) -> dict[str, Parameter]:
        size, area = self.kernel_size, self.kernel_size**2
        shape, start = (size, size, channels, self.filters), self.kernel_initializer
        return {"kernel": Parameter(shape, start, area * channels, area * self.filters, True)}

    def sums(self, x: Array, parameters: Mapping[str, Array]) -> Array:
        return convolve(x, parameters["kernel"], stride=self.stride, padding=self.padding)
