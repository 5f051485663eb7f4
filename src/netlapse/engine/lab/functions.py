"""A surface as a function that can be traced: of a point, and of the data where it has some."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.backend import FEW_CALLS
from netlapse.spec.lab import AnySurface, Domain, Regression
from netlapse.spec.lab.surfaces import tree_of
from netlapse.spec.lab.tree import value

KEPT = 64
"""Compiled programs of one kind."""
FEW = 16
Floats = NDArray[np.float64]
SurfaceValue = Callable[[Array, Any], Array]
"""(point [2], data) → the value there."""


def structure_of(surface: AnySurface) -> str:
    """What decides about a surface's program; its data are arguments."""
    return "" if isinstance(surface, Regression) else surface.formula


def data_of(surface: AnySurface) -> Any:
    """The arguments of a surface: u, v and t [3, samples] of a regression; else none."""
    return surface.data() if isinstance(surface, Regression) else None


def surface_value(structure: str) -> SurfaceValue:
    """The function of a surface, of the structure that `structure_of` gives."""
    if not structure:
        return lambda point, data: jnp.mean(_squares(point, data))
    tree = tree_of(structure)
    return lambda point, data: value(tree, point[0], point[1], jnp)


def batch_loss(point: Array, data: Array, taken: Array) -> Array:
    """The mean loss of the samples that are taken [samples] at a point [2]."""
    return jnp.sum(jnp.where(taken, _squares(point, data), 0)) / jnp.sum(taken)


def _squares(point: Array, data: Array) -> Array:
    u, v, t = data
    return (point[0] * u + point[1] * v - t) ** 2


@lru_cache(maxsize=KEPT)
def _looked(structure: str) -> Any:
    both: Any = jax.value_and_grad(surface_value(structure))
    return jax.jit(jax.vmap(both, in_axes=(0, None)), compiler_options=FEW_CALLS)


@lru_cache(maxsize=KEPT)
def _row_by_row(structure: str) -> Any:
    function = surface_value(structure)

    def rows(x: Array, y: Array, data: Any) -> Array:
        def row(height: Array) -> Array:
            return jax.vmap(lambda place: function(jnp.stack([place, height]), data))(x)

        return jax.lax.map(row, y)

    return jax.jit(rows, compiler_options=FEW_CALLS)


def look(surface: AnySurface, points: Floats) -> tuple[Floats, Floats]:
    """Values [n] and gradients [n, 2] at points [n, 2]."""
    count = len(points)
    points = np.resize(points, (max(FEW, count), 2))  # one program for a few, however many
    with jax.enable_x64(True):
        values, gradients = _looked(structure_of(surface))(points, data_of(surface))
        return np.asarray(values)[:count], np.asarray(gradients)[:count]


def grid(surface: AnySurface, domain: Domain, size: int) -> Floats:
    """Values [size, size] on a grid, ends included: row 0 at the least y, column 0 at the least x.

    >>> from netlapse.spec.lab import find_surface
    >>> grid(find_surface("x + 10*y"), Domain(x=(0.0, 2.0), y=(0.0, 1.0)), 2).tolist()
    [[0.0, 2.0], [10.0, 12.0]]
    """
    return grid_at(surface, np.linspace(*domain.x, size), np.linspace(*domain.y, size))


def grid_at(surface: AnySurface, x: Floats, y: Floats) -> Floats:
    """Values [rows, columns] at each x [columns] and y [rows]."""
    with jax.enable_x64(True):
        return np.asarray(_row_by_row(structure_of(surface))(x, y, data_of(surface)))
