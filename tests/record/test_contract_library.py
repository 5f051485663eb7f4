"""The contract suite, continued: the library of runs, shares, and losses at any zoom."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from netlapse.errors import NotFoundError
from netlapse.record.contract import RunQuery, RunStatus, Share, Store
from netlapse.spec.document import Spec
from tests.record.test_contract import SPEC, assert_exact, values


def named(store: Store, name: str, **more: object) -> str:
    run = store.create(Spec.model_validate({"name": name, "data": {"kind": "spiral"}}))
    if more:
        store.describe(run, **more)
    return run


def names(store: Store, **query: object) -> list[str]:
    asked = RunQuery(**query)
    found = store.runs(asked)
    if asked.limit is None and not asked.offset:
        assert store.count_runs(asked) == len(found)
    return [summary.name for summary in found]


def test_a_description_replaces_what_is_given(store: Store) -> None:
    run = named(store, "first")
    store.describe(run, name="second", tags=["b", "a", "b"])
    store.describe(run, remark="two\nlines, 'quoted' \"twice\"")
    summary = store.summary(run)
    assert (summary.name, summary.tags) == ("second", ("a", "b"))
    assert summary.remark == "two\nlines, 'quoted' \"twice\""
    store.describe(run, tags=[], remark="")
    assert (store.summary(run).tags, store.summary(run).remark) == ((), "")
    assert store.spec(run).name == "first"


def test_a_run_is_described_whoever_writes_it(store: Store) -> None:
    run = named(store, "first")
    store.release(run)
    store.describe(run, name="second")
    store.acquire(run)
    store.append_metrics(run, 1, *values(1, 5))
    store.flush(run)
    assert store.summary(run).name == "second"


def test_a_hidden_run_is_in_no_list_and_comes_back(store: Store) -> None:
    run, other = named(store, "one", tags=["x"]), named(store, "two")
    store.append_metrics(run, 1, *values(1, 5))
    before = store.summary(run)
    store.hide(run)
    assert names(store) == ["two"]
    assert store.count_runs() == 1
    assert names(store, hidden=True) == ["one"]
    assert store.summary(run).hidden > before.created
    assert store.summary(other).hidden is None
    assert store.recorded_step(run) == 5
    store.restore(run)
    assert store.summary(run).tags == before.tags
    assert names(store) == ["two", "one"]


def test_only_runs_that_are_there_can_be_described(store: Store) -> None:
    for change in (store.describe, store.hide, store.restore):
        with pytest.raises(NotFoundError, match="There is no such run"):
            change("0" * 16)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Über alles", "100%_sure", "Spiral \\ deep", "spiral wide"]),
        ("SPIRAL", ["Spiral \\ deep", "spiral wide"]),
        ("wide spiral", ["spiral wide"]),
        ("spi ral", ["Spiral \\ deep", "spiral wide"]),
        ("ÜBER", ["Über alles"]),
        ("%", ["100%_sure"]),
        ("_", ["100%_sure"]),
        ("\\", ["Spiral \\ deep"]),
        ("/", []),
        ("'; DROP TABLE runs", []),
        ("thesis", ["spiral wide"]),
        ("noted", ["Über alles"]),
    ],
)
def test_words_are_searched_for(store: Store, search: str, found: list[str]) -> None:
    named(store, "spiral wide", tags=["Thesis"])
    named(store, "Spiral \\ deep")
    named(store, "100%_sure")
    named(store, "Über alles", remark="Noted: nothing")
    assert names(store, search=search) == found


def test_a_run_is_found_by_its_id(store: Store) -> None:
    run, _ = named(store, "one"), named(store, "two")
    assert names(store, search=run[3:12].upper()) == ["one"]


def test_what_was_searched_for_follows_a_new_description(store: Store) -> None:
    run = named(store, "before", tags=["old"])
    store.describe(run, name="after", tags=["new"])
    assert names(store, search="after new") == ["after"]
    assert names(store, search="before") == names(store, search="old") == []


def test_runs_have_all_the_tags_that_are_asked_for(store: Store) -> None:
    named(store, "one", tags=["a", "b"])
    named(store, "two", tags=["a"])
    named(store, "three", tags=["ab", "A", ","])
    assert names(store, tags=("a",)) == ["two", "one"]
    assert names(store, tags=("b", "a")) == ["one"]
    assert names(store, tags=("a", "c")) == []
    assert names(store, tags=(",",)) == ["three"]


def test_runs_by_state(store: Store) -> None:
    for state in ("paused", "finished", "training"):
        store.set_status(named(store, state), RunStatus(state))
    assert names(store, states=("finished",)) == ["finished"]
    assert names(store, states=("training", "paused")) == ["training", "paused"]
    assert names(store, states=("diverged",)) == []


def test_runs_are_sorted(store: Store) -> None:
    scores = {"b": (0.5, 0.9, 10), "A": (0.1, None, 30), "c": (0.3, 0.7, 20)}
    for name, (loss, accuracy, step) in scores.items():
        run = named(store, name)
        store.append_metrics(run, 1, *values(1, step))
        train = {"loss": 9 * loss, "accuracy": 0.0}
        store.append_evaluation(run, {"step": 0, "train": {"loss": 7, "accuracy": 0.01}})
        newest = {"step": step, "train": train, "validation": {"loss": loss, "accuracy": accuracy}}
        store.append_evaluation(run, newest)
        store.set_status(run, RunStatus("paused", step))
    named(store, "d")
    assert names(store) == ["d", "c", "A", "b"]
    assert names(store, ascending=True) == ["b", "A", "c", "d"]
    assert names(store, sort="name", ascending=True) == ["A", "b", "c", "d"]
    assert names(store, sort="name") == ["d", "c", "b", "A"]
    assert names(store, sort="step") == ["A", "c", "b", "d"]
    assert names(store, sort="size", ascending=True)[0] == "d"
    assert names(store, sort="loss") == ["b", "c", "A", "d"]
    assert names(store, sort="loss", ascending=True) == ["A", "c", "b", "d"]
    assert names(store, sort="accuracy") == ["b", "c", "d", "A"]
    assert names(store, sort="accuracy", ascending=True) == ["c", "b", "d", "A"]


def test_the_training_part_counts_where_there_is_no_other(store: Store) -> None:
    for name, loss in (("one", 0.5), ("two", 0.7)):
        evaluation = {"step": 0, "train": {"loss": loss}, "validation": None}
        store.append_evaluation(named(store, name), evaluation)
    assert names(store, sort="loss", ascending=True) == ["one", "two"]


def test_a_page_of_the_list(store: Store) -> None:
    for number in range(7):
        named(store, str(number))
    assert names(store, limit=3) == ["6", "5", "4"]
    assert names(store, limit=3, offset=5) == ["1", "0"]
    assert names(store, limit=3, offset=9) == []
    assert names(store, offset=5) == ["1", "0"]
    assert store.count_runs(RunQuery(limit=2, offset=1)) == 7


def test_the_list_shows_the_newest_evaluation(store: Store) -> None:
    run = named(store, "one")
    for step in (0, 10):
        store.append_evaluation(run, {"step": step, "train": {"loss": 1.0}})
        assert store.summary(run).evaluation["step"] == step
        assert store.runs()[0].evaluation["step"] == step
        store.flush(run)
        assert store.runs()[0].evaluation["step"] == step
    store.release(run)
    assert store.summary(run).evaluation == {"step": 10, "train": {"loss": 1.0}}


# --- shares ------------------------------------------------------------------------------------


def test_a_share_is_known_by_its_token(store: Store) -> None:
    run = named(store, "one")
    share = Share("ab" * 32, run, 12, {"panel": "loss", "zoom": [1, 2.5]}, created=5.0)
    store.add_share(share)
    assert store.share("ab" * 32) == share
    assert store.share("cd" * 32) is None
    assert store.shares(run) == (share,)


def test_shares_are_listed_by_run_and_revoked(store: Store) -> None:
    run, other = named(store, "one"), named(store, "two")
    kept = [Share(digit * 64, run, 0, created=float(digit)) for digit in "123"]
    for share in kept:
        store.add_share(share)
    store.add_share(Share("4" * 64, other, 0))
    assert store.shares(run) == tuple(kept)
    store.revoke_share("2" * 64)
    store.revoke_share("2" * 64)
    assert store.shares(run) == (kept[0], kept[2])
    assert store.share("2" * 64) is None


def test_what_is_hidden_or_gone_is_not_shared(store: Store) -> None:
    run = named(store, "one")
    store.add_share(Share("1" * 64, run, 0))
    store.hide(run)
    assert store.share("1" * 64) is None
    store.restore(run)
    assert store.share("1" * 64) is not None
    store.delete(run)
    assert store.share("1" * 64) is None
    with pytest.raises(NotFoundError):
        store.add_share(Share("1" * 64, run, 0))


# --- zoom --------------------------------------------------------------------------------------


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("steps", [5000, 65_536, 131_073, 600_001])
def test_any_range_of_losses_is_exact(store: Store, steps: int, released: bool) -> None:
    random = np.random.default_rng(steps)
    loss = random.normal(size=steps).astype(np.float32)
    run = store.create(SPEC)
    borders = [0, *sorted(random.integers(1, steps, 7)), steps]
    for start, stop in itertools.pairwise(borders):
        store.append_metrics(run, start + 1, loss[start:stop], loss[start:stop])
        store.flush(run)
    if released:
        store.release(run)
    whole = store.loss_columns(run)
    assert (whole.first_step, whole.steps) == (1, steps)
    assert_exact(whole, loss)
    for _ in range(20):
        first, last = sorted(int(end) for end in random.integers(1, steps + 1, 2))
        columns = store.loss_columns(run, first, last)
        asked = last - first + 1
        assert columns.first_step <= first
        assert columns.first_step + columns.steps > last
        assert columns.steps <= asked + 2 * columns.steps_per_column
        assert len(columns.low) >= min(asked, 512)
        assert_exact(columns, loss)


def test_a_range_may_reach_beyond_the_end(store: Store) -> None:
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 100))
    columns = store.loss_columns(run, -5, 1000)
    assert (columns.first_step, columns.steps) == (1, 100)
    beyond = store.loss_columns(run, 101, 200)
    assert (beyond.steps, len(beyond.low)) == (0, 0)


def test_nan_is_no_value_of_a_column(store: Store) -> None:
    run = store.create(SPEC)
    loss = np.ones(300_000, np.float32)
    loss[::2] = np.nan
    loss[100_000:200_000] = np.nan
    store.append_metrics(run, 1, loss, loss)
    columns = store.loss_columns(run, 1, 300_000)
    assert set(columns.low[: 90_000 // columns.steps_per_column]) == {1.0}
    middle = 150_000 // columns.steps_per_column
    assert np.isnan(columns.low[middle]) and np.isnan(columns.high[middle])
