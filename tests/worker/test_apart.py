"""Questions that are about no run, as a worker answers them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.errors import InputError, StateError
from netlapse.protocol.lab import Apart, DrawSurface, GridPart, GridRequest, RacePart, RunRace
from netlapse.spec.base import parse
from netlapse.spec.lab import Race, find_surface
from netlapse.worker.apart import answer_apart


def grid(**fields: Any) -> tuple[GridPart, Any]:
    """The grid of a surface."""
    request = parse(GridRequest, fields)
    values, arrays = answer_apart(DrawSurface(kind="draw-surface", request=request))
    return parse(GridPart, values["grid"]), arrays["values"]


def race(**fields: Any) -> tuple[RacePart, dict[str, Any]]:
    """A race, as it is answered."""
    values, arrays = answer_apart(RunRace(kind="run-race", race=parse(Race, fields)))
    return parse(RacePart, values["race"]), arrays


def test_a_grid_says_what_it_shows() -> None:
    part, values = grid(surface={"kind": "rosenbrock"}, size=41)
    assert values.shape == (41, 41) and values.dtype == np.float32
    assert (part.rows, part.columns, part.not_finite, part.note) == (41, 41, 0, "")
    assert part.domain.x == (-2, 2) and part.domain.y == (-1, 3)
    # f(-2, -1) is the first entry, f(1, 1) = 0 lies on the grid.
    assert values[0, 0] == pytest.approx(9 + 100 * 25)
    assert part.minimum == 0 and part.maximum == values.max()
    assert [(at.x, at.y, at.f, at.found) for at in part.minima] == [(1, 1, 0, False)]


def test_a_grid_counts_where_a_function_is_not_finite() -> None:
    surface = {"kind": "expression", "text": "1/x + y"}
    part, values = grid(surface=surface, domain={"x": [-1, 1], "y": [-1, 1]}, size=5)
    assert part.not_finite == 5 and not np.isfinite(values[:, 2]).any()
    assert part.note == "The function is not finite at 5 of 25 points."
    assert (part.minimum, part.maximum, part.minima) == (-3, 3, ())
    assert part.latex == r"\frac{1}{x} + y"


def test_a_grid_of_nothing_finite() -> None:
    part, values = grid(surface={"kind": "expression", "text": "log(-1 - x^2)"}, size=4)
    assert part.minimum is None and part.maximum is None and part.not_finite == 16
    assert np.isnan(values).all()


def test_values_beyond_32_bits_stay_finite() -> None:
    part, values = grid(surface={"kind": "expression", "text": "(1e30*x)^2"}, size=3)
    assert part.not_finite == 0 and part.maximum == pytest.approx(1e62)
    assert np.isfinite(values).all()


def test_a_race_fills_up_what_lies_behind_an_end() -> None:
    part, arrays = race(
        racers=[
            {"optimizer": {"kind": "sgd", "learning_rate": 3}, "name": "fast"},
            {"optimizer": {"kind": "adam", "learning_rate": 0.4}},
        ],
        steps=30,
    )
    shapes = {name: array.shape for name, array in arrays.items()}
    assert shapes == {
        "path": (2, 31, 3),
        "gradient": (2, 31, 2),
        "gradient_norm": (2, 31),
        "step_length": (2, 31),
        "distance": (2, 31),
    }
    fast, adam = part.racers
    assert fast.ended is not None and fast.ended.step == fast.points == 13
    for array in arrays.values():
        assert np.isfinite(array[0, :13]).all() and np.isnan(array[0, 13:]).all()
        assert np.isfinite(array[1]).all()
    assert (adam.name, adam.optimizer, adam.points, adam.ended) == ("Adam", "adam", 31, None)
    assert [adam.x, adam.y, adam.f] == arrays["path"][1, -1].tolist()
    assert adam.best_f == arrays["path"][1, :, 2].min()
    assert adam.best_step == arrays["path"][1, :, 2].argmin()
    assert adam.distance == pytest.approx(np.hypot(adam.x, adam.y))


def test_no_minimum_is_no_distance() -> None:
    part, arrays = race(surface={"kind": "saddle"}, start=(1, 1), steps=3)
    assert part.minima == () and part.racers[0].distance is None
    assert np.isnan(arrays["distance"]).all()


def test_a_race_from_a_pole_is_refused() -> None:
    with pytest.raises(InputError, match="The function is not finite at the start"):
        race(surface=find_surface("1/x").to_dict(), start=(0, 1))


def test_an_unknown_question() -> None:
    with pytest.raises(StateError, match="does not know `Apart`"):
        answer_apart(Apart())
