"""The contract suite: every store keeps the same promises."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from netlapse.errors import NotFoundError, Problem, RunError, StateError
from netlapse.record.contract import Keyframe, LossColumns, Note, RunStatus, Store
from netlapse.spec.changes import Intervention, SetValue
from netlapse.spec.document import Spec

SPEC = Spec.model_validate({"name": "two arms", "data": {"kind": "spiral"}})


def values(first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    loss = 1 / np.arange(first, first + count, dtype=np.float32)
    return loss, 2 * loss


def learning_rate(step: int, rate: float) -> Intervention:
    change = SetValue(kind="set", path="training.optimizer.learning_rate", value=rate)
    return Intervention(step=step, changes=(change,))


def test_a_new_run_holds_its_spec_and_nothing_else(store: Store) -> None:
    run = store.create(SPEC)
    assert store.spec(run) == SPEC
    assert store.recorded_step(run) == store.saved_step(run) == 0
    assert store.interventions(run) == store.evaluations(run) == store.notes(run) == ()
    assert store.newest_keyframe(run) is None
    assert len(store.metrics(run).loss) == 0
    assert store.loss_columns(run).steps == 0


def test_ids_are_opaque_and_differ(store: Store) -> None:
    first, second = store.create(SPEC), store.create(SPEC)
    assert first != second
    assert len(first) == 16
    int(first, 16)


def test_metrics_come_back_bit_for_bit(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 1000))
    store.append_metrics(run, 1001, *values(1001, 7))
    kept = store.metrics(run)
    assert kept.first_step == 1
    assert kept.last_step == store.recorded_step(run) == 1007
    assert kept.loss.tobytes() == values(1, 1007)[0].tobytes()
    assert kept.gradient_norm.tobytes() == values(1, 1007)[1].tobytes()


@pytest.mark.parametrize("flushed", [True, False])
def test_a_range_of_metrics(store: Store, flushed: bool) -> None:
    run = store.create(SPEC)
    for first in range(1, 100, 9):
        store.append_metrics(run, first, *values(first, 9))
        if flushed:
            store.flush(run)
    part = store.metrics(run, 5, 50)
    assert (part.first_step, part.last_step) == (5, 50)
    assert part.loss.tobytes() == values(5, 46)[0].tobytes()
    assert store.metrics(run, 90, 1_000_000).last_step == 99
    assert len(store.metrics(run, 200).loss) == 0


def test_equal_metrics_again_are_ignored(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 10))
    store.flush(run)
    store.append_metrics(run, 6, *values(6, 10))
    store.append_metrics(run, 1, *values(1, 15))
    assert store.recorded_step(run) == 15
    assert store.metrics(run).loss.tobytes() == values(1, 15)[0].tobytes()
    assert store.loss_columns(run).steps == 15


def test_other_metrics_for_a_kept_step_are_refused(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 10))
    loss, norm = values(5, 10)
    loss[2] = 7
    with pytest.raises(RunError, match="What is recorded never changes: step 7 has other values"):
        store.append_metrics(run, 5, loss, norm)
    assert store.recorded_step(run) == 10


def test_nan_equals_itself_in_the_record(store: Store) -> None:
    run = store.create(SPEC)
    nothing = np.full(3, np.nan, np.float32)
    store.append_metrics(run, 1, nothing, nothing)
    store.append_metrics(run, 1, nothing, nothing)
    assert np.isnan(store.metrics(run).loss).all()


def test_a_gap_is_refused(store: Store) -> None:
    run = store.create(SPEC)
    with pytest.raises(RunError, match=r"without a gap: step 1 is next, got 3\."):
        store.append_metrics(run, 3, *values(3, 1))


def test_interventions_come_back_by_step(store: Store) -> None:
    run = store.create(SPEC)
    made = [learning_rate(4, 0.1), learning_rate(9, 0.2), learning_rate(9, 0.3)]
    for intervention in made:
        store.append_intervention(run, intervention)
    assert store.interventions(run) == tuple(made)


def test_evaluations_replace_the_newest_at_the_same_step_only(store: Store) -> None:
    run = store.create(SPEC)
    for step, loss in ((0, 1.0), (5, 0.5), (5, 0.4), (3, 9.0), (8, 0.2)):
        store.append_evaluation(run, {"step": step, "train": {"loss": loss}})
    kept = [(entry["step"], entry["train"]["loss"]) for entry in store.evaluations(run)]
    assert kept == [(0, 1.0), (5, 0.4), (8, 0.2)]


def test_evaluations_stay_few_and_spread(store: Store) -> None:
    run = store.create(SPEC)
    for step in range(10_000):
        store.append_evaluation(run, {"step": step})
    steps = [entry["step"] for entry in store.evaluations(run)]
    assert 400 <= len(steps) <= 1024
    assert steps[0] == 0
    assert steps[-1] == 9999
    assert max(np.diff(steps)) <= 2 * max(1, int(np.median(np.diff(steps))))


def test_the_newest_keyframe_comes_back(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 30))
    for step in (10, 20, 30):
        store.save_keyframe(run, Keyframe(step, 0, step == 30, b"state" * step))
        store.flush(run)
    assert store.newest_keyframe(run) == Keyframe(30, 0, True, b"state" * 30)


def test_a_keyframe_ahead_of_its_steps_is_not_given(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 5))
    store.save_keyframe(run, Keyframe(6, 0, False, b"state"))
    store.flush(run)
    assert store.newest_keyframe(run) is None


def test_notes_come_back(store: Store) -> None:
    run = store.create(SPEC)
    note = Note(12, "extended", "50 epochs more", {"epochs": 50})
    store.append_note(run, note)
    assert store.notes(run) == (note,)


def test_the_list_is_newest_first_with_status(store: Store) -> None:
    first, second = store.create(SPEC), store.create(SPEC)
    problem = Problem("DivergedError", "The loss is no longer finite.", "step 7")
    status = RunStatus("diverged", 7, 0.5, 400, problem)
    store.set_status(first, status)
    listed = store.runs()
    assert [summary.run for summary in listed] == [second, first]
    assert listed[1].status == store.summary(first).status == status
    assert listed[1].name == "two arms"
    assert listed[0].created >= listed[1].created > 1.7e9


def assert_exact(columns: LossColumns, loss: np.ndarray) -> None:
    """Compare with the definition, whatever the width; `loss` begins at step 1."""
    width, first = columns.steps_per_column, columns.first_step
    spanned = loss[first - 1 : first - 1 + columns.steps]
    groups = [spanned[start : start + width] for start in range(0, columns.steps, width)]
    assert 0 < len(columns.low) <= 1024
    assert columns.low.tolist() == [group.min() for group in groups]
    assert columns.high.tolist() == [group.max() for group in groups]


def test_loss_columns_are_exact(store: Store) -> None:
    run = store.create(SPEC)
    loss = np.random.default_rng(0).normal(size=5000).astype(np.float32)
    store.append_metrics(run, 1, loss, loss)
    columns = store.loss_columns(run)
    assert (columns.first_step, columns.steps) == (1, 5000)
    assert len(columns.low) > 512
    assert_exact(columns, loss)


def test_only_the_writer_writes(store: Store) -> None:
    run = store.create(SPEC)
    store.release(run)
    with pytest.raises(StateError, match="must be acquired before it is written"):
        store.append_metrics(run, 1, *values(1, 1))
    store.acquire(run)
    store.acquire(run)
    store.append_metrics(run, 1, *values(1, 1))
    assert store.recorded_step(run) == 1


def test_a_deleted_run_is_gone(store: Store) -> None:
    kept, run = store.create(SPEC), store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 500))
    store.flush(run)
    before = store.bytes_used()
    store.delete(run)
    assert [summary.run for summary in store.runs()] == [kept]
    assert store.bytes_used() < before
    with pytest.raises(NotFoundError, match=f"run {run}: There is no such run."):
        store.metrics(run)


@pytest.mark.parametrize("run", ["0" * 16, "..", "../../etc", ""])
def test_an_unknown_run_is_not_found(store: Store, run: str) -> None:
    with pytest.raises(NotFoundError, match="There is no such run"):
        store.spec(run)
    with pytest.raises(NotFoundError):
        store.delete(run)


def test_two_delete_a_run_at_a_time(store: Store) -> None:
    for _ in range(20):
        run = store.create(SPEC)
        outcomes: list[Exception | None] = []

        def delete(run: str = run, outcomes: list[Exception | None] = outcomes) -> None:
            try:
                store.delete(run)
                outcomes.append(None)
            except Exception as error:
                outcomes.append(error)

        threads = [threading.Thread(target=delete) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert None in outcomes
        assert all(outcome is None or isinstance(outcome, NotFoundError) for outcome in outcomes)
    assert store.runs() == []
