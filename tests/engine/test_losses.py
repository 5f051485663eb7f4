"""Losses beside PyTorch's: values and gradients, extreme logits among them."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from netlapse.engine.losses import sample_losses
from netlapse.spec.activations import Activation, activate
from netlapse.spec.resolve import ResolvedLoss
from netlapse.spec.training import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    MeanSquaredError,
)
from tests.engine.reference import ACTIVATIONS as PEERS
from tests.engine.reference import mean_loss

MSE = MeanSquaredError(kind="mean-squared-error")
BINARY = BinaryCrossEntropy(kind="binary-cross-entropy")
CATEGORICAL = CategoricalCrossEntropy(kind="categorical-cross-entropy")
EXTREMES = [-1e30, -1e4, -100, -20, -1, -1e-6, 0, 1e-6, 1, 20, 100, 1e4, 1e30]


def _both(loss: ResolvedLoss, function: Activation, z: Any, targets: Any) -> tuple[Any, ...]:
    """Our loss and gradient by z, and PyTorch's."""

    def ours(z: jax.Array) -> jax.Array:
        return sample_losses(loss, z, activate(function, z), jnp.asarray(targets)).mean()

    value, gradient = jax.value_and_grad(ours)(jnp.asarray(z))
    peer = torch.tensor(z, requires_grad=True)
    expected = mean_loss(loss, peer, PEERS[function](peer), torch.tensor(targets))
    expected.backward()
    assert peer.grad is not None
    return value, gradient, expected.item(), peer.grad.numpy()


def _assert_same(loss: ResolvedLoss, function: Activation, z: Any, targets: Any) -> None:
    value, gradient, expected, peer = _both(loss, function, z, targets)
    np.testing.assert_allclose(value, expected, rtol=2e-6)
    np.testing.assert_allclose(gradient, peer, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("delta", [0.3, 1.0, 5.0])
def test_huber(delta: float) -> None:
    random = np.random.default_rng(0)
    z = np.concatenate([random.normal(size=(40, 2)) * 3, [[0, delta], [-delta, 1e6]]])
    targets = np.concatenate([random.normal(size=(40, 2)), np.zeros((2, 2))])
    arguments = (z.astype(np.float32), targets.astype(np.float32))
    _assert_same(Huber(kind="huber", delta=delta), "linear", *arguments)


@pytest.mark.parametrize("function", ["linear", "tanh", "sigmoid"])
def test_mean_squared_error(function: Activation) -> None:
    random = np.random.default_rng(0)
    z, targets = random.normal(size=(2, 50, 3)).astype(np.float32)
    _assert_same(MSE, function, z, targets)


@pytest.mark.parametrize("loss", [MSE, Huber(kind="huber")])
def test_classes_are_ones_and_zeros_to_a_squared_error(loss: ResolvedLoss) -> None:
    random = np.random.default_rng(0)
    z = random.normal(size=(3, 3)).astype(np.float32)  # as many samples as classes: no broadcast
    targets = np.array([2, 0, 2], np.int32)
    a = activate("softmax", jnp.asarray(z))
    ours = sample_losses(loss, jnp.asarray(z), a, jnp.asarray(targets))
    rows = sample_losses(loss, jnp.asarray(z), a, jax.nn.one_hot(targets, 3))
    np.testing.assert_array_equal(ours, rows)
    assert ours.shape == (3,)


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("z", EXTREMES)
def test_binary_cross_entropy_of_extreme_logits(z: float, target: float) -> None:
    logits, targets = np.array([[z]], np.float32), np.array([[target]], np.float32)
    value, gradient, _, _ = _both(BINARY, "sigmoid", logits, targets)
    # The closed form in float64: PyTorch's float32 loses the digits of a small loss.
    signed = float(logits[0, 0]) * (1 - 2 * target)
    exact = np.logaddexp(0, signed)
    slope = np.exp(-np.logaddexp(0, -signed)) * (1 - 2 * target)
    np.testing.assert_allclose(value, exact, rtol=1e-6, atol=1e-37)
    np.testing.assert_allclose(gradient[0, 0], slope, rtol=1e-6, atol=1e-37)


def test_binary_cross_entropy() -> None:
    random = np.random.default_rng(0)
    z = (random.normal(size=(60, 1)) * 4).astype(np.float32)
    _assert_same(BINARY, "sigmoid", z, (random.random((60, 1)) > 0.5).astype(np.float32))


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e4, 1e30])
def test_categorical_cross_entropy(scale: float) -> None:
    random = np.random.default_rng(0)
    z = (random.normal(size=(60, 4)) * scale).astype(np.float32)
    _assert_same(CATEGORICAL, "softmax", z, random.integers(0, 4, 60).astype(np.int32))
