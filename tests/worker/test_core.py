"""A watched training that needs one core keeps one, and gets out of the way where it is crowded."""

from __future__ import annotations

import os
import threading

import pytest

from netlapse.worker.core import HOLD_S, REST_S, WINDOW_S, KeptCore, LinuxSeat


class FakeSeat:
    def __init__(self) -> None:
        self.taken = False

    def take(self) -> None:
        self.taken = True

    def leave(self) -> None:
        self.taken = False


class Machine:
    """Time that passes as a test says, with a process on it."""

    def __init__(self) -> None:
        self.now = self.computed = 0.0
        self.seat = FakeSeat()
        self.drawn = 0.0
        self.core = KeptCore(self.seat, lambda: self.now, lambda: self.computed, lambda: self.drawn)

    def train(self, seconds: float, cores: float, *, steady: bool = True) -> list[bool]:
        """Calls of 25 ms; whether the process was held after each."""
        held: list[bool] = []
        for _ in range(round(seconds / 0.025)):
            self.now += 0.025
            self.computed += 0.025 * cores
            self.core.follow(steady=steady)
            held.append(self.seat.taken)
        return held


def test_a_watched_training_of_one_core_is_held_on_it() -> None:
    machine = Machine()
    assert machine.train(2 * WINDOW_S, cores=0.95)[-1]


def test_a_training_that_uses_two_cores_keeps_both() -> None:
    assert not any(Machine().train(60, cores=1.7))


def test_a_training_of_two_cores_keeps_both_while_a_page_is_busy_on_one() -> None:
    """On average it takes no more than one core, but not in every call."""
    machine = Machine()
    held = [machine.train(0.025, cores=1.8 if call % 6 == 0 else 0.9)[0] for call in range(2000)]
    assert not any(held)


def test_what_draws_beside_it_is_not_counted() -> None:
    machine = Machine()
    for call in range(100):
        machine.drawn += 0.012 if call % 4 == 0 else 0.0
        machine.train(0.025, cores=1.4 if call % 4 == 0 else 0.95)
    assert machine.seat.taken


def test_a_slow_one_is_left_alone() -> None:
    assert not any(Machine().train(60, cores=0.3))


def test_nobody_watches_nobody_is_held() -> None:
    machine = Machine()
    assert not any(machine.train(5, cores=1.0, steady=False))
    machine.train(5, cores=1.0)
    assert not machine.train(0.025, cores=1.0, steady=False)[-1]


def test_who_is_crowded_leaves_and_does_not_come_back_at_once() -> None:
    machine = Machine()
    machine.train(2 * WINDOW_S, cores=0.95)
    assert not machine.train(2 * WINDOW_S, cores=0.5)[-1]
    assert not any(machine.train(REST_S - 3 * WINDOW_S, cores=1.0))
    assert machine.train(4 * WINDOW_S, cores=1.0)[-1]


def test_what_it_needs_is_looked_at_again() -> None:
    """A training that is held on one core cannot show that it would use two."""
    machine = Machine()
    held = machine.train(HOLD_S + 3 * WINDOW_S, cores=1.0)
    assert held.count(False) > 2 * WINDOW_S / 0.025 - 5
    assert held[-1]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinities")
def test_all_threads_are_held_and_set_free_but_the_one_that_draws() -> None:
    before = os.sched_getaffinity(0)
    known, done = threading.Event(), threading.Event()
    other: list[int] = []

    def compute() -> None:
        other.append(threading.get_native_id())
        known.set()
        done.wait()

    thread = threading.Thread(target=compute)
    thread.start()
    known.wait()
    seat = LinuxSeat()
    try:
        seat.take()
        held = os.sched_getaffinity(other[0])
        assert len(held) == 1
        assert held <= before
        assert os.sched_getaffinity(0) == before
        seat.leave()
        assert os.sched_getaffinity(other[0]) == before
    finally:
        seat.leave()
        done.set()
        thread.join()
