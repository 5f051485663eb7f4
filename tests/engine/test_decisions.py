"""Early stopping: when it stops, what it says, what it remembers."""

from __future__ import annotations

import pytest

from netlapse.engine.decisions import decide
from netlapse.engine.keyframes import Memory
from netlapse.engine.programs import Programs
from netlapse.spec.training import EarlyStopping, Training
from tests.engine.building import dense, new_trainer, samples, set_to, spec


def _stops_after(losses: list[float], patience: int, min_delta: float = 0) -> int | None:
    stopping = EarlyStopping(patience=patience, min_delta=min_delta)
    training, memory = Training(early_stopping=stopping), Memory()
    for epoch, loss in enumerate(losses, 1):
        if decide(training, memory, loss):
            return epoch
    return None


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "epoch"),
    [
        ([3, 2, 1, 1, 1], 2, 0, 5),
        ([3, 2, 1, 1, 0.5, 0.5, 0.5], 2, 0, 7),
        ([3, 2, 1], 1, 0, None),
        ([1, 1], 1, 0, 2),
        ([1, 0.95, 0.9, 0.85], 2, 0.1, 3),
        ([1, 0.95, 0.89, 0.85], 2, 0.1, None),
        ([float("nan")] * 3, 3, 0, 3),
        ([1, float("inf"), 0.5, 0.4], 2, 0, None),
    ],
)
def test_patience(losses: list[float], patience: int, min_delta: float, epoch: int | None) -> None:
    assert _stops_after(losses, patience, min_delta) == epoch


def test_without_it_nothing_stops() -> None:
    assert decide(Training(), Memory(), 1.0) == ""


def test_it_says_why() -> None:
    training, memory = Training(early_stopping=EarlyStopping(patience=1)), Memory()
    decide(training, memory, 0.25)
    expected = "Stopped early: the loss has not fallen below 0.25 for 1 epoch."
    assert decide(training, memory, 0.5) == expected


def test_a_training_stops_at_the_end_of_an_epoch_and_can_go_on(programs: Programs) -> None:
    stopping = {"patience": 2, "min_delta": 100}
    trainer = new_trainer(programs, spec(early_stopping=stopping), samples())
    taken = [len(trainer.advance(10_000).losses) for _ in range(3)]
    assert taken == [7, 7, 7]  # a call ends with the epoch, where it is decided
    assert (trainer.epoch, trainer.offset) == (3, 0)
    assert trainer.stopped_early.startswith("Stopped early")
    trainer.advance(3)
    assert trainer.step == 24


def test_it_remembers_across_a_keyframe(programs: Programs) -> None:
    described = spec(early_stopping={"patience": 3, "min_delta": 100})
    trainer = new_trainer(programs, described, samples())
    trainer.advance(100)
    trainer.advance(4)
    restored = new_trainer(programs, described, samples(), keyframe=trainer.keyframe())
    assert restored.memory == trainer.memory
    for _ in range(3):
        restored.advance(100)
    assert (restored.epoch, restored.stopped_early != "") == (4, True)


def test_without_a_validation_part_the_training_loss_decides(programs: Programs) -> None:
    frozen = [dense("hidden", 5, frozen=True), dense("output", 1, "sigmoid", frozen=True)]
    trainer = new_trainer(
        programs, spec(frozen, early_stopping={"patience": 2}), samples(validation=0)
    )
    for _ in range(3):
        trainer.advance(100)
    assert trainer.stopped_early.endswith("for 2 epochs.")


def test_a_change_of_it_forgets_what_was_seen(programs: Programs) -> None:
    described = spec(early_stopping={"patience": 3, "min_delta": 100})
    trainer = new_trainer(programs, described, samples())
    for _ in range(3):
        trainer.advance(100)
    assert trainer.memory.stopping_bad_epochs == 2
    trainer.intervene([set_to("training.early_stopping", {"patience": 3})])
    assert trainer.memory.stopping_bad_epochs == 0
    trainer.intervene([set_to("training.early_stopping", None)])
    assert len(trainer.advance(1000).losses) == 1000


def test_losses_of_other_class_weights_are_not_compared(programs: Programs) -> None:
    stopping = {"patience": 3, "min_delta": 100}
    schedule = {"kind": "reduce-on-plateau", "patience": 9}
    described = spec(early_stopping=stopping, schedule=schedule)
    trainer = new_trainer(programs, described, samples())
    for _ in range(2):
        trainer.advance(100)
    plain = trainer.memory
    trainer.intervene([set_to("training.class_weights", "balanced")])
    trainer.advance(100)
    weighted = trainer.memory
    assert plain.stopping_bad_epochs == 1
    assert weighted.stopping_bad_epochs == 0
    assert weighted.plateau_bad_epochs == 0
    assert weighted.stopping_best == weighted.plateau_best != plain.stopping_best
