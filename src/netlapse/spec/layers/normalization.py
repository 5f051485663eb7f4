"""Normalization: values of mean 0 and deviation 1, then scaled and shifted as is learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

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
        (z,) = self.apply_to_shards(parameters, hyperparameters, [inputs], [context])
        return z

    def apply_to_shards(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: Sequence[tuple[Array, ...]],
        contexts: Sequence[Pass],
    ) -> list[Array]:
        import jax.numpy as jnp

        xs = [x for (x,) in inputs]
        moving = parameters["moving_mean"], parameters["moving_variance"]
        context = contexts[0]
        if not context.training:
            return [self._scaled(x - moving[0], moving[1], parameters) for x in xs]
        ones = jnp.ones_like(moving[0])
        scale, offset = parameters.get("scale", ones), parameters.get("offset", 0 * ones)
        shares = [
            jnp.full(len(x), 1 / len(x), x.dtype) if context.shares is None else context.shares
            for x, context in zip(xs, contexts, strict=True)
        ]
        fixed = hyperparameters["fixed"] > 0
        zs, *statistics = _batch_normalized(self.epsilon)(
            tuple(xs), tuple(shares), scale, offset, moving, fixed
        )
        places = xs[0][0].size // xs[0].shape[-1]
        count = places * sum((of_shard > 0).sum() for of_shard in shares)
        share = hyperparameters["momentum"]
        mean, variance = statistics
        unbiased = variance * (count / jnp.maximum(count - 1, 1))
        context.renew["moving_mean"] = moving[0] + share * (mean - moving[0])
        context.renew["moving_variance"] = moving[1] + share * (unbiased - moving[1])
        return list(zs)


@cache
def _batch_normalized(epsilon: float) -> Any:
    """The normalization of a batch in shards, with its derivative written out: two sums over the
    batch, where the automatic one takes four.

    (shards of x, of what samples count, scale, offset, moving statistics, whether these are taken)
    → shards of z, mean and variance of the batch. Nothing flows back through the latter. Where the
    moving statistics are taken, the variance is about their mean, and nobody needs it.
    """
    import jax
    import jax.numpy as jnp

    def over_batch(values: Sequence[Array], weights: Sequence[Array]) -> Array:
        return sum(
            (weight @ value.mean(axis=tuple(range(1, value.ndim - 1))))
            for value, weight in zip(values, weights, strict=True)
        )  # type: ignore[return-value]

    def forward(
        xs: Any, shares: Any, scale: Array, offset: Array, moving: Any, fixed: Array
    ) -> Any:
        mean = over_batch(xs, shares)
        taken = jnp.where(fixed, moving[0], mean)
        centered = tuple(x - taken for x in xs)
        variance = over_batch([jnp.square(c) for c in centered], shares)
        factor = jax.lax.rsqrt(jnp.where(fixed, moving[1], variance) + epsilon)
        zs = tuple(c * (factor * scale) + offset for c in centered)
        return (zs, mean, variance), (centered, shares, scale, factor, fixed)

    def backward(kept: Any, gradients: Any) -> Any:
        centered, shares, scale, factor, fixed = kept
        gs, *_ = gradients
        places = gs[0][0].size // gs[0].shape[-1]
        all_samples = [jnp.full(len(g), float(places), g.dtype) for g in gs]
        of_offset = over_batch(gs, all_samples)
        products = [g * c for g, c in zip(gs, centered, strict=True)]
        of_scale = over_batch(products, all_samples) * factor
        slope = jnp.where(fixed, 0, factor * of_scale)
        level = jnp.where(fixed, 0, of_offset)
        of_xs = tuple(
            (factor * scale)
            * (g - (share / places).reshape(-1, *[1] * (g.ndim - 1)) * (level + c * slope))
            for g, c, share in zip(gs, centered, shares, strict=True)
        )
        nothing = jax.tree.map(jnp.zeros_like, (shares, (factor, factor)))
        return of_xs, nothing[0], of_scale, of_offset, nothing[1], None

    function = jax.custom_vjp(lambda *arguments: forward(*arguments)[0])
    function.defvjp(forward, backward)
    return function


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
