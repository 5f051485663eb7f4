"""When something lasts long enough to be told."""

from __future__ import annotations

from netlapse.doctor.history import History
from netlapse.protocol.messages import Evaluation
from netlapse.spec.presets import PRESETS

SPEC = PRESETS["xor"].spec


def evaluations(*steps: int) -> list[Evaluation]:
    split = {"samples": 10, "loss": 0.5}
    return [
        Evaluation.model_validate({"step": s, "epoch": s / 10, "train": split, "validation": None})
        for s in steps
    ]


def lasting(
    history: History, steps: list[int], from_step: int, *, fresh: bool = False
) -> list[int]:
    found = history.lasting(evaluations(*steps), lambda one: one.step >= from_step, fresh=fresh)
    return [one.step for one in found]


def test_four_moments_in_a_row_are_needed() -> None:
    history = History(SPEC, 100)
    steps = [0, 20, 40, 60, 80, 100]
    assert lasting(history, steps, 40) == [40, 60, 80, 100]
    assert lasting(history, steps, 60) == []


def test_a_fifth_of_all_steps_is_needed() -> None:
    history = History(SPEC, 1000)
    assert lasting(history, [0, 970, 980, 990, 1000], 970) == []
    assert lasting(history, [0, 800, 900, 950, 1000], 800) == [800, 900, 950, 1000]


def test_a_break_begins_anew() -> None:
    history = History(SPEC, 100)
    moments = evaluations(0, 20, 40, 60, 80, 100)
    assert not history.lasting(moments, lambda one: one.step != 60)
    assert not history.lasting(moments, lambda one: one.step < 100)


def test_what_was_before_the_last_change_does_not_count_where_it_may_have_been_the_cure() -> None:
    steps = [0, 20, 40, 60, 80, 100]
    changed = History(SPEC, 100, changed=30)
    assert lasting(changed, steps, 0, fresh=True) == [40, 60, 80, 100]
    assert lasting(History(SPEC, 100, changed=40), steps, 0, fresh=True) == []
    assert lasting(History(SPEC, 100, changed=40), steps, 0) == steps


def test_losses_from_before_classes_counted_otherwise_are_not_compared() -> None:
    losses = {0: 0.5, 20: 0.1, 40: 2.0, 60: 1.0}
    moments = [
        one.model_copy(update={"train": one.train.model_copy(update={"loss": losses[one.step]})})
        for one in evaluations(*losses)
    ]
    plain = History(SPEC, 60, evaluations=moments)
    assert (plain.first_loss, plain.loss_left) == (0.5, 2.0)
    reweighted = History(SPEC, 60, evaluations=moments, reweighted=20)
    assert [one.step for one in reweighted.comparable(moments)] == [40, 60]
    assert (reweighted.first_loss, reweighted.loss_left) == (2.0, 0.5)
    nothing_yet = History(SPEC, 20, evaluations=moments[:2], reweighted=20)
    assert nothing_yet.loss_left == 1.0
