"""The network's output on a grid of points, and a small map of every unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters, forward
from netlapse.engine.structure import Structure

MAX_UNITS = 64
"""Layers with more units get no unit maps."""


LARGEST = 1e30
"""Values beyond are shown as this; not a number is shown as 0."""


@dataclass(frozen=True)
class Map:
    """Values on a grid as bytes: a value is `zero + scale · stored`."""

    stored: NDArray[np.uint8]
    scale: float
    zero: float


class BoundaryProbe:
    """Compiled once for a structure and two grids; called with any parameters.

    Args:
        structure: The network.
        grid: Features of the output's grid [points, d].
        unit_grid: Features of the grid of the unit maps [points, d]; none for no maps.
        unsigned: Whether outputs are probabilities, in 0 to 1.
    """

    def __init__(
        self,
        structure: Structure,
        grid: NDArray[np.float32],
        unit_grid: NDArray[np.float32] | None,
        *,
        unsigned: bool,
    ) -> None:
        self._structure = structure
        self._unsigned = unsigned
        self._grid = jnp.asarray(grid)
        self._unit_grid = None if unit_grid is None else jnp.asarray(unit_grid)
        self._maps = jax.jit(self._traced_maps)
        self._values = jax.jit(self._traced_values)

    def maps(
        self, parameters: Parameters, target_mean: float, target_scale: float, least: float
    ) -> dict[str, Map]:
        """Maps as bytes, by layer id; the output under `""`, shape [outputs, points].

        Args:
            parameters: The network's.
            target_mean: Regression: a value is output · target_scale + target_mean.
            target_scale: See above.
            least: Regression: the scale reaches at least to ± this value.
        """
        numbers = np.array([target_mean, target_scale, least], np.float32)
        found: dict[str, tuple[Array, Array]] = self._maps(
            parameters, self._grid, self._unit_grid, numbers
        )
        return {name: self._map(name, *pair) for name, pair in found.items()}

    def values(
        self, parameters: Parameters, target_mean: float, target_scale: float
    ) -> dict[str, NDArray[np.float32]]:
        """The same as float32, for networks of one input: [outputs, points] and [units, points]."""
        numbers = np.array([target_mean, target_scale, 0], np.float32)
        found: dict[str, Array] = self._values(parameters, self._grid, self._unit_grid, numbers)
        return {name: np.asarray(value) for name, value in found.items()}

    def _map(self, name: str, stored: Array, limit: Array) -> Map:
        if name == "" and self._unsigned:
            return Map(np.asarray(stored), 1 / 255, 0.0)
        size = float(limit)
        return Map(np.asarray(stored), 2 * size / 255, -size)

    def _traced_values(
        self, parameters: Parameters, grid: Array, unit_grid: Array | None, numbers: Array
    ) -> dict[str, Array]:
        network = self._structure.network
        output = forward(network, parameters, {}, grid).output(network)[1]
        if not self._unsigned:
            output = output * numbers[1] + numbers[0]
        found = {"": output.T}
        if unit_grid is not None:
            activity = forward(network, parameters, {}, unit_grid)
            for layer, values in activity.activations.items():
                if values.ndim == 2 and values.shape[1] <= MAX_UNITS:
                    found[layer] = values.T
        return found

    def _traced_maps(
        self, parameters: Parameters, grid: Array, unit_grid: Array | None, numbers: Array
    ) -> dict[str, tuple[Array, Array]]:
        found: dict[str, tuple[Array, Array]] = {}
        for name, value in self._traced_values(parameters, grid, unit_grid, numbers).items():
            if name == "" and self._unsigned:
                stored = jnp.round(jnp.nan_to_num(value) * 255).astype(jnp.uint8)
                found[name] = (stored, jnp.ones(()))
                continue
            least: Any = numbers[2] if name == "" else 1e-6
            # A scale is a finite number: near the end of a diverging training values are not.
            value = jnp.nan_to_num(value, posinf=LARGEST, neginf=-LARGEST)
            limit = jnp.clip(jnp.abs(value).max(), least, LARGEST)
            share = jnp.clip(0.5 + 0.5 * (value / limit), 0, 1)
            found[name] = (jnp.round(share * 255).astype(jnp.uint8), limit)
        return found
