"""Borrowing a worker for a question that is about no run."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from netlapse.errors import InputError, StateError, WorkerError
from netlapse.protocol.lab import DrawSurface, GridRequest, RunRace
from netlapse.session.apart import ask
from netlapse.session.pool import WorkerPool
from netlapse.spec.base import parse
from netlapse.spec.lab import Race, find_surface
from netlapse.worker.apart import answer_apart


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    """A pool of one real worker."""
    made = WorkerPool(1, compiled=tmp_path_factory.mktemp("compiled"))
    yield made
    made.close()


def a_race(**fields: object) -> RunRace:
    """A question."""
    return RunRace(kind="run-race", race=parse(Race, fields))


def test_a_worker_answers_as_the_engine_does_and_is_given_back(pool: WorkerPool) -> None:
    answer = ask(pool, a_race(steps=20))
    values, arrays = answer_apart(a_race(steps=20))
    assert answer.event.to_dict()["values"] == values
    for name, array in arrays.items():
        assert answer.arrays[name].tolist() == array.tolist()
    assert pool.idle == 1, "the worker is idle in the pool again"
    first = pool.take()
    pool.give_back(first)
    grid = DrawSurface(kind="draw-surface", request=GridRequest(surface=find_surface("x*y")))
    assert ask(pool, grid).arrays["values"].shape == (101, 101)
    again = pool.take()
    pool.give_back(again)
    assert again is first, "the same worker answered both"


def test_a_refusal_is_the_engines_and_the_worker_lives_on(pool: WorkerPool) -> None:
    with pytest.raises(InputError, match="The function is not finite at the start"):
        ask(pool, a_race(surface={"kind": "expression", "text": "1/x"}, start=(0, 0)))
    assert pool.idle == 1


LONG = {
    "surface": {"kind": "regression", "samples": 1000},
    "racers": [{"optimizer": {"kind": "sgd", "learning_rate": 0.01}}] * 8,
    "noise": {"kind": "mini-batch", "batch_size": 1},
    "steps": 50_000,
}


def test_a_long_question_is_given_up_with_its_worker(pool: WorkerPool) -> None:
    canceled = threading.Event()
    threading.Timer(0.2, canceled.set).start()
    with pytest.raises(StateError, match="The question was canceled"):
        ask(pool, a_race(**LONG), is_canceled=canceled.is_set)
    assert pool.idle == 0, "a worker that still computes does not come back"
    assert ask(pool, a_race(steps=3)).arrays["path"].shape == (1, 4, 3)


def test_a_limit(pool: WorkerPool) -> None:
    with pytest.raises(InputError, match=r"This took longer than 0\.1 s\. Ask for less\."):
        ask(pool, a_race(**LONG), limit_s=0.1)


def test_a_worker_that_dies() -> None:
    broken = WorkerPool(1, command=["false"])
    with pytest.raises(WorkerError):
        ask(broken, a_race(steps=1))
