"""The contract suite: how the layers were, over the training."""

from __future__ import annotations

import numpy as np
from sqlalchemy import text

from netlapse.record.contract import MAX_VITALS, Store, VitalsEntry
from netlapse.record.packed import pack_vitals, unpack_vitals
from netlapse.record.sql import migrate
from netlapse.record.sql.store import SqlStore
from netlapse.record.thinned import VitalsList
from tests.record.conftest import MakeSqlStore
from tests.record.test_contract import SPEC, values


def entry(step: int, name: str = "") -> VitalsEntry:
    return pack_vitals({"step": step, "name": name, "layers": [{"mean": 1e-20, "norm": None}]})


def test_vitals_come_back_as_they_were(store: Store) -> None:
    run = store.create(SPEC)
    assert store.vitals(run) == ()
    assert store.newest_vitals(run) is None
    kept = [entry(step) for step in (0, 16, 24)]
    for one in kept:
        store.append_vitals(run, one)
    assert store.vitals(run) == tuple(kept)
    assert store.newest_vitals(run) == 24
    assert unpack_vitals(store.vitals(run)[1]) == {
        "step": 16,
        "name": "",
        "layers": [{"mean": 1e-20, "norm": None}],
    }


def test_a_range_of_vitals(store: Store) -> None:
    run = store.create(SPEC)
    for step in range(0, 100, 10):
        store.append_vitals(run, entry(step))
    steps = [one.step for one in store.vitals(run, 15, 50)]
    assert steps == [20, 30, 40, 50]
    assert [one.step for one in store.vitals(run, 81)] == [90]
    assert [one.step for one in store.vitals(run, 0, 0)] == [0]
    assert store.vitals(run, 91) == ()


def test_vitals_of_the_newest_step_replace_it_and_older_ones_are_ignored(store: Store) -> None:
    run = store.create(SPEC)
    for step, name in ((0, "a"), (5, "b"), (5, "c"), (3, "d"), (8, "e")):
        store.append_vitals(run, entry(step, name))
    names = [unpack_vitals(one)["name"] for one in store.vitals(run)]
    assert names == ["a", "c", "e"]


def test_vitals_stay_few_and_spread(store: Store) -> None:
    run = store.create(SPEC)
    for step in range(5000):
        store.append_vitals(run, VitalsEntry(step, b"x" * 10))
        if step % 977 == 0:
            store.flush(run)
    steps = [one.step for one in store.vitals(run)]
    assert 200 <= len(steps) <= MAX_VITALS
    assert (steps[0], steps[-1]) == (0, 4999)
    assert max(np.diff(steps)) <= 2 * int(np.median(np.diff(steps)))
    store.flush(run)
    assert store.summary(run).bytes_used <= 20_000
    store.release(run)
    assert [one.step for one in store.vitals(run)] == steps


def test_ten_million_moments_take_the_room_of_some_hundred() -> None:
    kept = VitalsList.of([(number, VitalsEntry(number, b"")) for number in range(0, 10**7, 2**15)])
    assert 200 <= len(kept.all()) <= MAX_VITALS
    for number in range(kept.count, kept.count + 10**5):
        kept.append(VitalsEntry(number, b""))
        assert len(kept.all()) <= MAX_VITALS
    assert kept.all()[0].step == 0
    assert kept.last_step == kept.count - 1


def test_a_branch_has_the_vitals_up_to_its_step_and_takes_more(store: Store) -> None:
    parent = store.create(SPEC)
    store.append_metrics(parent, 1, *values(1, 40))
    for step in (0, 16, 24, 36):
        store.append_vitals(parent, entry(step))
    store.flush(parent)
    made = store.branch(parent, 24)
    assert store.vitals(made) == store.vitals(parent)[:3]
    store.append_metrics(made, 25, *values(25, 5))
    store.append_vitals(made, entry(29))
    store.flush(made)
    assert [one.step for one in store.vitals(made)] == [0, 16, 24, 29]
    assert store.newest_vitals(parent) == 36
    store.delete(parent)
    assert store.newest_vitals(made) == 29


def test_vitals_are_there_for_another_process_after_a_flush(sql_store: MakeSqlStore) -> None:
    store, other = sql_store(), sql_store()
    run = store.create(SPEC)
    for step in (0, 16, 24):
        store.append_vitals(run, entry(step))
    store.flush(run)
    assert other.vitals(run) == store.vitals(run)
    assert other.newest_vitals(run) == 24
    store.release(run)
    other.acquire(run)
    other.append_vitals(run, entry(24))  # again, as after a kill: no news
    other.append_vitals(run, entry(36))
    other.flush(run)
    assert [one.step for one in store.vitals(run)] == [0, 16, 24, 36]


def test_a_record_of_the_format_before_is_read_on(sql_store: MakeSqlStore) -> None:
    store = sql_store()
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 30))
    store.close()
    _undo(sql_store())
    again = sql_store()
    assert again.recorded_step(run) == 30
    assert again.vitals(run) == ()
    again.acquire(run)
    again.append_vitals(run, entry(30))
    again.flush(run)
    assert sql_store().newest_vitals(run) == 30
    with again._database.read() as connection:
        assert migrate.format_of(connection) == "2"


def _undo(store: SqlStore) -> None:
    """Leave the tables as the first format had them."""
    with store._database.write() as connection:
        connection.execute(text("DROP TABLE vitals"))
        connection.execute(text("UPDATE alembic_version SET version_num = '1'"))
    store.close()
