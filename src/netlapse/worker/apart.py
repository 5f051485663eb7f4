"""Answers to questions that are about no run: surfaces and races of the optimizer lab."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from netlapse.engine.lab.functions import Floats, grid, look
from netlapse.engine.lab.minima import minima_of
from netlapse.engine.lab.race import Path, RaceRun, run_race
from netlapse.errors import StateError
from netlapse.protocol.lab import (
    Apart,
    DrawSurface,
    EndedPart,
    GridPart,
    GridRequest,
    MinimumPart,
    RacePart,
    RacerPart,
    RunRace,
)
from netlapse.spec.lab import Race

Reply = tuple[dict[str, Any], dict[str, Any]]
"""Values and arrays."""


def answer_apart(question: Apart) -> Reply:
    """The values and arrays that a question asks for.

    Raises:
        InputError: It cannot be answered, such as a race from a pole.
    """
    match question:
        case DrawSurface(request=request):
            return _grid(request)
        case RunRace(race=race):
            return _race(race)
        case _:
            raise StateError(f"The worker does not know `{type(question).__name__}`.")


def _grid(request: GridRequest) -> Reply:
    surface, size = request.surface, request.size
    domain = request.domain or surface.shown
    values = grid(surface, domain, size)
    finite = values[np.isfinite(values)]
    wrong = values.size - finite.size
    points, found = minima_of(surface, domain)
    heights = look(surface, np.array(points).reshape(-1, 2))[0] if points else []
    part = GridPart(
        domain=domain,
        rows=size,
        columns=size,
        minimum=float(finite.min()) if finite.size else None,
        maximum=float(finite.max()) if finite.size else None,
        not_finite=wrong,
        note=f"The function is not finite at {wrong:,} of {values.size:,} points." if wrong else "",
        formula=surface.formula,
        latex=surface.latex,
        minima=tuple(
            MinimumPart(x=x, y=y, f=float(f), found=found)
            for (x, y), f in zip(points, heights, strict=True)
        ),
    )
    largest = np.finfo(np.float32).max
    drawn = np.where(np.isfinite(values), np.clip(values, -largest, largest), values)
    return {"grid": part.to_dict()}, {"values": drawn.astype(np.float32)}


def _race(race: Race) -> Reply:
    run = run_race(race)
    minima = tuple((x, y) for x, y, _ in run.minima)
    arrays: dict[str, list[Floats]] = {
        "path": [path.points for path in run.paths],
        "gradient": [path.gradients for path in run.paths],
        "gradient_norm": [path.gradient_norms for path in run.paths],
        "step_length": [path.step_lengths for path in run.paths],
        "distance": [path.distances(minima) for path in run.paths],
    }
    part = RacePart(
        steps=race.steps,
        racers=tuple(_racer(path, run) for path in run.paths),
        minima=tuple(MinimumPart(x=x, y=y, f=f, found=run.found) for x, y, f in run.minima),
    )
    return {"race": part.to_dict()}, {
        name: np.stack([_padded(of, race.steps + 1) for of in all_of])
        for name, all_of in arrays.items()
    }


def _padded(entries: Floats, length: int) -> Floats:
    """Entries [k, ...] with NaN behind their end [length, ...]."""
    whole = np.full((length, *entries.shape[1:]), np.nan)
    whole[: len(entries)] = entries
    return whole


def _racer(path: Path, run: RaceRun) -> RacerPart:
    x, y, f = (float(value) for value in path.points[-1])
    best = int(path.points[:, 2].argmin())
    minima = tuple((at[0], at[1]) for at in run.minima)
    ended = path.ended
    return RacerPart(
        name=path.name,
        optimizer=path.racer.optimizer.kind,
        points=len(path.points),
        ended=ended and EndedPart(step=ended.step, reason=ended.reason, message=ended.message),
        x=x,
        y=y,
        f=f,
        best_f=float(path.points[best, 2]),
        best_step=best,
        gradient_norm=_finite(path.gradient_norms[-1]),
        distance=_finite(path.distances(minima)[-1]),
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
