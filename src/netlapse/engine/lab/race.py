"""A race: every racer's steps in one program, by the optimizers that trainings use.

The program is compiled once for a function, the kinds of optimizers and the kind of noise; start,
rates, seed, batch size and the number of steps are arguments of it. All racers of a race see the
same noise and the same batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.backend import FEW_CALLS
from netlapse.engine.lab.functions import (
    KEPT,
    Floats,
    batch_loss,
    data_of,
    look,
    structure_of,
    surface_value,
)
from netlapse.engine.lab.minima import minima_of
from netlapse.engine.optimizers import transform
from netlapse.engine.program import epoch_order
from netlapse.errors import InputError
from netlapse.spec.lab import GaussianNoise, MiniBatches, Point, Race, Racer, Regression
from netlapse.spec.optimizers import OptimizerBase, RMSprop

PLANE = 1e9
"""A coordinate beyond it has left the plane."""
CAPACITY = 256
"""Least number of entries of a program; each larger one holds four times as many."""
NOISE = 0x6C6162
"""Sets the lab's noise apart from what else a seed determines."""

EndReason = Literal["left-plane", "value", "gradient"]


@dataclass(frozen=True)
class Ended:
    """Why a path is shorter than the race."""

    step: int
    """The step that could not be made."""
    reason: EndReason
    message: str


@dataclass(frozen=True, eq=False)
class Path:
    """What a racer did. Entry i belongs to the point after i steps."""

    name: str
    racer: Racer
    points: Floats
    """x, y and f, the surface's own value [k, 3]."""
    gradients: Floats
    """What the optimizer was given at each point, noise included [k, 2]."""
    ended: Ended | None
    """Why there are fewer entries than steps + 1."""

    @property
    def gradient_norms(self) -> Floats:
        """Lengths of the gradients [k]."""
        return np.hypot(*self.gradients.T)

    @property
    def step_lengths(self) -> Floats:
        """How far the step went that led to each point [k]; 0 at the start."""
        return np.concatenate([[0.0], np.hypot(*np.diff(self.points[:, :2], axis=0).T)])

    def distances(self, minima: tuple[Point, ...]) -> Floats:
        """To the nearest of some minima [k]; NaN where there is none."""
        if not minima:
            return np.full(len(self.points), np.nan)
        away = self.points[:, None, :2] - np.array(minima)
        return np.hypot(away[..., 0], away[..., 1]).min(1)


@dataclass(frozen=True, eq=False)
class RaceRun:
    """A race that was run."""

    race: Race
    paths: tuple[Path, ...]
    minima: tuple[tuple[float, float, float], ...]
    """x, y and f."""
    found: bool
    """Whether the minima were found by a search."""


def run_race(race: Race) -> RaceRun:
    """Run a race.

    Raises:
        InputError: The function is not finite at the start.

    >>> path = run_race(Race(steps=2)).paths[0]
    >>> path.name, path.points[0].tolist(), len(path.points)
    ('Adam', [-9.0, 2.0, 12.1], 3)
    """
    _refuse_pole(race)
    records = _records(race)
    paths = tuple(
        _path(race, index, records[: race.steps + 1, index]) for index in range(len(race.racers))
    )
    points, found = minima_of(race.surface)
    values = look(race.surface, np.array(points).reshape(-1, 2))[0] if points else []
    minima = tuple((x, y, float(f)) for (x, y), f in zip(points, values, strict=True))
    return RaceRun(race, paths, minima, found)


def _refuse_pole(race: Race) -> None:
    x, y = race.start
    there = float(look(race.surface, np.array([race.start]))[0][0])
    if not np.isfinite(there):
        raise InputError(
            f"The function is not finite at the start ({x:g}, {y:g}).",
            place="start",
            remedy="Start elsewhere.",
        )


def _records(race: Race) -> Floats:
    """x, y, f and the gradient of each racer after each step [capacity, racers, 5]."""
    capacity = CAPACITY
    while capacity <= race.steps:
        capacity *= 4
    kinds = tuple(_kind(racer.optimizer) for racer in race.racers)
    structure, noise = structure_of(race.surface), race.noise
    samples = race.surface.samples if isinstance(race.surface, Regression) else 0
    program = _program(structure, kinds, noise.kind, samples, capacity)
    batch = samples
    if isinstance(noise, MiniBatches) and noise.batch_size != "all":
        batch = noise.batch_size
    with jax.enable_x64(True):
        numbers = [
            {name: np.float64(number) for name, number in racer.optimizer.hyperparameters().items()}
            for racer in race.racers
        ]
        records = program(
            np.array(race.start),
            numbers,
            np.int32(race.steps),
            np.uint32(race.seed),
            np.float64(noise.standard_deviation if isinstance(noise, GaussianNoise) else 0),
            np.int32(batch),
            data_of(race.surface),
        )
        return np.asarray(records)


