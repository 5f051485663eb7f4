"""Optimizers as compositions of Optax transforms, with PyTorch's conventions.

Where Optax and PyTorch compute alike, Optax's transform is taken; AdaGrad (whose accumulator starts
at 0 in PyTorch, with ε outside the root) and RMSprop (ε outside the root) are written here. The
learning rate is applied by the caller, so that a schedule and its change need no new program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import Array

from netlapse.spec.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    OptimizerBase,
    RMSprop,
)


class SquareState(NamedTuple):
    """Accumulated squares, and for a centered RMSprop the running mean."""

    square: Any
    mean: Any


def transform(
    optimizer: OptimizerBase, numbers: Mapping[str, Array]
) -> optax.GradientTransformation:
    """The direction of descent, before the learning rate.

    Args:
        optimizer: The kind; its numbers are not read.
        numbers: Its hyperparameters as scalars, traced.
    """
    match optimizer:
        case SGD():
            return optax.identity()
        case Momentum():
            return optax.trace(decay=numbers["momentum"], nesterov=False)
        case Nesterov():
            return optax.trace(decay=numbers["momentum"], nesterov=True)
        case AdaGrad():
            return _scale_by_sum_of_squares(numbers["epsilon"])
        case RMSprop(centered=centered):
            return optax.chain(
                _scale_by_mean_square(numbers["decay"], numbers["epsilon"], centered=centered),
                optax.trace(decay=numbers["momentum"], nesterov=False),
            )
        case Adam():
            return _adam(numbers)
        case AdamW():
            return optax.chain(_adam(numbers), optax.add_decayed_weights(numbers["weight_decay"]))
        case _:
            raise TypeError(f"unknown optimizer {type(optimizer).__name__}")


def _adam(numbers: Mapping[str, Array]) -> optax.GradientTransformation:
    return optax.scale_by_adam(
        b1=numbers["beta_1"], b2=numbers["beta_2"], eps=numbers["epsilon"], eps_root=0.0
    )


def _scale_by_sum_of_squares(epsilon: Array) -> optax.GradientTransformation:
    def initialize(params: Any) -> Any:
        return SquareState(jax.tree.map(jnp.zeros_like, params), None)

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        del params
        square = jax.tree.map(lambda s, g: s + g * g, state.square, updates)
        scaled = jax.tree.map(lambda g, s: g / (jnp.sqrt(s) + epsilon), updates, square)
        return scaled, SquareState(square, None)

    return optax.GradientTransformation(initialize, update)


def _scale_by_mean_square(
    decay: Array, epsilon: Array, *, centered: bool
) -> optax.GradientTransformation:
    def initialize(params: Any) -> Any:
        zeros = jax.tree.map(jnp.zeros_like, params)
        return SquareState(zeros, zeros if centered else None)

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        del params

        def running(old: Array, new: Array) -> Array:
            return decay * old + (1 - decay) * new

        square = jax.tree.map(lambda s, g: running(s, g * g), state.square, updates)
        variance, mean = square, None
        if centered:
            mean = jax.tree.map(running, state.mean, updates)
            variance = jax.tree.map(lambda s, m: jnp.maximum(s - m * m, 0), square, mean)
        scaled = jax.tree.map(lambda g, v: g / (jnp.sqrt(v) + epsilon), updates, variance)
        return scaled, SquareState(square, mean)

    return optax.GradientTransformation(initialize, update)
