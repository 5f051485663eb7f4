"""The contract suite, continued: keyframes under a budget, and branches."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from netlapse.errors import NotFoundError, StateError
from netlapse.record.contract import Keyframe, Note, Origin, RunStatus, Store
from tests.record.conftest import MakeStore
from tests.record.test_contract import SPEC, assert_exact, learning_rate, values

SIZE = 100


def state(step: int) -> bytes:
    return np.random.default_rng(step).bytes(SIZE)


def keyframe(step: int, interventions: int = 0, *, final: bool = False) -> Keyframe:
    return Keyframe(step, interventions, final, state(step), seconds=step / 10)


def with_keyframes(store: Store, steps: list[int], flagged: tuple[int, ...] = ()) -> str:
    """A run that trained to the last of some steps, with a keyframe at each."""
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, max(steps)))
    for step in flagged:
        store.append_intervention(run, learning_rate(step, 0.1))
    for step in steps:
        store.save_keyframe(run, keyframe(step, sum(flag < step for flag in flagged)))
        store.flush(run)
    return run


def test_all_keyframes_are_kept_while_there_is_room(store: Store) -> None:
    run = with_keyframes(store, [10, 20, 40])
    kept = [(k.step, k.interventions, k.seconds, k.bytes_used) for k in store.keyframes(run)]
    assert kept == [(10, 0, 1.0, SIZE), (20, 0, 2.0, SIZE), (40, 0, 4.0, SIZE)]


@pytest.mark.parametrize("flushed", [True, False])
def test_a_seek_starts_at_the_keyframe_before(store: Store, flushed: bool) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 40))
    for step in (0, 10, 20, 40):
        store.save_keyframe(run, keyframe(step))
    if flushed:
        store.flush(run)
    for step, before in ((0, 0), (9, 0), (10, 10), (39, 20), (40, 40), (1000, 40)):
        assert store.keyframe_before(run, step) == keyframe(before)


def test_the_newest_of_one_step_has_the_most_interventions(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 10))
    for interventions in (0, 2, 1):
        store.save_keyframe(run, keyframe(10, interventions))
    store.flush(run)
    assert [k.interventions for k in store.keyframes(run)] == [0, 1, 2]
    assert store.keyframe_before(run, 10) == keyframe(10, 2)


def test_a_keyframe_replaces_the_one_at_its_place(store: Store) -> None:
    run = with_keyframes(store, [10])
    again = Keyframe(10, 0, True, b"other", 7.0)
    store.save_keyframe(run, again)
    store.flush(run)
    assert [k.bytes_used for k in store.keyframes(run)] == [5]
    assert store.newest_keyframe(run) == again


def test_there_is_nothing_before_the_first(store: Store) -> None:
    run = with_keyframes(store, [10, 20])
    assert store.keyframe_before(run, 9) is None


def test_keyframes_that_give_way_leave_even_gaps(make_store: MakeStore) -> None:
    store = make_store(keyframe_bytes=20 * SIZE)
    run = with_keyframes(store, list(range(0, 2000, 10)))
    steps = [k.step for k in store.keyframes(run)]
    assert len(steps) == 20
    assert (steps[0], steps[-1]) == (0, 1990)
    widest = max(b - a for a, b in itertools.pairwise(steps))
    assert widest <= 3 * 1990 / 19  # even ones would be a third of it


def test_what_a_seek_needs_most_is_never_dropped(make_store: MakeStore) -> None:
    store = make_store(keyframe_bytes=5 * SIZE)
    flagged = (100, 110, 120, 500)
    steps = sorted({*range(0, 1000, 20), *flagged})
    run = with_keyframes(store, steps, flagged)
    kept = {k.step for k in store.keyframes(run)}
    assert {0, 980, *flagged} <= kept
    for step in kept:
        assert store.keyframe_before(run, step).data == state(step)


def test_seconds_decide_and_not_steps(make_store: MakeStore) -> None:
    store = make_store(keyframe_bytes=3 * SIZE)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 1000))
    # The first thousand steps were quick; the batch was made larger then.
    for step, seconds in ((0, 0), (500, 0.1), (900, 10), (1000, 20)):
        store.save_keyframe(run, Keyframe(step, 0, False, state(step), seconds))
        store.flush(run)
    assert [k.step for k in store.keyframes(run)] == [0, 900, 1000]


# --- branches ----------------------------------------------------------------------------------


@pytest.fixture
def parent(store: Store) -> str:
    """A run with something of everything, at step 300."""
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 100))
    store.save_keyframe(run, keyframe(100))
    store.append_intervention(run, learning_rate(100, 0.1))
    store.append_evaluation(run, {"step": 0, "train": {"loss": 1.0}})
    store.append_evaluation(run, {"step": 100, "train": {"loss": 0.5}})
    store.append_note(run, Note(100, "extended"))
    store.flush(run)
    store.append_metrics(run, 101, *values(101, 200))
    store.save_keyframe(run, keyframe(200, 1))
    store.append_intervention(run, learning_rate(200, 0.2))
    store.append_evaluation(run, {"step": 300, "train": {"loss": 0.1}})
    store.append_note(run, Note(300, "finished"))
    store.save_keyframe(run, keyframe(300, 2, final=True))
    store.set_status(run, RunStatus("finished", 300, 15.0, 15, note="done"))
    return run


def everything(store: Store, run: str) -> tuple[object, ...]:
    metrics = store.metrics(run)
    last = store.recorded_step(run)
    return (
        metrics.loss.tobytes(),
        metrics.gradient_norm.tobytes(),
        store.interventions(run),
        store.notes(run),
        store.evaluations(run),
        [store.keyframe_before(run, k.step) for k in store.keyframes(run)],
        store.newest_keyframe(run),
        (last, store.summary(run).status),
    )


def test_a_branch_has_the_history_up_to_its_step(store: Store, parent: str) -> None:
    made = store.branch(parent, 200)
    assert store.spec(made) == store.spec(parent)
    assert store.recorded_step(made) == store.saved_step(made) == 200
    assert store.metrics(made).loss.tobytes() == values(1, 200)[0].tobytes()
    assert store.metrics(made).gradient_norm.tobytes() == values(1, 200)[1].tobytes()
    assert store.interventions(made) == store.interventions(parent)
    assert store.evaluations(made) == store.evaluations(parent)[:2]
    assert store.notes(made) == store.notes(parent)[:1]
    assert [k.step for k in store.keyframes(made)] == [100, 200]
    assert store.newest_keyframe(made) == keyframe(200, 1)
    summary = store.summary(made)
    assert summary.origin == Origin(parent, 200)
    assert summary.name == "two arms"
    assert (summary.status.state, summary.status.step) == ("paused", 200)
    assert summary.evaluation == {"step": 100, "train": {"loss": 0.5}}


@pytest.mark.parametrize("step", [0, 1, 99, 100, 101, 150, 299, 300])
def test_a_branch_may_leave_at_any_step(store: Store, parent: str, step: int) -> None:
    made = store.branch(parent, step)
    assert store.metrics(made).loss.tobytes() == values(1, step)[0].tobytes()
    assert_exact(store.loss_columns(made), values(1, 300)[0][:step]) if step else None
    store.append_metrics(made, step + 1, *values(7, 20))
    store.append_intervention(made, learning_rate(step, 0.3))
    store.append_evaluation(made, {"step": step + 20})
    assert store.recorded_step(made) == step + 20
    assert store.metrics(made, step + 1).loss.tobytes() == values(7, 20)[0].tobytes()
    assert store.interventions(made)[-1] == learning_rate(step, 0.3)
    assert store.evaluations(made)[-1] == {"step": step + 20}


def test_the_parent_is_never_touched(store: Store, parent: str) -> None:
    before = everything(store, parent)
    made = store.branch(parent, 150)
    store.append_metrics(made, 151, *values(7, 50))
    store.save_keyframe(made, Keyframe(200, 1, True, b"other"))
    store.append_intervention(made, learning_rate(200, 0.9))
    assert everything(store, parent) == before
    assert store.summary(parent).origin is None


def test_a_branch_outlives_its_parent(store: Store, parent: str) -> None:
    made = store.branch(parent, 250)
    before = everything(store, made)
    store.delete(parent)
    assert everything(store, made) == before
    assert store.newest_keyframe(made) == keyframe(200, 1)
    assert store.summary(made).origin == Origin(parent, 250)


def test_a_run_knows_whose_spec_was_edited_into_it(store: Store, parent: str) -> None:
    made = store.create(store.spec(parent), edited_from=parent)
    assert store.recorded_step(made) == 0
    assert store.summary(made).origin == Origin(parent, None)
    store.delete(parent)
    assert store.summary(made).origin == Origin(parent, None)


def test_a_branch_of_a_branch(store: Store, parent: str) -> None:
    made = store.branch(store.branch(parent, 250), 120)
    assert store.recorded_step(made) == 120
    assert [k.step for k in store.keyframes(made)] == [100]


def test_a_branch_of_a_run_that_is_closed(store: Store, parent: str) -> None:
    store.release(parent)
    assert store.recorded_step(store.branch(parent, 300)) == 300


def test_a_branch_needs_a_recorded_step(store: Store, parent: str) -> None:
    with pytest.raises(StateError, match="The record ends at step 300, before step 301"):
        store.branch(parent, 301)
    with pytest.raises(NotFoundError):
        store.branch("0" * 16, 0)
    assert len(store.runs()) == 1


def test_a_long_branch_is_exact_at_any_zoom(store: Store) -> None:
    run = store.create(SPEC)
    loss = np.random.default_rng(0).normal(size=300_000).astype(np.float32)
    store.append_metrics(run, 1, loss, loss)
    made = store.branch(run, 270_000)
    assert_exact(store.loss_columns(made), loss)
    assert store.loss_columns(made).steps == 270_000
    assert_exact(store.loss_columns(made, 1000, 269_000), loss[:270_000])
