"""Grids of surfaces, and minima that are found."""

from __future__ import annotations

import numpy as np
import pytest

from netlapse.engine.lab.functions import grid, look
from netlapse.engine.lab.minima import minima_of
from netlapse.spec.lab import SURFACES, AnySurface, Domain, Expression, Regression, find_surface

SOLVED = [s for s in SURFACES.values() if s.kind not in ("regression", "expression", "saddle")]


def own(text: str, domain: Domain | None = None) -> Expression:
    """A function of one's own."""
    return Expression(kind="expression", text=text, domain=domain or Domain())


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.kind)
def test_a_grid_holds_the_function(surface: AnySurface) -> None:
    domain = Domain(x=(-2.5, 1.5), y=(0.25, 3.0))
    values = grid(surface, domain, 9)
    x, y = np.meshgrid(np.linspace(-2.5, 1.5, 9), np.linspace(0.25, 3.0, 9))
    np.testing.assert_allclose(values, surface.value(x, y, np), rtol=1e-12, atol=1e-12)


def test_a_pole_is_not_finite_on_the_grid() -> None:
    values = grid(own("1/x + log(y)"), Domain(x=(-1, 1), y=(-1, 1)), 5)
    assert np.isfinite(values[3:, [0, 1, 3, 4]]).all()
    assert not np.isfinite(values[:3]).any() and not np.isfinite(values[:, 2]).any()


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.kind)
def test_gradients_are_differences_of_values(surface: AnySurface) -> None:
    points = np.random.default_rng(1).uniform(-2, 2, (20, 2))
    values, gradients = look(surface, points)
    np.testing.assert_allclose(values, surface.value(*points.T, np), rtol=1e-12, atol=1e-12)
    for axis in range(2):
        shift = 1e-6 * np.eye(2)[axis]
        differences = (look(surface, points + shift)[0] - look(surface, points - shift)[0]) / 2e-6
        np.testing.assert_allclose(gradients[:, axis], differences, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("surface", SOLVED, ids=lambda surface: surface.kind)
def test_known_minima_are_found_from_the_text_alone(surface: AnySurface) -> None:
    found, is_search = minima_of(own(surface.formula, surface.shown))
    assert is_search
    for known in surface.minima:
        away = min(np.hypot(x - known[0], y - known[1]) for x, y in found)
        assert away < 1e-9
    if surface.kind not in ("ackley", "rastrigin"):
        assert len(found) == len(surface.minima)
    assert minima_of(surface) == (surface.minima, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abs(x - 1) + abs(y + 2)", [(1, -2)]),
        ("x^4 + (y - 3)^4", [(0, 3)]),
        ("max(abs(x), abs(y))", [(0, 0)]),
        ("(x^2 - 4)^2 + y^2", [(-2, 0), (2, 0)]),
        ("-exp(-(x^2 + y^2))", [(0, 0)]),
        ("x + y", []),
        ("x*y", []),
        ("3", []),
        ("x^2", []),
        ("1/x", []),
        ("log(x)", []),
        ("-1/(x^2 + y^2)", []),
        ("sqrt(-1 - x^2)", []),
    ],
)
def test_what_is_a_minimum_and_what_is_none(text: str, expected: list[tuple[float, float]]) -> None:
    found, _ = minima_of(own(text))
    np.testing.assert_allclose(
        np.reshape(sorted(found), (-1, 2)), np.reshape(expected, (-1, 2)), atol=1e-6
    )


def test_minima_lie_in_the_domain_that_is_asked_for() -> None:
    wide = find_surface("(x^2 - 4)^2 + y^2")
    right, _ = minima_of(wide, Domain(x=(0, 5), y=(-5, 5)))
    assert len(right) == 1 and right[0] == pytest.approx((2, 0), abs=1e-9)


def test_a_regression_has_the_minimum_of_its_own_samples() -> None:
    surface = Regression(kind="regression", samples=20, seed=8)
    (minimum,), found = minima_of(surface)
    _, gradients = look(surface, np.array([minimum]))
    assert not found
    np.testing.assert_allclose(gradients, 0, atol=1e-12)


@pytest.mark.parametrize(
    "text", ["1e150*x^3*y", "exp(cosh(x))^40", "(1e-200/y)^x", "x^1000 - y^40"]
)
def test_functions_beyond_all_numbers_are_no_fault(text: str) -> None:
    edge = Domain(x=(-1e6, 1e6), y=(-1e6, 1e6))
    for x, y in minima_of(own(text, edge))[0]:
        assert abs(x) <= 1e6 and abs(y) <= 1e6
