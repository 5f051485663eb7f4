"""Gradients against differences of the loss, in float64."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from netlapse.engine.forward import forward, initial_parameters
from netlapse.engine.losses import sample_losses
from netlapse.spec.network import Network
from netlapse.spec.resolve import resolve_loss
from tests.engine.building import samples, spec

SMOOTH = ("linear", "elu", "gelu", "sigmoid", "tanh", "softmax")
STEP = 1e-6


@pytest.fixture(autouse=True)
def float64() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def _random_case(seed: int) -> tuple[Network, Any, Any, Any, Any]:
    random = np.random.default_rng(seed)
    task, outputs, last = [
        ("binary", 1, "sigmoid"),
        ("multiclass", 3, "softmax"),
        ("regression", 2, "linear"),
    ][seed % 3]
    layers: list[dict[str, Any]] = []
    for index in range(random.integers(0, 4)):
        function = str(random.choice(SMOOTH))
        layers.append(
            [
                {
                    "kind": "dense",
                    "id": f"l{index}",
                    "units": int(random.integers(1, 6)),
                    "activation": function,
                    "use_bias": bool(random.integers(2)),
                },
                {"kind": "activation", "id": f"l{index}", "activation": function},
                {"kind": "dropout", "id": f"l{index}", "rate": 0.4},
                {"kind": "flatten", "id": f"l{index}"},
            ][random.integers(4)]
        )
    layers.append({"kind": "dense", "id": "last", "units": outputs, "activation": last})
    # Above 64 samples a product is a library call, below it is a sum.
    data = samples(task, count=int(random.choice([9, 70])), outputs=outputs, seed=seed)
    loss = {"kind": "huber", "delta": 0.7} if seed % 6 == 2 else {"kind": "auto"}
    described = spec(layers, loss=loss)
    return described.network, resolve_loss(described.training, data.facts), data, task, random


@pytest.mark.parametrize("seed", range(18))
def test_a_random_network(seed: int) -> None:
    network, loss, data, _, random = _random_case(seed)
    drawn = initial_parameters(network, (3,), seed)
    parameters = jax.tree.map(lambda a: jnp.asarray(np.asarray(a), jnp.float64), drawn)
    x = jnp.asarray(data.train_inputs, jnp.float64)
    y = data.train_targets
    ids = jnp.arange(len(x), dtype=jnp.int32)
    rates = {
        layer.id: {name: jnp.float64(value) for name, value in layer.hyperparameters().items()}
        for layer in network.layers
    }

    def mean_loss(parameters: Any, x: Any) -> Any:
        activity = forward(
            network, parameters, rates, x, training=True, key=jax.random.key(1), sample_ids=ids
        )
        return sample_losses(loss, *activity.output(network), y).mean()

    compiled = jax.jit(mean_loss)
    gradients = jax.jit(jax.grad(mean_loss, (0, 1)))(parameters, x)
    direction = jax.tree.map(lambda a: random.normal(size=a.shape), (parameters, x))

    def moved(step: float) -> float:
        return float(compiled(*jax.tree.map(lambda a, d: a + step * d, (parameters, x), direction)))

    slope = (moved(STEP) - moved(-STEP)) / (2 * STEP)
    inner = jax.tree.map(lambda g, d: (g * d).sum(), gradients, direction)
    expected = float(sum(jax.tree.leaves(inner)))
    assert slope == pytest.approx(expected, rel=1e-6, abs=1e-8)
    assert abs(expected) > 1e-4
