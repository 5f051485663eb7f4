"""Distributions and gradients of layers."""

from __future__ import annotations

import numpy as np
import torch

from netlapse.engine.probes.layers import BINS, LayerProbe, distribution
from netlapse.engine.programs import Programs
from tests.engine.building import new_trainer, samples, spec, train
from tests.engine.reference import Reference, mean_loss


def test_distribution() -> None:
    values = np.random.default_rng(0).normal(size=(30, 20)).astype(np.float32)
    found = distribution(values)
    assert (found.count, found.not_finite) == (600, 0)
    assert (found.minimum, found.maximum) == (values.min(), values.max())
    np.testing.assert_allclose(found.mean, values.mean(dtype=np.float64))
    np.testing.assert_allclose(found.standard_deviation, values.std(dtype=np.float64))
    np.testing.assert_allclose(found.norm, np.linalg.norm(values.astype(np.float64)))
    np.testing.assert_array_equal(found.counts, np.histogram(values, BINS)[0])


def test_what_is_not_finite_is_counted_and_not_binned() -> None:
    found = distribution(np.array([1.0, np.nan, np.inf, -np.inf, 1.0]))
    assert (found.count, found.not_finite, sum(found.counts)) == (5, 3, 2)
    nothing = distribution(np.array([np.nan, np.inf]))
    assert (nothing.not_finite, nothing.mean, nothing.counts) == (2, None, ())
    empty = distribution(np.zeros(0))
    assert (empty.count, empty.minimum) == (0, None)


def test_extreme_values() -> None:
    wide = distribution(np.array([-3.4e38, 3.4e38], np.float32))
    assert sum(wide.counts) == 2
    narrow = np.array([1, np.nextafter(np.float32(1), np.float32(2))], np.float32)
    assert sum(distribution(narrow).counts) == 2
    assert sum(distribution(np.array([0, 1e-45], np.float32)).counts) == 2


def test_activity_and_gradients_are_pytorchs(programs: Programs) -> None:
    data = samples()
    trainer = new_trainer(programs, spec(l2=0.5), data)
    train(trainer, 9)
    probe = LayerProbe(trainer.structure, data)
    activity = probe.activity(trainer.state.parameters)

    peer = Reference(trainer, lambda weights: torch.optim.SGD(weights, lr=0.1))
    z, a = peer.forward(torch.tensor(np.array(data.train_inputs)))
    loss = mean_loss(trainer.structure.loss, z, a, torch.tensor(np.array(data.train_targets)))
    loss.backward()  # without the penalty
    for (layer, name), weight in peer.weights.items():
        assert weight.grad is not None
        np.testing.assert_allclose(
            activity.gradients[layer][name], weight.grad, rtol=1e-4, atol=1e-7
        )
    np.testing.assert_allclose(activity.pre_activations["output"], z.detach(), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(activity.activations["output"], a.detach(), rtol=1e-4, atol=1e-6)
    assert activity.activations["hidden"].shape == (53, 5)
