"""Runs beside each other: words, metrics with the best marked, losses by step, epoch and time."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest

import netlapse as nl
from netlapse.comparing import MOST_COLUMNS, comparison_of, versions_of
from netlapse.errors import NotFoundError, SpecError
from netlapse.record.contract import Keyframe, RunStatus
from netlapse.record.memory import MemoryStore
from netlapse.spec.base import parse
from netlapse.spec.changes import Intervention, set_value
from netlapse.spec.document import Spec

SPIRAL = nl.presets.spiral()
FASTER = set_value(SPIRAL, "training.optimizer.learning_rate", 0.1)


def split(loss: float, accuracy: float | None) -> dict[str, Any]:
    return {"samples": 200, "loss": loss, "accuracy": accuracy}


def recorded(
    store: MemoryStore, spec: Spec, losses: Any, *, accuracy: float = 0.5, seconds: float = 0.0
) -> str:
    """A run with these losses, evaluated in the middle and at its end; 20 steps are an epoch."""
    run = store.create(spec)
    loss = np.asarray(losses, np.float32)
    steps = len(loss)
    store.append_metrics(run, 1, loss, loss)
    for step, reached in ((steps // 2, 0.0), (steps, accuracy)):
        parts = {"train": split(1 - reached, reached), "validation": split(2 - reached, reached)}
        store.append_evaluation(run, {"step": step, "epoch": step / 20, **parts})
        store.save_keyframe(run, Keyframe(step, 0, False, b"state", seconds * step / steps))
    store.set_status(run, RunStatus("paused", steps, steps / 20, 400))
    return run


def test_words_metrics_and_the_best_of_them() -> None:
    store = MemoryStore()
    one = recorded(store, SPIRAL, np.linspace(1, 0.5, 40), accuracy=0.5)
    other = recorded(store, FASTER, np.linspace(1, 0.1, 60), accuracy=0.75)
    found = comparison_of([(store, one), (store, other)])
    assert [run.id for run in found.runs] == [one, other]
    assert found.runs[0].differences == ()
    assert found.runs[1].differences == ("learning rate 0.01 → 0.1",)
    assert [run.step for run in found.runs] == [40, 60]
    rows = {(row.part, row.metric): row for row in found.metrics}
    assert set(rows) == {(p, m) for p in ("train", "validation") for m in ("loss", "accuracy")}
    assert rows["validation", "loss"].values == (1.5, 1.25)
    assert rows["validation", "loss"].best == rows["train", "accuracy"].best == (1,)
    assert found.cautions == ()


def test_losses_lie_at_their_step_epoch_and_second() -> None:
    store = MemoryStore()
    one = recorded(store, SPIRAL, np.linspace(1, 0.5, 40), seconds=8.0)
    other = recorded(store, FASTER, np.linspace(1, 0.1, 60))
    first, second = comparison_of([(store, one), (store, other)]).runs
    assert first.losses.steps == tuple(range(1, 41))
    assert first.losses.low == first.losses.high
    assert first.losses.low[-1] == 0.5
    assert first.losses.epochs[-1] == first.epochs == 2.0
    assert first.losses.seconds[19] == pytest.approx(4.0)
    assert first.seconds == pytest.approx(8.0)
    assert first.evaluations.steps == (20, 40)
    assert first.evaluations.validation_loss == (2.0, 1.5)
    assert second.seconds is None
    assert set(second.losses.seconds) == {None}


def test_long_curves_keep_every_extreme_and_an_end_that_is_no_number() -> None:
    store = MemoryStore()
    losses = np.full(200_000, 0.5, np.float32)
    losses[123_456], losses[-1] = 9.0, np.nan
    long = recorded(store, SPIRAL, losses)
    short = recorded(store, FASTER, [0.5, 0.5])
    curve = comparison_of([(store, long), (store, short)]).runs[0].losses
    assert len(curve.steps) <= MOST_COLUMNS
    assert curve.steps[-1] == 200_000
    assert max(value for value in curve.high if value is not None) == 9.0
    peak = curve.high.index(9.0)
    assert curve.steps[peak - 1] < 123_457 <= curve.steps[peak]


def test_branches_and_what_was_changed_while_they_trained() -> None:
    store = MemoryStore()
    run = recorded(store, SPIRAL, np.linspace(1, 0.5, 40))
    branch = store.branch(run, 20)
    change = {"kind": "set", "path": "training.optimizer.learning_rate", "value": 0.3}
    store.append_intervention(branch, parse(Intervention, {"step": 20, "changes": [change]}))
    made = comparison_of([(store, run), (store, branch)]).runs[1]
    assert made.origin is not None
    assert (made.origin.run, made.origin.step) == (run, 20)
    assert made.differences == ()
    assert [(c.step, c.changes) for c in made.changes] == [(20, ("learning rate 0.01 → 0.3",))]
    first, second = versions_of(store, branch)
    assert first.spec == SPIRAL and first.changes == ()
    assert second.spec.training.optimizer.learning_rate == 0.3


def test_metrics_of_different_samples_are_marked_as_such() -> None:
    store = MemoryStore()
    circles = set_value(SPIRAL, "data", {"kind": "circle"})
    runs = [recorded(store, spec, [0.5, 0.4]) for spec in (SPIRAL, circles)]
    found = comparison_of([(store, run) for run in runs])
    assert found.cautions == (
        "The runs learn from different data: their metrics are not of the same samples.",
    )
    assert found.runs[1].differences == ("data: spiral → circle",)


def test_markdown_and_csv() -> None:
    store = MemoryStore()
    one = recorded(store, SPIRAL, np.linspace(1, 0.5, 40), accuracy=0.5)
    other = recorded(store, FASTER, np.linspace(1, 0.1, 60), accuracy=0.75)
    store.describe(other, name="=cmd|x")
    found = comparison_of([(store, one), (store, other)])
    text = found.to_markdown()
    assert "| metric | Spiral | =cmd\\|x |" in text
    assert "| validation accuracy | 0.5 | **0.75** |" in text
    assert "- learning rate 0.01 → 0.1" in text
    table = list(csv.reader(io.StringIO(found.to_csv())))
    assert table[0] == ["part", "metric", "better", "Spiral", "'=cmd|x", "best"]
    assert ["validation", "accuracy", "high", "0.5", "0.75", "'=cmd|x"] in table
    losses = list(csv.DictReader(io.StringIO(found.to_csv("losses"))))
    assert len(losses) == 100
    assert (losses[39]["run"], losses[39]["step"], losses[39]["epoch"]) == (one, "40", "2.0")
    assert float(losses[39]["least_loss"]) == 0.5
    assert parse(type(found), found.to_dict()) == found


@pytest.mark.parametrize("count", [0, 1, 7])
def test_how_many_can_be_compared(count: int) -> None:
    store = MemoryStore()
    runs = [(store, recorded(store, SPIRAL, [0.5, 0.4])) for _ in range(count)]
    with pytest.raises(SpecError, match=f"2 to 6 runs can be compared, got {count}"):
        comparison_of(runs)


def test_what_cannot_be_compared() -> None:
    store = MemoryStore()
    run = recorded(store, SPIRAL, [0.5, 0.4])
    with pytest.raises(SpecError, match="with itself"):
        comparison_of([(store, run), (store, run)])
    with pytest.raises(NotFoundError):
        comparison_of([(store, run), (store, "none")])


def test_runs_that_were_never_trained() -> None:
    store = MemoryStore()
    runs = [store.create(SPIRAL), store.create(FASTER)]
    found = comparison_of([(store, run) for run in runs])
    assert found.metrics == ()
    assert found.runs[0].losses.steps == ()
    assert "learning rate" in found.to_markdown()


def test_a_run_and_a_recorded_one() -> None:
    with nl.train(SPIRAL, steps=30) as one, nl.train(FASTER, steps=40, record=False) as other:
        found = nl.compare(one.id, other)
    assert [run.step for run in found.runs] == [30, 40]
    assert found.runs[1].losses.low == pytest.approx([float(loss) for loss in other.loss])
