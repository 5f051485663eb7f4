"""Minima of a function that nobody has solved: a search on a grid, then closer and closer.

Each point of a grid that is lower than its neighbors is followed by finer grids around the lowest
point, which needs no derivative, and then by damped Newton's method where there is one. What falls
for ever, such as a pole, is no minimum; nor is the floor of a level valley, which is many. One that
is narrower than the grid is not found.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.lab.functions import Floats, grid_at, look
from netlapse.spec.lab import AnySurface, Domain, Expression, Point

Flags = NDArray[np.bool_]
GRID = 80
"""Rows and columns that are searched."""
MOST = 12
"""Minima that are followed, the lowest first."""
ZOOMS, SHRINK, WINDOW = 28, 0.4, 9
"""Finer grids around a point, each so much smaller, of so many rows and columns."""
HUGE = 1e100
SHIFT = 0.37
"""Of a cell, that the grid begins before the domain: what is symmetric lies off its middle."""
STEEP = 1e-3
"""A gradient that changes more over the last window than this share of the value is a pole's."""
NEWTON, DIFFERENCE = 60, 1e-5
RING, RADII = 27, (1e-1, 1e-2, 1e-3)
"""Points of a ring, and its radii in cells: with `MOST` as many as all windows hold."""
NEAR = 1e-5
"""Of the domain's extent: two minima so near are one."""
ZERO = 1e-7
"""Of that: a coordinate so near zero is zero."""


def minima_of(surface: AnySurface, domain: Domain | None = None) -> tuple[tuple[Point, ...], bool]:
    """The known minima of a surface, or those that are found in a domain; and whether they were
    found.

    >>> from netlapse.spec.lab import find_surface
    >>> [tuple(round(c, 6) + 0.0 for c in m) for m in minima_of(find_surface("x^2 + y^4"))[0]]
    [(0.0, 0.0)]
    """
    if not isinstance(surface, Expression):
        return surface.minima, False
    shown = domain or surface.domain
    return _found(surface.text, shown.x, shown.y), True


@lru_cache(maxsize=64)
def _found(text: str, x: Point, y: Point) -> tuple[Point, ...]:
    surface = Expression(kind="expression", text=text, domain=Domain(x=x, y=y))
    low = np.array([surface.domain.x[0], surface.domain.y[0]])
    extent = np.array([surface.domain.x[1], surface.domain.y[1]]) - low
    cell = extent / (GRID - 2)
    ticks = np.arange(GRID) - SHIFT
    places = _hollows(grid_at(surface, low[0] + ticks * cell[0], low[1] + ticks * cell[1]))
    if not len(places):
        return ()
    first = low + (places[:, ::-1] - SHIFT) * cell
    with np.errstate(all="ignore"):  # functions may be as large as they like
        points, is_settled = _zoomed(surface, first, cell)
    points = _followed(surface, points)
    inside = np.all((points >= low) & (points <= low + extent), axis=1)
    lowest = _lowest_around(surface, points, cell)
    return _distinct(surface, points[is_settled & inside & lowest], NEAR * extent)


def _hollows(values: Floats) -> Floats:
    """Rows and columns [k, 2] of inner points that are lower than their neighbors, the lowest
    first."""
    size = len(values)
    inner = values[1:-1, 1:-1]
    around = np.stack(
        [
            values[1 + row : size - 1 + row, 1 + column : size - 1 + column]
            for row in (-1, 0, 1)
            for column in (-1, 0, 1)
            if (row, column) != (0, 0)
        ]
    )
    around = np.where(np.isfinite(around), around, np.inf)
    is_low = np.isfinite(inner) & (inner < around.min(0))
    places = np.argwhere(is_low)
    order = np.argsort(inner[is_low], kind="stable")[:MOST]
    return places[order].astype(np.float64) + 1


def _zoomed(surface: Expression, first: Floats, cell: Floats) -> tuple[Floats, Flags]:
    """The lowest points [k, 2] near others, and whether the fall came to an end [k]."""
    ticks = np.linspace(-1, 1, WINDOW)
    window = np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2)
    # Always as many points, so that one program does for all functions of one text.
    points = np.resize(first, (MOST, 2)) + 0.0
    size, before, now = cell.copy(), np.full(MOST, np.inf), np.full(MOST, np.inf)
    for _ in range(ZOOMS):
        around = points[:, None] + window * size
        values, _ = look(surface, around.reshape(-1, 2))
        values = np.where(np.isfinite(values), values, np.inf).reshape(MOST, -1)
        lowest = values.argmin(1)
        points = around[np.arange(MOST), lowest]
        before, now = now, values[np.arange(MOST), lowest]
        size = size * SHRINK
    with np.errstate(invalid="ignore"):
        is_settled: Flags = np.abs(before - now) <= 1e-7 * (1 + np.abs(now))
    slopes = np.nan_to_num(np.linalg.norm(_look(surface, points)[1], axis=1))
    is_settled &= slopes * size.max() <= STEEP * (1 + np.abs(now))
    count = len(first)
    return points[:count], is_settled[:count]


