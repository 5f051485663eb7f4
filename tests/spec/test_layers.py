"""Each layer's arithmetic beside PyTorch's."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from netlapse.spec.layers import ActivationLayer, Dense, Dropout, Flatten, Pass

EVALUATION = Pass(training=False, key=None, sample_ids=None)


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize(
    ("batch", "features", "units"), [(5, 3, 4), (64, 16, 32), (70, 3, 4), (3, 40, 30)]
)
def test_dense(batch: int, features: int, units: int, use_bias: bool) -> None:
    """Values and gradients, in both forms of the product of matrices."""
    random = np.random.default_rng(0)
    layer = Dense(kind="dense", id="a", units=units, use_bias=use_bias)
    declared = layer.parameters(((features,),))
    assert {name: p.shape for name, p in declared.items()} == (
        {"kernel": (features, units), "bias": (units,)}
        if use_bias
        else {"kernel": (features, units)}
    )
    x = random.normal(size=(batch, features)).astype(np.float32)
    weights = {n: random.normal(size=p.shape).astype(np.float32) for n, p in declared.items()}
    above = random.normal(size=(batch, units)).astype(np.float32)

    def weighted(parameters: Any, x: Any) -> Any:
        z = layer.apply(parameters, {}, (x,), EVALUATION)
        return (z * above).sum(), z

    arguments = (jax.tree.map(jnp.asarray, weights), jnp.asarray(x))
    gradients, z = jax.grad(weighted, (0, 1), has_aux=True)(*arguments)

    peer = torch.nn.Linear(features, units, bias=use_bias)
    peer.weight.data = torch.tensor(weights["kernel"].T.copy())
    if use_bias:
        peer.bias.data = torch.tensor(weights["bias"])
    inputs = torch.tensor(x, requires_grad=True)
    expected = peer(inputs)
    (expected * torch.tensor(above)).sum().backward()
    assert inputs.grad is not None
    assert peer.weight.grad is not None
    close = {"rtol": 1e-4, "atol": 1e-4}
    np.testing.assert_allclose(z, expected.detach(), **close)
    np.testing.assert_allclose(gradients[1], inputs.grad, **close)
    np.testing.assert_allclose(gradients[0]["kernel"], peer.weight.grad.T, **close)
    if use_bias:
        np.testing.assert_allclose(gradients[0]["bias"], peer.bias.grad, **close)


def test_flatten_keeps_the_order_of_rows() -> None:
    x = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    layer = Flatten(kind="flatten", id="a")
    flat = layer.apply({}, {}, (jnp.asarray(x),), EVALUATION)
    np.testing.assert_array_equal(flat, torch.nn.Flatten()(torch.tensor(x)))
    assert layer.output_shape(((3, 4, 5),)) == (60,)


def test_an_activation_layer_passes_its_input_to_the_engine() -> None:
    layer = ActivationLayer(kind="activation", id="a", activation="gelu")
    x = jnp.ones((2, 3))
    assert layer.apply({}, {}, (x,), EVALUATION) is x
    assert layer.function == "gelu"
    assert layer.output_shape(((4, 4),)) == (4, 4)


def test_dropout_is_pytorchs_in_mean_and_scale() -> None:
    layer = Dropout(kind="dropout", id="a", rate=0.3)
    x = np.full((300, 200), 2.0, np.float32)
    context = Pass(training=True, key=jax.random.key(0), sample_ids=jnp.arange(300))
    ours = np.asarray(layer.apply({}, {"rate": jnp.float32(0.3)}, (jnp.asarray(x),), context))
    torch.manual_seed(0)
    peer = torch.nn.Dropout(0.3)(torch.tensor(x)).numpy()
    np.testing.assert_allclose(np.unique(ours), np.unique(peer), rtol=1e-6)
    assert (ours == 0).mean() == pytest.approx((peer == 0).mean(), abs=0.01)
    assert layer.hyperparameters() == {"rate": 0.3}
