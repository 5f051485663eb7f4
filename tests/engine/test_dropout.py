"""Dropout: how many values it drops, how it scales, which masks it draws."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from netlapse.engine.forward import forward
from netlapse.engine.programs import Programs
from tests.engine.building import dense, new_trainer, samples, set_to, spec, train

NETWORK = spec([{"kind": "dropout", "id": "drop", "rate": 0.3}]).network


def dropped(rate: float, key: Any, ids: Any, x: Any, *, training: bool = True) -> Any:
    activity = forward(
        NETWORK,
        {},
        {"drop": {"rate": jnp.float32(rate)}},
        jnp.asarray(x),
        training=training,
        key=key,
        sample_ids=jnp.asarray(ids, jnp.int32),
    )
    return np.asarray(activity.activations["drop"])


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_statistics(rate: float) -> None:
    x = np.ones((400, 250), np.float32)
    values = dropped(rate, jax.random.key(0), np.arange(400), x)
    share = (values == 0).mean()
    deviation = np.sqrt(rate * (1 - rate) / values.size)
    assert abs(share - rate) <= 5 * deviation
    np.testing.assert_allclose(values[values != 0], 1 / (1 - rate), rtol=1e-6)
    assert values.mean() == pytest.approx(1, abs=0.05)
    # Neither samples nor values share their masks.
    assert (values == 0).mean(axis=0).std() == pytest.approx(
        np.sqrt(rate * (1 - rate) / 400), rel=0.2
    )
    assert (values == 0).mean(axis=1).std() == pytest.approx(
        np.sqrt(rate * (1 - rate) / 250), rel=0.2
    )


def test_a_mask_belongs_to_the_sample_not_to_its_place() -> None:
    x = np.ones((5, 40), np.float32)
    key = jax.random.key(3)
    whole = dropped(0.5, key, [4, 9, 1, 7, 3], x)
    part = dropped(0.5, key, [7, 4], x[:2])
    np.testing.assert_array_equal(part, whole[[3, 0]])
    assert (whole[0] != whole[1]).any()


def test_evaluation_changes_nothing() -> None:
    x = np.random.default_rng(0).normal(size=(5, 40)).astype(np.float32)
    np.testing.assert_array_equal(dropped(0.9, None, np.arange(5), x, training=False), x)


def _losses(programs: Programs, rate: float, seed: int) -> Any:
    """The losses of a network that does not learn: only the masks change them."""
    layers = [
        dense("hidden", 20),
        {"kind": "dropout", "id": "drop", "rate": rate},
        dense("output", 1, "sigmoid"),
    ]
    still = {"kind": "sgd", "learning_rate": 0}
    described = spec(layers, seed=seed, optimizer=still, batch_size="full")
    return train(new_trainer(programs, described, samples()), 20)[:, 0]


def test_masks_change_with_the_step_and_the_seed_and_are_the_same_again(
    programs: Programs,
) -> None:
    first = _losses(programs, 0.5, seed=1)
    assert len(set(first.tolist())) == 20
    np.testing.assert_array_equal(first, _losses(programs, 0.5, seed=1))
    assert not np.isin(first, _losses(programs, 0.5, seed=2)).any()
    # Without dropout the losses of a network that stands still are equal, up to the order of sums.
    assert np.ptp(_losses(programs, 0.0, seed=1)) < 1e-6


def test_the_rate_may_change_while_training(programs: Programs) -> None:
    layers = [
        dense("hidden", 20),
        {"kind": "dropout", "id": "drop", "rate": 0.5},
        dense("output", 1, "sigmoid"),
    ]
    still = {"kind": "sgd", "learning_rate": 0}
    trainer = new_trainer(programs, spec(layers, optimizer=still, batch_size="full"), samples())
    assert np.ptp(train(trainer, 5)[:, 0]) > 1e-3
    trainer.intervene([set_to("network.layers.drop.rate", 0)])
    assert np.ptp(train(trainer, 5)[:, 0]) < 1e-6


def test_two_dropout_layers_draw_different_masks() -> None:
    network = spec(
        [
            {"kind": "dropout", "id": "a", "rate": 0.5},
            {"kind": "dropout", "id": "b", "rate": 0.5, "inputs": ["input"]},
        ]
    ).network
    rates = {layer: {"rate": jnp.float32(0.5)} for layer in "ab"}
    activity = forward(
        network,
        {},
        rates,
        jnp.ones((4, 50)),
        training=True,
        key=jax.random.key(0),
        sample_ids=jnp.arange(4),
    )
    assert (activity.activations["a"] != activity.activations["b"]).any()
