"""Documents of surfaces and races: what they say is true, and what breaks a rule is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.errors import SpecError
from netlapse.spec.base import parse
from netlapse.spec.lab import (
    SURFACES,
    AnySurface,
    Race,
    Regression,
    find_optimizer,
    find_surface,
    parse_expression,
    suggested_race,
)

NAMED = [surface for surface in SURFACES.values() if surface.kind != "expression"]


@pytest.mark.parametrize("surface", NAMED, ids=lambda surface: surface.kind)
def test_known_minima_are_the_lowest_points(surface: AnySurface) -> None:
    x, y = (np.linspace(*ends, 201) for ends in (surface.shown.x, surface.shown.y))
    least = min(float(surface.value(x, np.float64(height), np).min()) for height in y)
    for at_x, at_y in surface.minima:
        lowest = float(surface.value(np.float64(at_x), np.float64(at_y), np))
        assert lowest <= least + 1e-12
        for angle in np.linspace(0, 2 * np.pi, 12):
            near = at_x + 1e-3 * np.cos(angle), at_y + 1e-3 * np.sin(angle)
            assert float(surface.value(*near, np)) > lowest
        assert surface.shown.x[0] < at_x < surface.shown.x[1]
        assert surface.shown.y[0] < at_y < surface.shown.y[1]
    assert surface.minima or surface.kind == "saddle"


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.kind)
def test_every_surface_has_what_a_page_shows(surface: AnySurface) -> None:
    assert surface.title and surface.latex
    assert surface.lesson.endswith(".") and surface.lesson.count(".") == 1
    race = suggested_race(surface)
    assert len(race.racers) == 6 and race.surface == surface
    domain = surface.shown
    assert domain.x[0] <= race.start[0] <= domain.x[1]
    assert domain.y[0] <= race.start[1] <= domain.y[1]
    if not isinstance(surface, Regression):
        parse_expression(surface.formula)


def test_the_minimum_of_a_regression_is_the_least_squares() -> None:
    surface = Regression(kind="regression", samples=50, noise=2.0, spread=0.3, seed=4)
    u, v, t = surface.data()
    expected = np.linalg.lstsq(np.stack([u, v], 1), t, rcond=None)[0]
    assert surface.minima[0] == pytest.approx(tuple(expected), rel=1e-12)


def test_a_function_of_ones_own_has_a_domain() -> None:
    surface = find_surface("sin(x)*y")
    assert surface.formula == "sin(x)*y" and surface.shown.x == (-10, 10)
    assert surface.minima == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rosenbrok", "`rosenbrok` is not known"),
        ("x + ", "a number, a name or a bracket is expected, got the end"),
    ],
)
def test_a_surface_that_is_none(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as refused:
        find_surface(text, place="--function")
    assert refused.value.place == "--function"


def test_a_misspelled_name_is_answered_with_the_names() -> None:
    with pytest.raises(SpecError) as refused:
        find_surface("long_valley")
    assert refused.value.remedy.startswith("The surfaces are: quadratic-100, quadratic-10, ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": [float("nan"), 1]}, "start[0]: This must be a finite number, got NaN."),
        ({"start": [0, 1e7]}, "start[1]: This must be at most 1000000, got 10000000.0."),
        ({"steps": 0}, "steps: This must be at least 1, got 0."),
        ({"steps": 100_001}, "steps: This must be at most 100000, got 100001."),
        ({"seed": -1}, "seed: This must be at least 0, got -1."),
        ({"racers": []}, "A race has at least 1 racer."),
        ({"racers": [{"optimizer": {"kind": "adam"}}] * 9}, "racers: "),
        (
            {"racers": [{"optimizer": {"kind": "adamx"}}]},
            "racers[0].optimizer: The kind `adamx` is not known",
        ),
        (
            {"racers": [{"optimizer": {"kind": "adam", "beta_1": 1}}]},
            "racers[0].optimizer.beta_1: This must be less than 1, got 1.",
        ),
        (
            {"racers": [{"optimizer": {"kind": "adam"}}] * 8, "steps": 60_000},
            "All racers together make at most 400,000 steps, got 8 × 60,000.",
        ),
        (
            {"surface": {"kind": "expression", "text": "x+"}},
            "surface.text: Column 3: a number, a name or a bracket is expected, got the end.",
        ),
        (
            {"surface": {"kind": "expression", "domain": {"x": [1, 1]}}},
            "surface.domain.x: The least must be below the greatest, got 1, 1.",
        ),
        (
            {"noise": {"kind": "mini-batch"}},
            "Mini-batches need a surface that is the loss of a data set, `regression`, got "
            "`quadratic-10`.",
        ),
        (
            {
                "surface": {"kind": "regression", "samples": 10},
                "noise": {"kind": "mini-batch", "batch_size": 11},
            },
            "A batch holds at most all 10 samples, got 11.",
        ),
        ({"noise": {"kind": "gaussian", "standard_deviation": -1}}, "noise.standard_deviation: "),
    ],
)
def test_what_breaks_a_rule_is_told(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse(Race, change)
    assert str(refused.value).startswith(message)


def test_names_of_racers_differ() -> None:
    racers = [{"optimizer": {"kind": "adam"}, "name": name} for name in ("", "a", "a", "Adam")]
    assert parse(Race, {"racers": racers}).names == ("Adam", "a", "a 2", "Adam 2")


def test_every_field_of_a_race_has_help_and_a_default() -> None:
    schema = Race.model_json_schema()
    for name, definition in {**schema["$defs"], "Race": schema}.items():
        for field, about in definition["properties"].items():
            if field != "kind":
                assert about.get("description"), f"{name}.{field}"
                assert "default" in about or (name, field) == ("Racer", "optimizer")


def test_an_unknown_optimizer() -> None:
    with pytest.raises(SpecError, match="The optimizer `adamx` is not known; there are: gradient"):
        find_optimizer("adamx")