def _kind(optimizer: OptimizerBase) -> tuple[type[OptimizerBase], bool]:
    return type(optimizer), isinstance(optimizer, RMSprop) and optimizer.centered


def _of_kind(kind: tuple[type[OptimizerBase], bool]) -> OptimizerBase:
    made, centered = kind
    named = {"kind": made.model_fields["kind"].annotation.__args__[0]}  # type: ignore[union-attr]
    return made.model_validate(named | ({"centered": True} if centered else {}))


@lru_cache(maxsize=KEPT)
def _program(
    structure: str,
    kinds: tuple[tuple[type[OptimizerBase], bool], ...],
    noise: str,
    samples: int,
    capacity: int,
) -> Any:
    function = surface_value(structure)
    optimizers = [_of_kind(kind) for kind in kinds]

    def race(
        start: Array,
        numbers: list[Mapping[str, Array]],
        steps: Array,
        seed: Array,
        deviation: Array,
        batch: Array,
        data: Any,
    ) -> Array:
        transforms = [
            transform(optimizer, own) for optimizer, own in zip(optimizers, numbers, strict=True)
        ]

        def gradients(points: Array, step: Array, batches: Any) -> tuple[Array, Array]:
            values, found = jax.vmap(jax.value_and_grad(function), (0, None))(points, data)
            if noise == "gaussian":
                key = jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), NOISE), step)
                found += deviation * jax.random.normal(key, (2,), points.dtype)
            if noise == "mini-batch":
                order, offset, _ = batches
                place = jnp.arange(samples)
                taken = (place >= offset) & (place < offset + batch)
                found = jax.vmap(jax.grad(batch_loss), (0, None, None))(
                    points, data[:, order], taken
                )
            return values, found

        def in_epoch(batches: Any) -> Any:
            """With the order of the epoch, which is made at its first batch."""
            if noise != "mini-batch":
                return batches
            order, offset, epoch = batches
            order = jax.lax.cond(
                offset == 0, lambda: epoch_order(seed, epoch, samples), lambda: order
            )
            return order, offset, epoch

        def next_batch(batches: Any) -> Any:
            if noise != "mini-batch":
                return batches
            order, offset, epoch = batches
            offset += batch
            is_over = offset >= samples
            return order, jnp.where(is_over, 0, offset), epoch + is_over

        def one_step(step: Array, carry: Any) -> Any:
            points, states, batches, records = carry
            batches = in_epoch(batches)
            values, found = gradients(points, step, batches)
            entry = jnp.concatenate([points, values[:, None], found], axis=1)
            records = jax.lax.dynamic_update_index_in_dim(records, entry, step, 0)
            moved, after = [], []
            for index, (own, state) in enumerate(zip(transforms, states, strict=True)):
                direction: Any
                direction, state = own.update(found[index], state, points[index])
                moved.append(points[index] - numbers[index]["learning_rate"] * direction)
                after.append(state)
            return jnp.stack(moved), after, next_batch(batches), records

        zero = jnp.int32(0)
        batches = (jnp.zeros(samples, jnp.int32), zero, zero)
        carry = (
            jnp.tile(start, (len(kinds), 1)),
            [own.init(start) for own in transforms],
            batches,
            jnp.zeros((capacity, len(kinds), 5), start.dtype),
        )
        return jax.lax.fori_loop(zero, steps + 1, one_step, carry)[-1]

    return jax.jit(race, compiler_options=FEW_CALLS)


def _path(race: Race, index: int, entries: Floats) -> Path:
    """A racer's path from its records [steps + 1, 5], up to where it ended."""
    racer, name = race.racers[index], race.names[index]
    with np.errstate(invalid="ignore"):
        on_plane: NDArray[np.bool_] = np.all(np.abs(entries[:, :2]) <= PLANE, axis=1)
    wrong = np.flatnonzero(~(on_plane & np.isfinite(entries[:, 2])))
    if not len(wrong):
        return Path(name, racer, entries[:, :3], entries[:, 3:], None)
    step = int(wrong[0])
    x, y = entries[step - 1, :2]
    if not np.isfinite(entries[step - 1, 3:]).all():
        reason: EndReason = "gradient"
        message = (
            f"{name} ends before step {step:,}: the gradient at ({x:.6g}, {y:.6g}) is not finite."
        )
    elif not on_plane[step]:
        reason = "left-plane"
        message = (
            f"{name} leaves the plane at step {step:,}: a coordinate is beyond ±{PLANE:,.0f} with "
            f"the learning rate {racer.optimizer.learning_rate:g}."
        )
    else:
        reason, (x, y) = "value", entries[step, :2]
        message = f"{name} ends at step {step:,}: the function at ({x:.6g}, {y:.6g}) is not finite."
    kept = entries[:step]
    return Path(name, racer, kept[:, :3], kept[:, 3:], Ended(step, reason, message))