def _followed(surface: Expression, points: Floats) -> Floats:
    """Newton's method from points [k, 2], damped where it does not lead down."""
    with np.errstate(all="ignore"), contextlib.suppress(np.linalg.LinAlgError):
        return _newton(surface, points)
    return points


def _newton(surface: Expression, points: Floats) -> Floats:
    values, gradients = _look(surface, points)
    damping = np.full(len(points), 1e-3)
    for _ in range(NEWTON):
        hessian = _hessians(surface, points)
        hessian = np.clip(np.where(np.isfinite(hessian), hessian, 0.0), -HUGE, HUGE)
        lowest = np.linalg.eigvalsh(hessian)[:, 0]
        size = np.abs(hessian).max((1, 2)) + 1e-12
        added = damping * size + np.maximum(0.0, -2 * lowest)
        damped = hessian + added[:, None, None] * np.eye(2)
        slope = np.clip(np.where(np.isfinite(gradients), gradients, 0.0), -HUGE, HUGE)
        tried = points - np.linalg.solve(damped, slope[..., None])[..., 0]
        found = _look(surface, tried)
        better = _is_better(found, (values, gradients))
        points = np.where(better[:, None], tried, points)
        values = np.where(better, found[0], values)
        gradients = np.where(better[:, None], found[1], gradients)
        damping = np.clip(np.where(better, damping / 8, damping * 8), 1e-12, 1e6)
    return points


def _is_better(new: tuple[Floats, Floats], old: tuple[Floats, Floats]) -> Flags:
    """Whether values are lower [k]; or as low, and the gradients smaller by half."""
    lengths = [np.linalg.norm(gradients, axis=1) for _, gradients in (new, old)]
    with np.errstate(invalid="ignore"):
        as_low = new[0] <= old[0] + 1e-15 * (1 + np.abs(old[0]))
        lower: Flags = new[0] < old[0]
        return lower & (lengths[0] <= 2 * lengths[1]) | as_low & (lengths[0] < lengths[1] / 2)


def _hessians(surface: Expression, points: Floats) -> Floats:
    """Second derivatives [k, 2, 2], as differences of the gradients."""
    shifts = DIFFERENCE * np.concatenate([np.eye(2), -np.eye(2)])
    gradients = _look(surface, (points[:, None] + shifts).reshape(-1, 2))[1].reshape(-1, 4, 2)
    jacobian = (gradients[:, :2] - gradients[:, 2:]) / (2 * DIFFERENCE)
    return (jacobian + jacobian.transpose(0, 2, 1)) / 2


def _lowest_around(surface: Expression, points: Floats, cell: Floats) -> Flags:
    """Whether no point of some rings around a point is lower [k]: on the floor of a valley that
    falls, one is."""
    angles = np.linspace(0, 2 * np.pi, RING, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], 1)
    rings = np.concatenate([radius * ring for radius in RADII])
    around = (points[:, None] + rings * cell).reshape(-1, 2)
    there = _look(surface, points)[0]
    nearby = look(surface, np.resize(around, (MOST * len(rings), 2)))[0][: len(around)]
    nearby = nearby.reshape(len(points), -1)
    with np.errstate(invalid="ignore"):
        lower = nearby < (there - 1e-12 * (1 + np.abs(there)))[:, None]
    return ~np.any(lower, axis=1)


def _look(surface: Expression, points: Floats) -> tuple[Floats, Floats]:
    """Values and gradients, by the one program that all of the search uses."""
    padded = np.resize(points, (MOST * WINDOW * WINDOW, 2))
    values, gradients = look(surface, padded)
    return values[: len(points)], gradients[: len(points)]


def _distinct(surface: Expression, points: Floats, near: Floats) -> tuple[Point, ...]:
    if not len(points):
        return ()
    values, _ = _look(surface, points)
    kept: list[Floats] = []
    for index in np.argsort(values, kind="stable"):
        if all((np.abs(points[index] - other) > near).any() for other in kept):
            kept.append(points[index])
    exact = [np.where(np.abs(point) < ZERO * near, 0.0, point) for point in kept]
    return tuple((float(x), float(y)) for x, y in exact)
