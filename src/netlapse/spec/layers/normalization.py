"""Normalization: values of mean 0 and deviation 1, then scaled and shifted as is learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.initializers import Constant, Zeros
from netlapse.spec.layers.base import Layer, Parameter, Pass, Shape, single

if TYPE_CHECKING:
    from jax import Array

Epsilon = Annotated[float, Field(gt=0, le=0.1)]
_ONES, _ZEROS = Constant(kind="constant", value=1.0), Zeros(kind="zeros")


class Normalization(Layer):
    """What both kinds of normalization share: `scale` and `offset`, one for each channel."""

    epsilon: Epsilon = 1e-5
    """Added to the variance, so that nothing is divided by zero."""
    learn_scale: bool = True
    """Whether each channel learns a factor."""
    learn_offset: bool = True
    """Whether each channel learns a summand."""
    frozen: bool = False
    """Whether its values are kept while the others train."""

    def is_frozen(self) -> bool:
        return self.frozen

    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        return single(self, shapes)

    def parameters(self, shapes: tuple[Shape, ...]) -> Mapping[str, Parameter]:
        channels = single(self, shapes)[-1]
        declared: dict[str, Parameter] = {}
        if self.learn_scale:
            declared["scale"] = Parameter((channels,), _ONES, channels, channels, False)
        if self.learn_offset:
            declared["offset"] = Parameter((channels,), _ZEROS, channels, channels, False)
        return declared

    def _scaled(self, values: Array, deviation: Array, parameters: Mapping[str, Array]) -> Array:
        import jax

        factor = jax.lax.rsqrt(deviation + self.epsilon)
        if self.learn_scale:
            factor = factor * parameters["scale"]
        z = values * factor
        return z + parameters["offset"] if self.learn_offset else z


class BatchNorm(Normalization):
    """Each channel over the batch and all places (Ioffe & Szegedy 2015).

    Training uses mean and variance of the batch, evaluation their moving averages, which are
    renewed at every step: new = (1 - momentum) · old + momentum · batch's, with the unbiased
    variance, as in PyTorch. (Keras calls 1 - momentum the momentum, and averages the biased one.)
    A frozen layer uses its moving averages in training, too, and keeps them.
    """

    title: ClassVar[str] = "Batch normalization"
    summary: ClassVar[str] = "Keeps each channel's mean and spread steady while it trains."

    kind: Literal["batch-norm"]
    momentum: Annotated[float, Field(gt=0, le=1)] = 0.1
    """How fast the moving averages follow: the weight of the newest batch."""

    def parameters(self, shapes: tuple[Shape, ...]) -> Mapping[str, Parameter]:
        channels = single(self, shapes)[-1]
        kept = {"moving_mean": _ZEROS, "moving_variance": _ONES}
        return {
            **super().parameters(shapes),
            **{
                name: Parameter((channels,), start, channels, channels, False, trainable=False)
                for name, start in kept.items()
            },
        }

    def hyperparameters(self) -> Mapping[str, float]:
        return {"momentum": self.momentum, "fixed": float(self.frozen)}

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        import jax.numpy as jnp

        (x,) = inputs
        mean, variance = parameters["moving_mean"], parameters["moving_variance"]
        if not context.training:
            return self._scaled(x - mean, variance, parameters)
        fixed = hyperparameters["fixed"] > 0
        places = tuple(range(1, x.ndim - 1))
        batch_mean = context.batch_mean(x.mean(axis=places))
        batch_variance = context.batch_mean(jnp.square(x - batch_mean).mean(axis=places))
        count = context.batch_count(x) * (x[0].size // x.shape[-1])
        unbiased = batch_variance * (count / jnp.maximum(count - 1, 1))
        share = hyperparameters["momentum"]
        context.renew["moving_mean"] = mean + share * (batch_mean - mean)
        context.renew["moving_variance"] = variance + share * (unbiased - variance)
        mean = jnp.where(fixed, mean, batch_mean)
        variance = jnp.where(fixed, variance, batch_variance)
        return self._scaled(x - mean, variance, parameters)


class LayerNorm(Normalization):
    """Each place of each sample over its channels (Ba et al. 2016), as `torch.nn.LayerNorm` of the
    last axis: the same in training and evaluation."""

    title: ClassVar[str] = "Layer normalization"
    summary: ClassVar[str] = "Gives the channels of each place mean 0 and spread 1."

    kind: Literal["layer-norm"]

    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        import jax.numpy as jnp

        (x,) = inputs
        values = x - x.mean(axis=-1, keepdims=True)
        return self._scaled(values, jnp.square(values).mean(axis=-1, keepdims=True), parameters)
