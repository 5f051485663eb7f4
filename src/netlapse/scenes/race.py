"""A race of optimizers at one step: the surface from above, the paths so far, and their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LOG_RANGE = 1e14
"""Values over more than so many times are not shown to their lower end."""
LOG_FROM = 100.0
"""Positive values over so many times have a logarithmic axis."""


@dataclass(frozen=True)
class RaceCaption:
    """Which function, and when.

    >>> RaceCaption("x^2/10 + y^2", 1200, 5000).line
    'x^2/10 + y^2 · step 1,200 of 5,000'
    """

    formula: str
    step: int
    steps: int

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.formula[:70]} · step {self.step:,} of {self.steps:,}"


@dataclass(frozen=True, eq=False)
class Track:
    """What a racer did in the whole race."""

    name: str
    points: Floats
    """x, y and f after each step [k, 3]."""
    ended: int | None
    """The step that could not be made; none where the path is whole."""

    def until(self, step: int) -> Floats:
        """The points after at most so many steps."""
        return self.points[: step + 1]


@dataclass(frozen=True, eq=False)
class RaceScene:
    """A race at a step."""

    caption: RaceCaption
    x: tuple[float, float]
    """Least and greatest x."""
    y: tuple[float, float]
    values: NDArray[np.float32]
    """The function on a grid over both, row 0 the least y; not finite where it is not."""
    levels: tuple[float, ...]
    """Of the contour lines, rising; those near the least value are closer."""
    minima: Floats
    """x and y [m, 2]."""
    start: tuple[float, float]
    tracks: tuple[Track, ...]
    low: float
    """The lower end of the axis of values, the same for all steps."""
    high: float
    is_logarithmic: bool


def race_scene(
    formula: str,
    x: tuple[float, float],
    y: tuple[float, float],
    values: NDArray[np.float32],
    minima: Floats,
    tracks: Sequence[Track],
    steps: int,
) -> RaceScene:
    """The scene at the race's end; `at` gives it at other steps.

    Args:
        formula: The function as text.
        x: Least and greatest x that are shown.
        y: The same.
        values: The function there [rows, columns].
        minima: x and y of its minima [m, 2].
        tracks: What each racer did.
        steps: Steps of the race.
    """
    reached = np.concatenate([track.points[:, 2] for track in tracks])
    low, high = float(reached.min()), float(reached.max())
    is_logarithmic = low >= 0 and high > LOG_FROM * max(low, high / LOG_RANGE) and high > 0
    if is_logarithmic:
        low = max(low, high / LOG_RANGE)
    start = tracks[0].points[0]
    return RaceScene(
        caption=RaceCaption(formula, steps, steps),
        x=x,
        y=y,
        values=values,
        levels=contour_levels(values),
        minima=minima,
        start=(float(start[0]), float(start[1])),
        tracks=tuple(tracks),
        low=low,
        high=high,
        is_logarithmic=is_logarithmic,
    )


def contour_levels(values: NDArray[np.float32], count: int = 16) -> tuple[float, ...]:
    """Heights of contour lines, rising: half of them below the middle one of the values.

    >>> contour_levels(np.linspace(0, 1, 101, dtype=np.float32), 3)
    (0.25, 0.5, 0.75)
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size or not finite.min() < finite.max():
        return ()
    low, high = finite.min(), finite.max()
    share = np.clip((np.median(finite) - low) / (high - low), 1e-3, 0.5)
    power = np.log(share) / np.log(0.5)
    heights = low + (high - low) * np.linspace(0, 1, count + 2)[1:-1] ** power
    return tuple(float(height) for height in np.unique(heights))
