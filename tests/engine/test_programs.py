"""Programs are shared by all that differ in numbers alone; many steps fit in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.engine import program, structure
from netlapse.engine.programs import Programs, structure_of
from netlapse.errors import SpecError
from tests.engine.building import dense, new_trainer, parameters, samples, set_to, spec, train


def _key(**training: Any) -> str:
    return structure_of(spec(**training), samples()).key


def test_numbers_share_a_program() -> None:
    first = _key(optimizer={"kind": "adam"})
    assert first == _key(
        optimizer={"kind": "adam", "learning_rate": 3, "beta_1": 0.5, "epsilon": 1e-3},
        schedule={"kind": "cosine"},
        l1=0.1,
        l2=0.1,
        clip_norm=1,
        clip_value=1,
        epochs=7,
        early_stopping={"patience": 3},
        seed=9,
    )
    he = [dense("hidden", 5, kernel_initializer={"kind": "he"}, frozen=True)]
    he.append(dense("output", 1, "sigmoid"))
    assert first == _key(layers=he, optimizer={"kind": "adam"})


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": {"kind": "adamw"}},
        {"batch_size": 9},
        {"loss": {"kind": "mean-squared-error"}},
        {"loss": {"kind": "huber", "delta": 2}},
        {"layers": [dense("hidden", 6), dense("output", 1, "sigmoid")]},
        {"layers": [dense("hidden", 5, "relu"), dense("output", 1, "sigmoid")]},
    ],
    ids=str,
)
def test_structures_do_not(training: dict[str, Any]) -> None:
    assert _key(**{"optimizer": {"kind": "adam"}, **training}) != _key(optimizer={"kind": "adam"})


def test_centered_is_another_program() -> None:
    kinds = [{"kind": "rmsprop", "centered": value} for value in (True, False)]
    assert _key(optimizer=kinds[0]) != _key(optimizer=kinds[1])


def test_a_shared_program_gives_each_its_own_numbers(programs: Programs) -> None:
    data = samples()
    slow = new_trainer(programs, spec(optimizer={"kind": "sgd", "learning_rate": 0.01}), data)
    fast = new_trainer(programs, spec(optimizer={"kind": "sgd", "learning_rate": 0.5}), data)
    before = parameters(slow)["hidden.kernel"]
    train(slow, 1)
    train(fast, 1)
    moved = [np.abs(parameters(t)["hidden.kernel"] - before).max() for t in (slow, fast)]
    assert moved[1] == pytest.approx(50 * moved[0], rel=1e-3)


def test_a_call_takes_at_most_its_buffers(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(epochs=10_000), samples())
    assert len(trainer.advance(10**9).losses) == program.CAPACITY
    assert len(trainer.advance(0).losses) == 0
    assert trainer.step == program.CAPACITY


def test_epochs_end_with_a_smaller_batch(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(epochs=3), samples())
    assert (trainer.steps_per_epoch, trainer.steps_to_end()) == (7, 21)
    train(trainer, 6)
    assert (trainer.epoch, trainer.offset, trainer.steps_to_epoch_end()) == (0, 48, 1)
    train(trainer, 1)
    assert (trainer.epoch, trainer.offset, trainer.progress) == (1, 0, 1.0)
    train(trainer, 14)
    assert trainer.finished
    assert len(trainer.advance(10).losses) == 0
    trainer.extend(2)
    assert trainer.steps_to_end() == 14
    assert len(trainer.advance(1000).losses) == 14


def test_samples_that_are_not_gathered_are_the_same_samples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described, data = spec(optimizer={"kind": "adam"}), samples()
    gathered = new_trainer(Programs(), described, data)
    expected = train(gathered, 20)
    monkeypatch.setattr(structure, "GATHERED", 0)
    picked = new_trainer(Programs(), described, data)
    assert not picked.structure.gathers_epochs
    np.testing.assert_allclose(train(picked, 20, [3]), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("batch_size", [1, 52, 53, 54, "full"])
def test_batch_sizes_at_the_edges(programs: Programs, batch_size: int | str) -> None:
    trainer = new_trainer(programs, spec(batch_size=batch_size), samples())
    steps = {1: 53, 52: 2}.get(batch_size if isinstance(batch_size, int) else 0, 1)
    assert trainer.steps_per_epoch == steps
    assert np.isfinite(train(trainer, 2 * steps)).all()
    assert (trainer.epoch, trainer.offset) == (2, 0)


def test_one_sample(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(batch_size=10), samples(count=1, validation=0))
    assert np.isfinite(train(trainer, 5)).all()
    assert trainer.epoch == 5
    assert trainer.scores()[1] is None


def test_classes_with_a_squared_error(programs: Programs) -> None:
    layers = [dense("output", 3, "softmax")]
    loss = {"kind": "mean-squared-error"}
    optimizer = {"kind": "sgd", "learning_rate": 1}
    data = samples("multiclass", outputs=3)
    trainer = new_trainer(programs, spec(layers, loss=loss, optimizer=optimizer), data)
    before = trainer.scores()[0]
    train(trainer, 300)
    after = trainer.scores()[0]
    assert after.loss < before.loss / 2
    assert after.accuracy is not None
    assert after.accuracy > 0.8


def test_a_network_without_weights_trains_to_nothing(programs: Programs) -> None:
    layers = [{"kind": "activation", "id": "only", "activation": "sigmoid"}]
    trainer = new_trainer(programs, spec(layers), samples(features=1))
    assert not train(trainer, 8)[:, 1].any()


def test_a_spec_that_cannot_be_trained_is_refused(programs: Programs) -> None:
    with pytest.raises(SpecError) as raised:
        new_trainer(programs, spec([dense("output", 2, "sigmoid")]), samples())
    assert str(raised.value) == (
        "layer `output`: The output layer `output` must have 1 unit for two classes, got 2 units."
    )


def test_compiling_ahead_for_a_change(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    future = trainer.changed([set_to("training.batch_size", 13)])
    compiled = future.result()
    assert compiled.structure.batch == 13
    trainer.intervene([set_to("training.batch_size", 13)])
    assert trainer.prepare() is future
    with pytest.raises(SpecError, match="cannot change during a training"):
        trainer.changed([set_to("data.samples", 10)])
