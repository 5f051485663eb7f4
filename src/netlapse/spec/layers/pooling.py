"""Pooling: neighboring values become one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from netlapse.spec.layers.base import Layer, Pass, Shape
from netlapse.spec.layers.convolutions import Padding, margins
from netlapse.spec.layers.images import image, window_places

if TYPE_CHECKING:
    from jax import Array

PoolSize = Annotated[int, Field(ge=1, le=11, json_schema_extra={"unit": "pixels"})]
PoolStride = Annotated[int, Field(ge=0, le=11, json_schema_extra={"unit": "pixels"})]


class Pool2D(Layer):
    """What both kinds of pooling share."""

    pool: PoolSize = 2
    """Height and width of the window."""
    stride: PoolStride = 0
    """How far the window moves; 0: as far as it is wide, so that windows do not overlap."""
    padding: Padding = "valid"
    """Leave out what does not fill a window, or count windows that reach over the edge."""

    @property
    def step(self) -> int:
        """How far the window moves."""
        return self.stride or self.pool

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        height, width, channels = image(self, shapes)
        places = window_places(self, (height, width), self.pool, self.step, self.padding)
        return (*places, channels)

    def _reduced(self, x: Array, start: float, combine: Any) -> Array:
        """Each window of `x` as one value."""
        import jax

        edges = (margins(n, self.pool, self.step, self.padding) for n in x.shape[1:3])
        window, steps = (1, self.pool, self.pool, 1), (1, self.step, self.step, 1)
        padding = ((0, 0), *edges, (0, 0))
        return jax.lax.reduce_window(x, start, combine, window, steps, padding)


class MaxPool2D(Pool2D):
    """The largest value of each window. Of equal ones the first gets the gradient."""

    title: ClassVar[str] = "Max pooling"
    summary: ClassVar[str] = "Keeps the largest value of each small window: smaller maps."

    kind: Literal["max-pool2d"]

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        import jax

        (x,) = inputs
        if self.pool == self.step == 2 and self.padding == "valid":
            rows, columns = x.shape[1] // 2, x.shape[2] // 2
            return _halved()(x[:, : 2 * rows, : 2 * columns])
        return self._reduced(x, -jax.numpy.inf, jax.lax.max)


class AveragePool2D(Pool2D):
    """The mean of each window; zeros beyond the edge do not count."""

    title: ClassVar[str] = "Average pooling"
    summary: ClassVar[str] = "Keeps the mean of each small window: smaller, smoother maps."

    kind: Literal["average-pool2d"]

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        import jax

        (x,) = inputs
        counted = jax.numpy.ones((1, *x.shape[1:3], 1), x.dtype)
        return self._reduced(x, 0.0, jax.lax.add) / self._reduced(counted, 0.0, jax.lax.add)


class GlobalPool2D(Layer):
    """One value for each map: its mean or its largest value."""

    title: ClassVar[str] = "Global pooling"
    summary: ClassVar[str] = "Makes one value of each map."

    kind: Literal["global-pool2d"]
    mode: Literal["average", "max"] = "average"
    """The mean of a map, or its largest value."""

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        *_, channels = image(self, shapes)
        return (channels,)

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        (x,) = inputs
        flat = x.reshape(x.shape[0], -1, x.shape[-1])
        return flat.mean(axis=1) if self.mode == "average" else _first_maximum()(flat)


@cache
def _halved() -> Any:
    """The maximum of windows of 2×2, whose gradient is a comparison instead of a search."""
    import jax
    import jax.numpy as jnp

    def value(x: Array) -> Array:
        rows = jnp.maximum(x[:, ::2], x[:, 1::2])
        return jnp.maximum(rows[:, :, ::2], rows[:, :, 1::2])

    def forward(x: Array) -> tuple[Array, Any]:
        largest = value(x)
        return largest, (x, largest)

    def backward(kept: Any, g: Array) -> tuple[Array]:
        x, largest = kept
        batch, rows, columns, channels = largest.shape
        windows = x.reshape(batch, rows, 2, columns, 2, channels)
        hit = windows == largest[:, :, None, :, None]
        a, b = hit[:, :, 0, :, 0], hit[:, :, 0, :, 1]
        c, d = hit[:, :, 1, :, 0], hit[:, :, 1, :, 1]
        upper = jnp.stack([a, b & ~a], axis=3)
        lower = jnp.stack([c & ~(a | b), d & ~(a | b | c)], axis=3)
        first = jnp.stack([upper, lower], axis=2)
        return (jnp.where(first, g[:, :, None, :, None], 0).reshape(x.shape),)

    function = jax.custom_vjp(value)
    function.defvjp(forward, backward)
    return function


@cache
def _first_maximum() -> Any:
    """The maximum over places (batch, places, channels), whose gradient goes to the first one."""
    import jax
    import jax.numpy as jnp

    def value(x: Array) -> Array:
        return x.max(axis=1)

    def forward(x: Array) -> tuple[Array, Any]:
        return value(x), x

    def backward(x: Any, g: Array) -> tuple[Array]:
        places = jnp.arange(x.shape[1])[None, :, None]
        return (jnp.where(places == x.argmax(axis=1)[:, None], g[:, None], 0),)

    function = jax.custom_vjp(value)
    function.defvjp(forward, backward)
    return function
