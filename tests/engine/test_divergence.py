"""Where numbers stop being finite, the training stands at its last good state and says why."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from netlapse.engine.programs import Programs
from netlapse.engine.samples import Samples
from netlapse.engine.steps import DivergedAtStepError
from netlapse.engine.trainer import Trainer
from netlapse.errors import DataError
from netlapse.spec.document import Spec
from tests.engine.building import dense, edit, new_trainer, parameters, samples, set_to, spec, train

LAYERS: list[dict[str, Any]] = [dense("hidden", 4, "linear"), dense("output", 1, "linear")]


def _spec(rate: float, **more: Any) -> Spec:
    return spec(LAYERS, optimizer={"kind": "sgd", "learning_rate": rate}, **more)


def _diverge(trainer: Trainer, chunks: list[int]) -> tuple[DivergedAtStepError, np.ndarray]:
    losses: list[np.ndarray] = []
    for call in range(100_000):
        try:
            losses.append(trainer.advance(chunks[call % len(chunks)]).losses)
        except DivergedAtStepError as error:
            losses.append(error.steps.losses)
            return error, np.concatenate(losses)
    raise AssertionError("it did not diverge")


@pytest.mark.parametrize("rate", [0.6, 3.0, 100.0])
def test_the_same_last_good_state_for_any_division_into_calls(
    programs: Programs, rate: float
) -> None:
    data = samples("regression")
    found: list[tuple[int, str, bytes, bytes]] = []
    for chunks in ([5000], [1], [7], [3, 11, 1], [64]):
        trainer = new_trainer(programs, _spec(rate), data)
        error, losses = _diverge(trainer, chunks)
        assert len(losses) == trainer.step
        assert np.isfinite(losses).all()
        assert all(np.isfinite(value).all() for value in parameters(trainer).values())
        found.append((trainer.step, str(error), losses.tobytes(), trainer.keyframe()))
    assert len(set(found)) == 1
    # It is a state of the training: the same as when only so many steps were asked for.
    again = new_trainer(programs, _spec(rate), data)
    if found[0][0]:
        train(again, found[0][0])
    assert again.keyframe() == found[0][3]
    assert (again.epoch, again.offset) == (trainer.epoch, trainer.offset)


def test_it_names_step_layer_cause_and_remedy(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(3.0), samples("regression"))
    error, _ = _diverge(trainer, [1000])
    assert f"at step {trainer.step + 1:,}" in error.message or "after step" in error.message
    assert "in layer `" in error.message
    assert "(learning rate 3)" in error.message
    assert error.place in ("layer `hidden`", "layer `output`")
    assert error.remedy == "Try a learning rate of 0.3, or clip the gradient's norm at 1."


def test_the_very_first_step(programs: Programs) -> None:
    data = samples("regression")
    huge = dataclasses.replace(data, train_inputs=np.full_like(data.train_inputs, 3e38))
    trainer = new_trainer(programs, _spec(0.1), huge)
    error, losses = _diverge(trainer, [100])
    assert (trainer.step, len(losses)) == (0, 0)
    assert "at step 1: " in error.message
    assert all(np.isfinite(value).all() for value in parameters(trainer).values())


def test_it_goes_on_after_a_smaller_learning_rate(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(100.0), samples("regression"))
    _diverge(trainer, [1000])
    step = trainer.step
    trainer.intervene(
        [
            set_to("training.optimizer.learning_rate", 1e-30),
            *(edit("hidden", "kernel", (i, j), 0.1) for i in range(3) for j in range(4)),
            *(edit("output", "kernel", (i, 0), 0.1) for i in range(4)),
            *(edit("hidden", "bias", (i,), 0) for i in range(4)),
            edit("output", "bias", (0,), 0),
        ]
    )
    assert np.isfinite(train(trainer, 20)).all()
    assert trainer.step == step + 20


def test_interventions_that_wait_act_before_and_not_after(programs: Programs) -> None:
    data = samples("regression")
    live = new_trainer(programs, _spec(0.01), data)
    train(live, 12)
    cause = live.intervene([set_to("training.optimizer.learning_rate", 50.0)])
    _, losses = _diverge(live, [100])
    late = cause.with_changes(step=live.step + 1)
    replayed = new_trainer(programs, _spec(0.01), data, interventions=[cause, late])
    _, again = _diverge(replayed, [1000])
    assert replayed.acted == 1
    np.testing.assert_array_equal(again[12:], losses)


def test_an_overflow_of_the_weights_alone(programs: Programs) -> None:
    """Loss and gradient are finite, the new weights are not: the state before is kept."""
    layers = [dense("output", 1, "linear", use_bias=False)]
    described = spec(layers, optimizer={"kind": "sgd", "learning_rate": 100.0}, batch_size="full")
    x, y = np.full((4, 1), 1e15, np.float32), np.full((4, 1), 1e-3, np.float32)
    data = Samples("regression", 1, x, y, x[:0], y[:0])
    for chunks in ([1], [50]):
        trainer = new_trainer(programs, described, data)
        trainer.intervene([edit("output", "kernel", (0, 0), 1000)])
        error, losses = _diverge(trainer, chunks)
        assert trainer.step == len(losses)
        assert all(np.isfinite(value).all() for value in parameters(trainer).values())
        assert "step" in error.message


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_is_not_finite_is_refused(programs: Programs, value: float) -> None:
    data = samples("regression")
    for field, name in (
        ("train_inputs", "training inputs"),
        ("train_targets", "training targets"),
        ("validation_inputs", "validation inputs"),
        ("validation_targets", "validation targets"),
    ):
        values = getattr(data, field).copy()
        values[5, 0] = value
        broken = dataclasses.replace(data, **{field: values})
        expected = f"The {name} must be finite numbers, got {value} in sample 5."
        with pytest.raises(DataError) as raised:
            new_trainer(programs, _spec(0.1), broken)
        assert raised.value.message == expected


def test_with_decisions_at_epoch_ends(programs: Programs) -> None:
    """A call then ends with the epoch; the search for the last good state does not decide."""
    found: set[tuple[int, bytes]] = set()
    for chunks in ([5000], [1], [4]):
        described = _spec(3.0, early_stopping={"patience": 1000})
        trainer = new_trainer(programs, described, samples("regression"))
        _diverge(trainer, chunks)
        found.add((trainer.step, trainer.keyframe()))
    assert len(found) == 1
