"""The loss on a plane through the weights of a network, in pieces.

    sweep = LandscapeProbe(structure).sweep(parameters, first, second, points, inputs, targets)
    while not sweep.is_done:
        sweep.go_on(most=100)
    sweep.losses()                       # float32 [points]

The loss is that of evaluation: dropout is off, batch normalization takes the moving averages of the
state looked at, penalties do not count. Small dense networks have many points side by side as the
last axis of every array, as `block` has networks: all operations are vector instructions. Others go
through the network one point after the other, in one program, some samples at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.block import is_small
from netlapse.engine.evaluation import BLOCK_NUMBERS
from netlapse.engine.forward import Parameters, forward
from netlapse.engine.losses import counted_losses
from netlapse.engine.probes.weight_planes import Direction
from netlapse.engine.structure import Structure

MAX_POINTS = 201 * 201 + 1
SIDE_BY_SIDE = 64
"""Points that a small network is computed at together: whole vector registers."""
SAMPLES_TOGETHER = 4
"""Samples of one turn there: what they need stays in the processor's nearest memory."""
ITEM_WORK = 150_000_000
"""Multiply-adds of one item of other networks: about 20 ms, so that others have their turn."""
_OPTIONS: Any = {"xla_cpu_prefer_vector_width": 512}

Floats = NDArray[np.float32]


class _Plane(NamedTuple):
    """Points, and the plane they lie on."""

    at: Array
    """a and b of each point [n, 2]; side by side [groups, `SIDE_BY_SIDE`, 2]."""
    parameters: Parameters
    first: Any
    second: Any


class _Samples(NamedTuple):
    """Samples in blocks of one length [blocks, together, ...]."""

    xs: Any
    ys: Any
    counts: Any
    """Which of them count."""
    count: Any
    """How many count."""


