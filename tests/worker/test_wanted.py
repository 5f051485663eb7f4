"""How often pictures come while a network trains: as their cost allows."""

from __future__ import annotations

import pytest

from netlapse.worker.wanted import CHEAP_S, DEAR, DRAWING_SHARE, SLOWEST_S, Rhythm


def drawn_in(seconds: float, cost_s: float, call_s: float) -> int:
    """Pictures that are drawn beside calls of a length."""
    rhythm, now, count = Rhythm(), 0.0, 0
    while now < seconds:
        if now >= rhythm.due:
            rhythm.drew(now, cost_s)
            count += 1
        now += call_s
    return count


@pytest.mark.parametrize("call_s", [0.025, 0.08, 0.095])
@pytest.mark.parametrize("cost_s", [0.9 * CHEAP_S, CHEAP_S])
def test_drawing_takes_its_share_whatever_the_length_of_calls(cost_s: float, call_s: float) -> None:
    share = drawn_in(60, cost_s, call_s) * cost_s / 60
    assert share == pytest.approx(min(DRAWING_SHARE, cost_s / call_s), rel=0.03)


def test_dearer_pictures_take_less_than_their_share() -> None:
    share = drawn_in(60, 1.5 * CHEAP_S, 0.05) * 1.5 * CHEAP_S / 60
    assert share == pytest.approx(DRAWING_SHARE * 1.5 / (1 + 0.5 * DEAR), rel=0.03)


def test_cheap_pictures_come_with_every_call() -> None:
    assert drawn_in(10, 0.001, 0.05) == 200


def test_dear_pictures_come_nevertheless() -> None:
    assert drawn_in(10, 1.0, 0.05) == pytest.approx(10 / SLOWEST_S, abs=1)


def test_a_picture_that_was_compiled_for_does_not_hold_up_the_next_ones() -> None:
    rhythm = Rhythm()
    rhythm.drew(0.0, 3.0)
    now, count = 0.0, 0
    while now < 2:
        if now >= rhythm.due:
            rhythm.drew(now, 0.001)
            count += 1
        now += 0.025
    assert count > 2 / 0.05


def test_after_a_rest_they_do_not_come_in_a_burst() -> None:
    rhythm = Rhythm()
    rhythm.drew(0.0, 1.0)
    rhythm.drew(100.0, 1.0)
    assert rhythm.due >= 100.0
    rhythm.drew(rhythm.due, 1.0)
    assert rhythm.due == pytest.approx(100 + SLOWEST_S)
