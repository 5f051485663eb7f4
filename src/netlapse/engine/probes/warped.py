"""The plane of the inputs as two units of a layer see it: where each of its points comes to lie."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.backend import FEW_CALLS
from netlapse.engine.forward import Parameters, forward
from netlapse.engine.structure import Structure

Floats = NDArray[np.float32]


class WarpedProbe:
    """Compiled once for a structure, points, a layer and a quantity; called with any parameters.

    Args:
        structure: The network.
        points: Features [n, d].
        layer: Whose units look.
        before: Whether they give their pre-activations, not their activations.
    """

    def __init__(self, structure: Structure, points: Floats, layer: str, *, before: bool) -> None:
        self._structure = structure
        self._points = jnp.asarray(points)
        self._layer, self._before = layer, before
        self._seen = jax.jit(self._traced_seen, compiler_options=FEW_CALLS)

    def seen(self, parameters: Parameters, units: tuple[int, int]) -> Floats:
        """What both units give for each point, float32 [n, 2]."""
        return np.asarray(self._seen(parameters, self._points, np.array(units, np.int32)))

    def _traced_seen(self, parameters: Parameters, points: Array, units: Array) -> Array:
        activity = forward(self._structure.network, parameters, {}, points)
        values = activity.pre_activations if self._before else activity.activations
        return jnp.take(values[self._layer], units, axis=1)
