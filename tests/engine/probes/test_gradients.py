"""The gradient of the loss over the whole training part."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from netlapse.engine.probes import gradients
from netlapse.engine.probes.gradients import GradientProbe
from netlapse.engine.programs import Programs
from netlapse.spec.network import Task
from tests.engine.building import new_trainer, samples, spec, train, two_layers
from tests.engine.reference import Reference, mean_loss

CASES: list[tuple[Task, int, str]] = [
    ("binary", 1, "sigmoid"),
    ("multiclass", 3, "softmax"),
    ("regression", 1, "linear"),
]


@pytest.mark.parametrize(("task", "outputs", "function"), CASES)
def test_loss_and_gradients_are_pytorchs_over_all_samples(
    programs: Programs, task: Task, outputs: int, function: str
) -> None:
    """Also where there are more samples than other probes look at."""
    data = samples(task, count=1500, outputs=outputs)
    layers = two_layers(output=function, outputs=outputs)
    trainer = new_trainer(programs, spec(layers, l2=0.5), data)
    train(trainer, 7)
    found = GradientProbe(trainer.structure, data).at(trainer.state.parameters)

    peer = Reference(trainer, lambda weights: torch.optim.SGD(weights, lr=0.1))
    z, a = peer.forward(torch.tensor(np.array(data.train_inputs)))
    loss = mean_loss(trainer.structure.loss, z, a, torch.tensor(np.array(data.train_targets)))
    loss.backward()
    assert found.samples == 1500
    np.testing.assert_allclose(found.loss, loss.item(), rtol=1e-5)
    assert {(layer, name) for layer, own in found.gradients.items() for name in own} == set(
        peer.weights
    )
    for (layer, name), weight in peer.weights.items():
        assert weight.grad is not None
        np.testing.assert_allclose(found.gradients[layer][name], weight.grad, rtol=1e-3, atol=1e-6)


def test_of_very_many_numbers_the_first_samples_are_taken(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = samples(count=53)
    trainer = new_trainer(programs, spec(), data)
    numbers = 3 + 5 + 1
    monkeypatch.setattr(gradients, "MAX_NUMBERS", 20 * numbers)
    found = GradientProbe(trainer.structure, data).at(trainer.state.parameters)
    first = samples(count=53)
    z, a = Reference(trainer, lambda weights: torch.optim.SGD(weights, lr=0.1)).forward(
        torch.tensor(np.array(first.train_inputs[:20]))
    )
    expected = mean_loss(trainer.structure.loss, z, a, torch.tensor(first.train_targets[:20]))
    assert found.samples == 20
    np.testing.assert_allclose(found.loss, expected.item(), rtol=1e-5)
