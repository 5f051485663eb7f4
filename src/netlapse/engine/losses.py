"""Losses: one number for each sample, from the last layer's sums where that is more exact."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from netlapse.spec.resolve import ResolvedLoss
from netlapse.spec.training import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    MeanSquaredError,
)


def sample_losses(loss: ResolvedLoss, z: Array, a: Array, targets: Array) -> Array:
    """The loss of each sample, float32 [batch].

    The cross-entropies take the pre-activations of the sigmoid or softmax, which neither overflow
    nor lose digits; so do PyTorch's `BCEWithLogitsLoss` and `CrossEntropyLoss`. With targets of 0
    and 1, -y·ln p - (1 - y)·ln(1 - p) is ln(1 + exp((1 - 2y)·z)).

    Args:
        loss: Which.
        z: Pre-activations of the last layer [batch, outputs].
        a: Its activations [batch, outputs].
        targets: float32 [batch, outputs], or int32 [batch] for categories; a squared or Huber error
            takes a category as 1 for its own output and 0 for the others.

    >>> one = jnp.ones((1, 1))
    >>> sample_losses(MeanSquaredError(kind="mean-squared-error"), one, 3 * one, one).tolist()
    [4.0]
    """
    if targets.ndim == 1 and not isinstance(loss, CategoricalCrossEntropy):
        targets = jax.nn.one_hot(targets, a.shape[1], dtype=a.dtype)
    match loss:
        case MeanSquaredError():
            return jnp.square(a - targets).mean(axis=1)
        case Huber(delta=delta):
            error = jnp.abs(a - targets)
            small, large = 0.5 * jnp.square(error), delta * (error - 0.5 * delta)
            return jnp.where(error <= delta, small, large).mean(axis=1)
        case BinaryCrossEntropy():
            return jax.nn.softplus((1 - 2 * targets) * z).mean(axis=1)
        case CategoricalCrossEntropy():
            logarithms = jax.nn.log_softmax(z, axis=1)
            # A sum, not a choice by index: its gradient is a scatter, which XLA runs slowly.
            true = jax.nn.one_hot(targets, z.shape[1], dtype=z.dtype, axis=1)
            return -(true * logarithms).sum(axis=1)
