"""Losses: one number for each sample, from the last layer's sums where that is more exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from netlapse.engine.structure import Structure


def counted_losses(structure: Structure, z: Array, a: Array, targets: Array) -> Array:
    """The loss of each sample as it counts: times the weight of its class, where classes have any.

    Their mean over a batch is what is made small, as with Keras' `class_weight`; PyTorch's
    `CrossEntropyLoss(weight)` divides by the sum of the batch's weights instead, so that a sample
    counts the more the fewer rare ones happen to lie beside it.

    Args:
        structure: The loss, and the weights.
        z: Pre-activations of the last layer [batch, outputs, ...].
        a: Its activations.
        targets: As `sample_losses` takes them.
    """
    losses = sample_losses(structure.loss, z, a, targets)
    weights = class_factors(structure, targets)
    if weights is None:
        return losses
    return losses * weights.reshape(weights.shape + (1,) * (losses.ndim - 1))


def class_factors(structure: Structure, targets: Array) -> Array | None:
    """The weight of each sample's class, float32 [batch]; none where all count alike."""
    if not structure.class_weights:
        return None
    weights = jnp.array(structure.class_weights, jnp.float32)
    if targets.ndim == 1:
        classes = jax.nn.one_hot(targets, len(weights), dtype=weights.dtype)
        return (classes * weights).sum(axis=1)
    return weights[0] + (weights[1] - weights[0]) * targets[:, 0]


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
