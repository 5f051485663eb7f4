"""Flatten: a sample of any shape becomes one list of features."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from netlapse.spec.layers.base import Layer, Pass, Shape, single

if TYPE_CHECKING:
    from jax import Array


class Flatten(Layer):
    """The values of a sample in row-major order."""

    title: ClassVar[str] = "Flatten"
    summary: ClassVar[str] = "Lays all values of a sample out in one row."

    kind: Literal["flatten"]

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        return (math.prod(single(self, shapes)),)

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        (x,) = inputs
        return x.reshape(x.shape[0], -1)
