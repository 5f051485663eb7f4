"""Activations beside PyTorch's in float64: values and gradients, extreme inputs among them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from netlapse.spec.activations import ACTIVATIONS, Activation, activate
from tests.engine.reference import ACTIVATIONS as PEERS

EXTREMES = [0.0, 1e-30, 1e-7, 1e-3, 0.5, 1, 3, 8, 17, 20, 60, 88, 100, 1e4, 1e30]
INPUTS = np.array(sorted({s * v for v in EXTREMES for s in (-1, 1)}), np.float32)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_equals_pytorch(activation: Activation) -> None:
    rows = INPUTS.reshape(1, -1)
    if activation == "softmax":
        rows = np.random.default_rng(0).choice(INPUTS, (50, 5)).astype(np.float32)
    weights = np.random.default_rng(1).normal(size=rows.shape).astype(np.float32)

    def weighted(z: jax.Array) -> jax.Array:
        return (activate(activation, z) * weights).sum()

    z = torch.tensor(rows.astype(np.float64), requires_grad=True)
    expected = PEERS[activation](z)
    (expected * torch.tensor(weights)).sum().backward()
    assert z.grad is not None

    values = activate(activation, jnp.asarray(rows))
    gradients = jax.grad(weighted)(jnp.asarray(rows))
    scale = 1e-15  # PyTorch adds 1 to the error function and loses digits; subnormals are zero
    np.testing.assert_allclose(values, expected.detach(), rtol=3e-6, atol=scale)
    np.testing.assert_allclose(gradients, z.grad, rtol=2e-5, atol=5e-7)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_infinite_inputs_are_not_hidden(activation: Activation) -> None:
    values = np.asarray(activate(activation, jnp.array([[np.nan, 1.0]])))
    assert np.isnan(values[0, 0])