class LandscapeProbe:
    """Compiled once for a structure and a number of samples; called with any plane.

    Args:
        structure: The network.
    """

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._is_small = is_small(replace(structure, batch=1))
        self._compiled: dict[tuple[int, ...], Any] = {}

    def sweep(
        self,
        parameters: Parameters,
        first: Direction,
        second: Direction,
        points: Floats,
        inputs: NDArray[Any],
        targets: NDArray[Any],
    ) -> Sweep:
        """Prepare the losses at some points; compiles where this has not been done.

        Args:
            parameters: The state looked at.
            first: The direction of a.
            second: The direction of b.
            points: a and b [n, 2], at most `MAX_POINTS` of them.
            inputs: Of the samples [m, ...].
            targets: Of the samples.
        """
        xs, ys, counts = _cut(inputs, targets, self._together(len(inputs)))
        padded = np.zeros((-(-MAX_POINTS // SIDE_BY_SIDE) * SIDE_BY_SIDE, 2), np.float32)
        padded[: len(points)] = points
        at: Array = jnp.asarray(padded)
        total = len(points) * len(xs)
        function: Callable[..., Array] = self._one_after_the_other
        if self._is_small:
            at = at.reshape(-1, SIDE_BY_SIDE, 2)
            total = -(-len(points) // SIDE_BY_SIDE)
            xs, ys, counts = (part[..., None] for part in (xs, ys, counts))
            function = self._side_by_side
        fixed: tuple[_Plane, _Samples] = jax.tree.map(
            jnp.asarray,
            (
                _Plane(at, parameters, first, second),
                _Samples(xs, ys, counts, np.float32(len(inputs))),
            ),
        )
        out = jnp.zeros(at.shape[:-1], jnp.float32)
        key = *xs.shape, *ys.shape, *counts.shape
        if key not in self._compiled:
            lowered = jax.jit(function).lower(out, np.int32(0), np.int32(0), *fixed)
            self._compiled[key] = lowered.compile(compiler_options=_OPTIONS)
        return Sweep(self._compiled[key], out, fixed, len(points), total)

    def _together(self, samples: int) -> int:
        """How many samples go through the network at once."""
        if self._is_small:
            return min(SAMPLES_TOGETHER, samples)
        layers = self._structure.layers
        work = sum(layer.multiply_adds for layer in layers)
        numbers = sum(math.prod(layer.output_shape or ()) for layer in layers)
        most = min(ITEM_WORK // max(1, work), BLOCK_NUMBERS // max(1, numbers))
        return max(1, min(samples, most))

    # --- traced ------------------------------------------------------------------------------

    def _losses(self, parameters: Parameters, x: Array, y: Array) -> Array:
        network = self._structure.network
        z, a = forward(network, parameters, {}, x).output(network)
        return counted_losses(self._structure, z, a, y)

    def _one_after_the_other(
        self, out: Array, start: Array, stop: Array, plane: _Plane, samples: _Samples
    ) -> Array:
        """Items `start` to `stop`: item i is block i mod blocks of point i div blocks."""
        xs, ys, counts, count = samples
        blocks = xs.shape[0]

        def item(index: Array, out: Array) -> Array:
            point, block = index // blocks, index % blocks
            moved = _moved(plane, plane.at[point, 0], plane.at[point, 1])
            losses = self._losses(moved, xs[block], ys[block])
            return out.at[point].add(jnp.where(counts[block], losses, 0).sum() / count)

        return jax.lax.fori_loop(start, stop, item, out)

    def _side_by_side(
        self, out: Array, start: Array, stop: Array, plane: _Plane, samples: _Samples
    ) -> Array:
        """Items `start` to `stop`: item i is the i-th group of points; arrays [..., points]."""
        xs, ys, counts, count = samples
        together = xs.shape[1]

        def item(index: Array, out: Array) -> Array:
            a, b = plane.at[index, :, 0], plane.at[index, :, 1]
            moved = _moved(_Plane(plane.at, *(_raised(part) for part in plane[1:])), a, b)

            def block(number: Array, total: Array) -> Array:
                y = jnp.broadcast_to(ys[number], (*ys.shape[1:-1], SIDE_BY_SIDE))
                losses = self._losses(moved, xs[number], y)
                losses = jnp.where(counts[number], losses, 0)
                for sample in range(together):  # XLA's own sum would be scalar code
                    total = total + losses[sample]
                return total

            total = jax.lax.fori_loop(0, xs.shape[0], block, jnp.zeros(SIDE_BY_SIDE))
            return out.at[index].set(total / count)

        return jax.lax.fori_loop(start, stop, item, out)


@dataclass
class Sweep:
    """Losses at some points, on their way."""

    _compiled: Any
    _out: Array
    _fixed: tuple[_Plane, _Samples]
    points: int
    """How many points."""
    total: int
    """How many items of about equal work there are in all."""
    done: int = 0
    """How many of them are done."""

    @property
    def is_done(self) -> bool:
        """Whether all losses are there."""
        return self.done >= self.total

    def go_on(self, most: int) -> int:
        """Compute at most so many items more; gives how many there were."""
        stop = min(self.total, self.done + most)
        self._out = self._compiled(self._out, np.int32(self.done), np.int32(stop), *self._fixed)
        self._out.block_until_ready()
        made, self.done = stop - self.done, stop
        return made

    def losses(self) -> Floats:
        """The mean loss of the samples at each point [points]; what is not finite stays so."""
        return np.asarray(self._out).ravel()[: self.points]


def _raised(parameters: Parameters) -> Parameters:
    """With one more axis, the last."""
    return jax.tree.map(lambda value: value[..., None], parameters)


def _moved(plane: _Plane, a: Array, b: Array) -> Parameters:
    _, *parts = plane
    return jax.tree.map(lambda w, d, e: w + a * d + b * e, *parts)


def _cut(
    inputs: NDArray[Any], targets: NDArray[Any], together: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Samples in blocks of one length [blocks, together, ...], and which of them count; the last
    block is filled up."""
    count = len(inputs)
    places = np.arange(-(-count // together) * together)
    shape = -1, together
    taken = places % count
    x, y = inputs[taken], targets[taken]
    counts = (places < count).reshape(shape)
    return x.reshape(*shape, *x.shape[1:]), y.reshape(*shape, *y.shape[1:]), counts


def finite_range(losses: Floats) -> tuple[float | None, float | None, int]:
    """The least and the greatest finite loss, none where there is none, and how many are not."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return None, None, losses.size
    return float(finite.min()), float(finite.max()), losses.size - finite.size
