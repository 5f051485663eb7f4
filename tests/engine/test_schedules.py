"""Schedules beside PyTorch's, at the ends of epochs and in a training."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    ReduceLROnPlateau,
    StepLR,
)

from netlapse.engine.hyperparameters import as_vector, hyperparameters, named
from netlapse.engine.programs import Programs
from netlapse.engine.update import learning_rate
from netlapse.spec.document import Spec
from netlapse.spec.schedules import scheduled_rate
from tests.engine.building import new_trainer, samples, set_to, spec, train
from tests.engine.reference import Reference

EPOCHS, SAMPLES, BATCH = 12, 53, 8
STEPS_PER_EPOCH = 7

SCHEDULES: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "constant": ({"kind": "constant"}, partial(ConstantLR, factor=1)),
    "step": ({"kind": "step", "every": 3, "factor": 0.4}, partial(StepLR, step_size=3, gamma=0.4)),
    "exponential": ({"kind": "exponential", "factor": 0.8}, partial(ExponentialLR, gamma=0.8)),
    "cosine": (
        {"kind": "cosine", "floor": 0.1},
        partial(CosineAnnealingLR, T_max=EPOCHS, eta_min=0.02),
    ),
    "warm-up": (
        {"kind": "warm-up", "epochs": 5, "start": 0.2},
        partial(LinearLR, start_factor=0.2, total_iters=5),
    ),
}


def _spec(schedule: dict[str, Any], **more: Any) -> Spec:
    optimizer = {"kind": "sgd", "learning_rate": 0.2}
    settings = {"epochs": EPOCHS, "optimizer": optimizer, "schedule": schedule, **more}
    return spec(**settings)


def traced_rates(described: Spec, epochs: Any, shares: Any, count: int = SAMPLES) -> Any:
    numbers = hyperparameters(described, count)

    def rate(vector: Any, epoch: Any, share: Any) -> Any:
        return learning_rate(named(tuple(numbers), vector), epoch, share)

    rates = jax.jit(jax.vmap(rate, (None, 0, 0)))
    return rates(as_vector(numbers), jnp.asarray(epochs, jnp.int32), jnp.asarray(shares))


@pytest.mark.parametrize("name", SCHEDULES)
def test_equals_pytorch_at_the_start_of_each_epoch(name: str) -> None:
    schedule, peer = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.2)
    scheduler = peer(optimizer)
    expected: list[float] = []
    for _ in range(EPOCHS):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    epochs = np.arange(EPOCHS)
    rates = traced_rates(_spec(schedule), epochs, np.zeros(EPOCHS, np.float32))
    np.testing.assert_allclose(rates, expected, rtol=2e-6)


@pytest.mark.parametrize(
    "schedule",
    [
        *(schedule for schedule, _ in SCHEDULES.values()),
        {"kind": "cosine", "warmup_epochs": 2.5},
        {"kind": "cosine", "warmup_epochs": 1000, "floor": 0.5},
        {"kind": "warm-up", "epochs": 0.3, "start": 0},
        {"kind": "warm-up", "epochs": 500, "start": 0},
    ],
    ids=str,
)
def test_the_program_and_the_page_compute_the_same_rate(schedule: dict[str, Any]) -> None:
    described = _spec(schedule)
    offsets = np.arange(0, SAMPLES, BATCH)
    epochs = np.repeat(np.arange(EPOCHS + 3), len(offsets))
    shares = np.tile(offsets / SAMPLES, EPOCHS + 3)
    rates = traced_rates(described, epochs, shares.astype(np.float32))
    expected = [
        0.2 * scheduled_rate(described.training.schedule, EPOCHS, STEPS_PER_EPOCH, epoch + share)
        for epoch, share in zip(epochs, shares, strict=True)
    ]
    np.testing.assert_allclose(rates, expected, rtol=1e-5, atol=1e-7)
    held = epochs >= EPOCHS
    assert (rates[held] == rates[np.flatnonzero(held)[0]]).all(), "the last rate is held"
    assert (rates >= 0).all()


def test_a_step_comes_with_its_epoch_however_many_samples_there_are() -> None:
    described = _spec({"kind": "step", "every": 1000, "factor": 0.5}, epochs=10_000_000)
    last = np.float32(1 - 1 / 60_000)
    rates = traced_rates(described, [4999, 5000, 999_999, 1_000_000], [last, 0, last, 0], 60_000)
    np.testing.assert_allclose(rates[:2], [0.2 * 0.5**4, 0.2 * 0.5**5], rtol=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_training_follows_it(programs: Programs, name: str) -> None:
    trainer = new_trainer(programs, _spec(SCHEDULES[name][0]), samples(count=SAMPLES))
    reference = Reference(trainer, partial(torch.optim.SGD, lr=0.2))

    def rate(step: int) -> float:
        epoch, place = divmod(step, STEPS_PER_EPOCH)
        schedule = trainer.spec.training.schedule
        progress = epoch + place * BATCH / SAMPLES
        return 0.2 * scheduled_rate(schedule, EPOCHS, STEPS_PER_EPOCH, progress)

    expected = reference.train(70, rate)
    assert trainer.learning_rate == pytest.approx(rate(0))
    np.testing.assert_allclose(train(trainer, 70), expected, rtol=2e-4, atol=1e-6)
    assert trainer.learning_rate == pytest.approx(rate(70))
    reference.assert_equal(trainer)


def test_reduce_on_plateau_equals_pytorch(programs: Programs) -> None:
    schedule = {"kind": "reduce-on-plateau", "factor": 0.5, "patience": 1, "threshold": 0.02}
    trainer = new_trainer(programs, _spec(schedule, epochs=60, batch_size=20), samples())
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.2)
    scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1, threshold=0.02)
    rates: list[float] = []
    while not trainer.finished:
        trainer.advance(1000)  # ends with the epoch
        assert trainer.offset == 0
        validation = trainer.scores()[1]
        assert validation is not None
        optimizer.step()
        scheduler.step(validation.loss)
        rates.append(optimizer.param_groups[0]["lr"])
        assert trainer.learning_rate == pytest.approx(rates[-1], rel=1e-9)
    assert trainer.epoch == 60
    assert len(set(rates)) > 4, "it never came to a plateau"


def test_the_reduced_rate_is_what_the_steps_take(programs: Programs) -> None:
    schedule = {"kind": "reduce-on-plateau", "factor": 0.1, "patience": 0, "threshold": 0.9}
    trainer = new_trainer(programs, _spec(schedule, batch_size="full"), samples())
    reference = Reference(trainer, partial(torch.optim.SGD, lr=0.2))
    # From the second epoch on, every loss is within 90 % of the best: ten times less each time.
    expected = reference.train(6, lambda step: 0.2 * 0.1 ** max(step - 1, 0))
    np.testing.assert_allclose(train(trainer, 6), expected, rtol=2e-4)
    reference.assert_equal(trainer)


def test_another_schedule_starts_from_the_full_rate(programs: Programs) -> None:
    schedule = {"kind": "reduce-on-plateau", "factor": 0.1, "patience": 0, "threshold": 0.9}
    trainer = new_trainer(programs, _spec(schedule, batch_size="full"), samples())
    train(trainer, 4)
    assert trainer.learning_rate < 0.01
    trainer.intervene([set_to("training.schedule", "constant")])
    assert trainer.learning_rate == pytest.approx(0.2)
