"""A walk beside central differences, PyTorch's optimizers and the trainer's next state."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
import torch

from netlapse.engine.forward import Nudges, Shard, forward_shards
from netlapse.engine.hyperparameters import named
from netlapse.engine.losses import sample_losses
from netlapse.engine.probes.walk_contributions import contributions, largest, of_units
from netlapse.engine.probes.walk_trace import Trace, decomposed
from netlapse.engine.program import step_key
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.spec.layers import INPUT
from tests.engine.building import train
from tests.engine.probes.walking import WALKS, batch_walk, trainer_of, walked_with

STEP = 1e-5
OPTIMIZERS: dict[str, tuple[dict[str, Any], Any]] = {
    "sgd": ({}, lambda p: torch.optim.SGD(p, lr=0.02)),
    "momentum": ({"momentum": 0.8}, lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8)),
    "nesterov": (
        {"momentum": 0.8},
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8, nesterov=True),
    ),
    "adagrad": ({}, lambda p: torch.optim.Adagrad(p, lr=0.02, eps=1e-10)),
    "rmsprop": ({}, lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.99, eps=1e-8)),
    "centered": (
        {"kind": "rmsprop", "centered": True, "momentum": 0.5},
        lambda p: torch.optim.RMSprop(p, lr=0.02, eps=1e-8, centered=True, momentum=0.5),
    ),
    "adam": ({}, lambda p: torch.optim.Adam(p, lr=0.02)),
    "adamw": (
        {"weight_decay": 0.3},
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.3),
    ),
}


class Reference:
    """The loss of a walk in float64, with something added to any number of it."""

    def __init__(self, trainer: Trainer, trace: Trace) -> None:
        self.structure, self.trace = trainer.structure, trace
        targets = trace.targets
        if trainer.samples.task == "multiclass":
            targets = targets.argmax(axis=1).astype(np.int32)
        self.targets = targets
        self.weights = np.ones(len(targets))
        if trainer.spec.training.class_weights == "balanced":
            classes = trainer.samples.train_targets.ravel().astype(int)
            found, counts = np.unique(classes, return_counts=True)
            by_class = dict(zip(found, len(classes) / (len(found) * counts), strict=True))
            self.weights = np.array([by_class[int(one)] for one in targets.ravel()])
        self.numbers = named(self.structure.names, trainer.numbers.astype(np.float64))  # type: ignore[arg-type]
        self.key = None
        if trace.training:
            self.key = step_key(
                self.structure, np.uint32(trainer.spec.seed), np.int32(trainer.step)
            )
        self.parameters = jax.tree.map(np.float64, dict(trace.before))
        self.z = {layer: np.zeros(v.shape) for layer, v in trace.z.items()}
        self.a = {layer: np.zeros(v.shape) for layer, v in trace.a.items()}
        self._loss = jax.jit(self._traced)

    def slope(self, array: np.ndarray[Any, Any], index: tuple[int, ...]) -> float:
        """The central difference of the loss with respect to one number."""
        kept = array[index]
        ends: list[float] = []
        for sign in (1, -1):
            array[index] = kept + sign * STEP
            ends.append(float(self._loss(self.parameters, self.z, self.a)))
        array[index] = kept
        return (ends[0] - ends[1]) / (2 * STEP)

    def _traced(self, parameters: Any, z: Any, a: Any) -> Any:
        trace = self.trace
        (activity,), _ = forward_shards(
            self.structure.network,
            parameters,
            self.numbers.layers(),
            [Shard(trace.a[INPUT].astype(np.float64), trace.ids)],
            training=trace.training,
            key=self.key,
            nudges=Nudges(z, a),
        )
        output = activity.output(self.structure.network)
        return (sample_losses(self.structure.loss, *output, self.targets) * self.weights).mean()


@pytest.mark.parametrize(("name", "walked"), WALKS)
def test_gradients_equal_central_differences(programs: Programs, name: str, walked: str) -> None:
    trainer, trace = walked_with(programs, name, walked)
    random = np.random.default_rng(3)
    with jax.enable_x64(True):
        reference = Reference(trainer, trace)
        pairs = [(reference.z[layer], own, f"dz of {layer}") for layer, own in trace.dz.items()]
        pairs += [(reference.a[layer], own, f"da of {layer}") for layer, own in trace.da.items()]
        pairs += [
            (reference.parameters[layer][key], gradient, f"{layer}.{key}")
            for layer, own in trace.gradients.items()
            for key, gradient in own.items()
        ]
        for array, gradient, what in pairs:
            for _ in range(4):
                index = tuple(int(random.integers(n)) for n in gradient.shape)
                slope = reference.slope(array, index)
                np.testing.assert_allclose(
                    gradient[index], slope, rtol=2e-3, atol=2e-6, err_msg=f"{what} {index}"
                )


@pytest.mark.parametrize("name", ["penalties and clipping", "batch-norm", "dropout", "branches"])
def test_the_batch_is_the_next_update(programs: Programs, name: str) -> None:
    trainer = trainer_of(programs, name)
    # The last batch of an epoch is shorter.
    train(trainer, trainer.steps_per_epoch - 1)
    trace = batch_walk(trainer)
    left = len(trainer.samples.train_inputs) - trainer.offset
    assert trace.samples == left < trainer.structure.batch
    (loss, norm), *_ = train(trainer, 1)
    assert trace.loss == pytest.approx(loss, rel=1e-5)
    assert trace.norm == pytest.approx(norm, rel=1e-4)
    for layer, own in trainer.state.parameters.items():
        for key, value in own.items():
            np.testing.assert_array_equal(trace.after[layer][key], np.asarray(value))
    # What is told comes to what is done.
    assert decomposed(trace) < 1e-6


def test_a_frozen_layer_has_gradients_and_stays(programs: Programs) -> None:
    _, trace = walked_with(programs, "batch-norm of features", "batch")
    assert np.abs(trace.gradients["hidden"]["kernel"]).max() > 0
    assert not trace.updates["hidden"]["kernel"].any()
    np.testing.assert_array_equal(trace.after["hidden"]["kernel"], trace.before["hidden"]["kernel"])
    frozen, moved = trace.after["frozen"], trace.after["batch-norm"]
    np.testing.assert_array_equal(frozen["moving_mean"], trace.before["frozen"]["moving_mean"])
    assert (moved["moving_mean"] != trace.before["batch-norm"]["moving_mean"]).all()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_updates_equal_pytorchs(programs: Programs, kind: str) -> None:
    more, make = OPTIMIZERS[kind]
    trainer = trainer_of(
        programs, "classes", optimizer={"kind": kind, "learning_rate": 0.02, **more}
    )
    tensors = {
        (layer, key): torch.tensor(np.array(value), requires_grad=True)
        for layer, own in trainer.state.parameters.items()
        for key, value in own.items()
    }
    optimizer = make(list(tensors.values()))
    for _ in range(5):
        trace = batch_walk(trainer)
        for (layer, key), tensor in tensors.items():
            tensor.grad = torch.tensor(np.array(trace.gradients[layer][key]))
        optimizer.step()
        for (layer, key), tensor in tensors.items():
            told = trace.before[layer][key] + trace.updates[layer][key]
            np.testing.assert_allclose(told, tensor.detach().numpy(), rtol=2e-5, atol=2e-6)
        train(trainer, 1)


def test_contributions_sum_to_the_change_of_the_loss(programs: Programs) -> None:
    """To first order: a tenth of the step leaves about a hundredth of the difference."""
    gaps: list[float] = []
    for rate in (0.1, 0.01):
        trainer = trainer_of(programs, "classes", optimizer={"kind": "sgd", "learning_rate": rate})
        trace = batch_walk(trainer)
        values = contributions(trace)
        predicted = sum(v.sum() for own in values.values() for v in own.values())
        change = trace.loss_after - trace.loss
        assert predicted < 0
        assert change == pytest.approx(predicted, rel=0.2)
        gaps.append(abs(change - predicted))
    assert gaps[1] < gaps[0] / 30
    top = largest(trace, 4)
    every = np.concatenate([v.ravel() for own in values.values() for v in own.values()])
    assert [abs(e.value) for e in top] == pytest.approx(sorted(np.abs(every))[:-5:-1])
    assert top[0].value == pytest.approx(top[0].gradient * top[0].update)
    units = of_units(trace, "hidden", (5,))
    own = values["hidden"]
    np.testing.assert_allclose(units, own["kernel"].sum(axis=0) + own["bias"])
