"""Workers for the tests: one that most share, and ones of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from netlapse.engine.programs import Programs
from tests.worker.driving import Driver


@pytest.fixture(scope="session")
def shared_worker() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    driver.end()


@pytest.fixture
def worker(shared_worker: Driver) -> Iterator[Driver]:
    """A worker that other tests used before: every test opens its own run.

    Each command must have been answered exactly once at the end.
    """
    first = len(shared_worker.sent)
    yield shared_worker
    answer = shared_worker.ask("pace")  # what was sent before it has been answered before it
    assert answer.kind in ("acknowledged", "refused")
    numbers = shared_worker.sent[first:]
    assert {n: shared_worker.answers[n] for n in numbers} == dict.fromkeys(numbers, 1)


@pytest.fixture
def new_worker() -> Iterator[Callable[..., Driver]]:
    """Starts workers; ends them after the test."""
    drivers: list[Driver] = []

    def start(**environment: str) -> Driver:
        drivers.append(Driver(**environment))
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.end()


@pytest.fixture(scope="session")
def programs() -> Programs:
    return Programs()
