"""Dropout: some values, or whole maps, are set to zero while training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.findings import Finding, replace
from netlapse.spec.layers.base import Layer, Pass, Shape, single
from netlapse.spec.layers.images import image
from netlapse.spec.randomness import random_words

if TYPE_CHECKING:
    from jax import Array


class DropoutBase(Layer):
    """What both kinds of dropout share. The mask of a sample derives from the seed, the step and
    the sample's index; evaluation changes nothing."""

    rate: Annotated[float, Field(ge=0, lt=1)] = 0.25
    """Probability that a value is dropped."""

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        return single(self, shapes)

    def hyperparameters(self) -> Mapping[str, float]:
        return {"rate": self.rate}

    def findings(self, shapes: tuple[Shape, ...], path: str) -> list[Finding]:
        del shapes
        if self.rate <= 0.7:
            return []
        return [
            Finding(
                severity="warning",
                message=f"A dropout rate of {self.rate:g} leaves little to learn from; "
                "0.1 to 0.5 is usual.",
                layer=self.id,
                path=f"{path}/rate",
                fix=replace(f"{path}/rate", 0.5, "Use 0.5"),
            )
        ]

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        (x,) = inputs
        return self._masked(x, x.shape[1:], hyperparameters, context)

    def _masked(
        self, x: Array, drawn: Shape, hyperparameters: Mapping[str, Array], context: Pass
    ) -> Array:
        """`x` with a mask of the shape `drawn` for each sample, which is spread over `x`."""
        if not context.training or context.key is None or context.sample_ids is None:
            return x
        import jax
        import jax.numpy as jnp

        first, second = jax.random.key_data(context.key)
        places = jnp.arange(math.prod(drawn), dtype=jnp.uint32)
        samples = context.sample_ids.astype(jnp.uint32)[:, None]
        words = random_words((first, second), (samples, places)).reshape(-1, *drawn)
        draws = (words >> 8).astype(x.dtype) * 2.0**-24
        rate = hyperparameters["rate"]
        return jnp.where(draws >= rate, x / (1 - rate), 0)


class Dropout(DropoutBase):
    """While training, each value is zero with probability `rate`, else divided by 1 - rate.

    Srivastava et al. 2014, in the inverted form that PyTorch and Keras use.
    """

    title: ClassVar[str] = "Dropout"
    summary: ClassVar[str] = "Sets a random share of the values to zero while training."

    kind: Literal["dropout"]


class SpatialDropout2D(DropoutBase):
    """While training, each whole map is zero with probability `rate`, else divided by 1 - rate.

    Tompson et al. 2015; `torch.nn.Dropout2d`. Neighboring pixels of a map say nearly the same, so
    dropping single ones takes little away.
    """

    title: ClassVar[str] = "Spatial dropout"
    summary: ClassVar[str] = "Sets a random share of the maps to zero while training."

    kind: Literal["spatial-dropout2d"]

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        return image(self, shapes)

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        (x,) = inputs
        return self._masked(x, (1, 1, x.shape[-1]), hyperparameters, context)
