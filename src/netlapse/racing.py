"""Races of the optimizer lab from Python: who races, what came of it, and how it is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError, NotFoundError, SpecError
from netlapse.export.races import (
    FIGURES,
    FILMS,
    FPS,
    FRAMES,
    SIZE,
    RaceLook,
    at_step,
    scene_of,
    write_race,
)
from netlapse.palette import Theme
from netlapse.protocol.lab import (
    EndedPart,
    MinimumPart,
    RacePart,
    RacerPart,
    RunRace,
)
from netlapse.protocol.messages import Reply
from netlapse.scenes.race import RaceScene
from netlapse.session.apart import ask
from netlapse.session.pool import WorkerPool
from netlapse.session.shared import shared_pool
from netlapse.spec.base import parse
from netlapse.spec.lab import (
    AnySurface,
    Domain,
    Expression,
    Race,
    Racer,
    Regression,
    SurfaceBase,
    find_surface,
    suggested_race,
    typed_racer,
)
from netlapse.spec.optimizers import OptimizerBase

Floats = NDArray[np.float64]
RacerLike = str | OptimizerBase | Racer | Mapping[str, Any]
SurfaceLike = str | SurfaceBase | Mapping[str, Any]
TABLES = (".csv", ".parquet", ".json", ".h5")


class RaceResult:
    """A race that was run; made by `race`."""

    def __init__(
        self, race: Race, answer: RacePart, arrays: Mapping[str, NDArray[Any]], pool: WorkerPool
    ) -> None:
        self.race = race
        """The document of the race."""
        self.racers: tuple[RacerPart, ...] = answer.racers
        """How each did: where it ended, its best value, why its path ends early."""
        self.minima: tuple[MinimumPart, ...] = answer.minima
        """The known minima of the surface, or those that were found."""
        self._arrays = arrays
        self._pool = pool

    @property
    def names(self) -> tuple[str, ...]:
        """What the racers are called."""
        return tuple(racer.name for racer in self.racers)

    def path(self, name: str | int = 0) -> Floats:
        """x, y and f from the start on, float64 [k, 3]; k is steps + 1, or less where it ended.

        Args:
            name: A racer by its name, its optimizer's kind, or its number.

        Raises:
            NotFoundError: There is no such racer.
        """
        return self._of("path", name)

    def gradients(self, name: str | int = 0) -> Floats:
        """What the optimizer was given at each point, noise included, float64 [k, 2]."""
        return self._of("gradient", name)

    def gradient_norms(self, name: str | int = 0) -> Floats:
        """Lengths of the gradients, float64 [k]."""
        return self._of("gradient_norm", name)

    def step_lengths(self, name: str | int = 0) -> Floats:
        """How far the step went that led to each point, float64 [k]; 0 at the start."""
        return self._of("step_length", name)

    def distances(self, name: str | int = 0) -> Floats:
        """To the nearest minimum, float64 [k]; NaN where there is none."""
        return self._of("distance", name)

    def ended(self, name: str | int = 0) -> EndedPart | None:
        """Why a path ends before the race does; none where it does not."""
        return self.racers[self._index(name)].ended

    def to_arrow(self) -> Any:
        """All paths as a `pyarrow.Table`: racer, step, x, y, f, gradient_x, gradient_y,
        gradient_norm, step_length, distance."""
        import pyarrow as arrow

        counts = [racer.points for racer in self.racers]
        every = range(len(counts))
        path, gradient = (
            np.concatenate([of(index) for index in every]) for of in (self.path, self.gradients)
        )
        lines: dict[str, Any] = {
            name: np.concatenate([self._of(name, index) for index in every])
            for name in ("gradient_norm", "step_length", "distance")
        }
        names = [name for name, count in zip(self.names, counts, strict=True) for _ in range(count)]
        columns = {
            "racer": arrow.array(names, arrow.string()),
            "step": arrow.array(np.concatenate([np.arange(count) for count in counts])),
            "x": path[:, 0],
            "y": path[:, 1],
            "f": path[:, 2],
            "gradient_x": gradient[:, 0],
            "gradient_y": gradient[:, 1],
            **lines,
        }
        return arrow.table(columns)

    def to_dataframe(self) -> Any:
        """All paths as a pandas data frame, with the columns of `to_arrow`.

        Raises:
            InputError: pandas is not installed.
        """
        from netlapse.export.tables import as_frame

        return as_frame(self.to_arrow())

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        size: int = SIZE,
        theme: Theme = "light",
        fps: int = FPS,
        frames: int = FRAMES,
        on_frame: Callable[[int, int], None] | None = None,
    ) -> None:
        """Write the race as a film, a figure or a table, by the end of the file's name.

        Args:
            path: `.gif` or `.mp4` (needs `netlapse[video]`); `.png` or `.svg`; `.csv`, `.parquet`,
                `.json` or `.h5`.
            size: Width of a picture in pixels.
            theme: `light` or `dark`.
            fps: Frames a second.
            frames: How many, from the start to the last step, evenly.
            on_frame: Called with the frames done and the frames in all.

        Raises:
            DataError: The end of the name is another, a choice is out of range, or the file cannot
                be written.
        """
        file = Path(path)
        suffix = file.suffix.lower()
        if suffix in TABLES:
            from netlapse.export.tables import write_table

            write_table(self.to_arrow(), file, {"surface": self.race.surface.formula})
        elif suffix in (*FIGURES, *FILMS):
            look = RaceLook(size, theme, fps, frames)
            write_race(self.scene, file, look, on_frame)
        else:
            raise DataError(
                f"A race is written as {', '.join((*FILMS, *FIGURES, *TABLES))}, got `{suffix}`.",
                place=os.fspath(path),
            )

    @cached_property
    def scene(self) -> RaceScene:
        """What a figure of the race shows, at its last step."""
        answer = RacePart(steps=self.race.steps, racers=self.racers, minima=self.minima)
        paths = [self.path(index) for index in range(len(self.racers))]
        return scene_of(self.race, answer, paths, lambda question: ask(self._pool, question))

    def scene_at(self, step: int) -> RaceScene:
        """What a figure of the race shows after so many steps."""
        return at_step(self.scene, step)

    def __repr__(self) -> str:
        reached = ", ".join(f"{racer.name} f = {racer.f:.6g}" for racer in self.racers)
        return f"<Race on {self.race.surface.formula} of {self.race.steps:,} steps: {reached}>"

    # --- within ----------------------------------------------------------------------------

    def _index(self, name: str | int) -> int:
        kinds = [racer.optimizer for racer in self.racers]
        if isinstance(name, int) and -len(kinds) <= name < len(kinds):
            return name % len(kinds)
        if isinstance(name, str):
            if name in self.names:
                return self.names.index(name)
            kind = "sgd" if name == "gradient-descent" else name
            if kind in kinds:
                return kinds.index(kind)
        raise NotFoundError(f"There is no racer `{name}`; there are: {', '.join(self.names)}.")

    def _of(self, what: str, name: str | int) -> Floats:
        index = self._index(name)
        return self._arrays[what][index][: self.racers[index].points]


def race(
    surface: SurfaceLike = "quadratic-10",
    optimizers: Sequence[RacerLike] | None = None,
    *,
    start: Sequence[float] | None = None,
    steps: int | None = None,
    seed: int = 0,
    noise: float | str | Mapping[str, Any] = 0.0,
    batch_size: int | str | None = None,
    domain: Sequence[Sequence[float]] | None = None,
) -> RaceResult:
    """Let optimizers race from one start on one surface.

    They are the optimizers that networks are trained with; everything is computed in float64.

    Args:
        surface: A name such as `rosenbrock`, a function of x and y such as `x**2/10 + y**2`, or a
            document.
        optimizers: Names, with numbers as in `momentum:learning_rate=0.1,momentum=0.5` or without;
            documents of optimizers, racers, or the same as plain data. By default six with learning
            rates that suit the surface.
        start: x and y; by default that of the surface.
        steps: Updates of each; by default as many as show something.
        seed: Determines noise and batches.
        noise: The standard deviation of Gaussian noise on the gradient, `mini-batch`, or a
            document.
        batch_size: Samples of a mini-batch, or `all`; needs the surface `regression`.
        domain: Least and greatest x, least and greatest y that are shown of a function of yours.

    Raises:
        SpecError: A rule is broken, such as an error in the function.
        InputError: The function is not finite at the start.

    >>> import netlapse as nl
    >>> result = nl.race("x**2/10 + y**2", [{"kind": "sgd", "learning_rate": 0.5}], start=(-10, 2))
    >>> result.path("sgd")[1].tolist()
    [-9.0, 0.0, 8.1]
    >>> nl.race("rosenbrock", ["adam", "momentum"], steps=10).names
    ('Adam', 'Momentum')
    """
    document = race_of(
        surface,
        optimizers,
        start=start,
        steps=steps,
        seed=seed,
        noise=noise,
        batch_size=batch_size,
        domain=domain,
    )
    return run_race(document)


def run_race(document: Race, pool: WorkerPool | None = None) -> RaceResult:
    """Run the race of a document in a worker.

    Raises:
        InputError: The function is not finite at the start.
    """
    pool = pool or shared_pool()
    answer = ask(pool, RunRace(kind="run-race", race=document))
    assert isinstance(answer.event, Reply)
    part = parse(RacePart, answer.event.values["race"])
    return RaceResult(document, part, answer.arrays, pool)


def race_of(
    surface: SurfaceLike,
    optimizers: Sequence[RacerLike] | None,
    *,
    start: Sequence[float] | None = None,
    steps: int | None = None,
    seed: int = 0,
    noise: float | str | Mapping[str, Any] = 0.0,
    batch_size: int | str | None = None,
    domain: Sequence[Sequence[float]] | None = None,
) -> Race:
    """The document of a race, as `race` takes it.

    Raises:
        SpecError: A rule is broken.
    """
    chosen = _surface(surface, domain)
    suggested = suggested_race(chosen)
    racers = suggested.racers if optimizers is None else tuple(map(_racer, optimizers))
    plain: dict[str, Any] = {
        "surface": chosen.to_dict(),
        "racers": [racer.to_dict() for racer in racers],
        "start": suggested.start if start is None else list(start),
        "steps": suggested.steps if steps is None else steps,
        "seed": seed,
        "noise": _noise(noise, batch_size),
    }
    return parse(Race, plain)


def _surface(surface: SurfaceLike, domain: Any) -> AnySurface:
    chosen = find_surface(surface, place="surface") if isinstance(surface, str) else None
    if chosen is None:
        plain = surface.to_dict() if isinstance(surface, SurfaceBase) else surface
        chosen = parse(Race, {"surface": plain}).surface
    if domain is None:
        return chosen
    if isinstance(chosen, Regression):
        raise SpecError("The domain of a linear regression cannot be chosen.", place="domain")
    x, y = domain
    shown = parse(Domain, {"x": list(x), "y": list(y)}, place="domain")
    return Expression(kind="expression", text=chosen.formula, domain=shown)


def _racer(given: RacerLike) -> Racer:
    if isinstance(given, Racer):
        return given
    if isinstance(given, OptimizerBase):
        return parse(Racer, {"optimizer": given.to_dict()})
    if isinstance(given, str):
        typed = typed_racer(given, place="optimizers")
        named = typed.racer()
        return named if typed.numbers else named.model_copy(update={"name": ""})
    numbers = dict(given)
    if "optimizer" in numbers:
        return parse(Racer, numbers)
    name = numbers.pop("name", "")
    return parse(Racer, {"optimizer": numbers, "name": name})


def _noise(noise: float | str | Mapping[str, Any], batch_size: int | str | None) -> dict[str, Any]:
    if isinstance(noise, Mapping):
        return dict(noise)
    if noise == "mini-batch" or batch_size is not None:
        if noise not in ("mini-batch", 0.0):
            raise SpecError("Give noise on the gradient or mini-batches, not both.", place="noise")
        return {"kind": "mini-batch"} | ({} if batch_size is None else {"batch_size": batch_size})
    if isinstance(noise, str):
        raise SpecError(f"Noise is a number or `mini-batch`, got `{noise:.40}`.", place="noise")
    if not noise:
        return {"kind": "none"}
    return {"kind": "gaussian", "standard_deviation": noise}
