"""`netlapse lab`: optimizers race on a function of x and y."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netlapse.cli.show import console, count, number, print_json, print_table
from netlapse.errors import SpecError
from netlapse.export.animation import OnFrame
from netlapse.palette import Theme
from netlapse.racing import RaceResult, race_of, run_race
from netlapse.spec.base import parse
from netlapse.spec.changes import parse_assignment
from netlapse.spec.lab import Race, Racer, TypedRacer, find_surface, typed_racer

SURFACE = "surface."
"""What stands before a number of the surface in a setting."""


@dataclass(frozen=True)
class Wish:
    """What was typed."""

    function: str
    start: tuple[float, float] | None
    optimizers: Sequence[str]
    learning_rates: Sequence[float]
    settings: Sequence[str]
    steps: int | None
    seed: int
    noise: str
    batch_size: str | None
    domain: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Look:
    """How pictures look."""

    size: int
    theme: Theme
    fps: int
    frames: int


def race_and_print(
    wish: Wish, *, out: Sequence[Path], look: Look, as_json: bool, quiet: bool
) -> None:
    """Run a race, write its files, and print where each racer ended.

    Raises:
        SpecError: What was typed breaks a rule.
        InputError: The function is not finite at the start.
        DataError: A file cannot be written.
    """
    race = race_from(wish)
    result = run_race(race)
    for path in out:
        with _bar(quiet=quiet) as show:
            result.save(
                path,
                size=look.size,
                theme=look.theme,
                fps=look.fps,
                frames=look.frames,
                on_frame=show,
            )
        if not quiet:
            console(stderr=True).print(f"{path}: {path.stat().st_size / 1e3:,.0f} kB")
    if as_json:
        print_json(as_plain(result, wish.optimizers), indent=None)
    else:
        _print(result)


def race_from(wish: Wish) -> Race:
    """The race that was typed.

    Raises:
        SpecError: It breaks a rule.
    """
    surface = find_surface(wish.function, place="--function")
    settings = [parse_assignment(setting) for setting in wish.settings]
    changes = {
        path.removeprefix(SURFACE): value for path, value in settings if path.startswith(SURFACE)
    }
    if changes:
        surface = parse(Race, {"surface": {**surface.to_dict(), **changes}}).surface
    own = [setting for setting in settings if not setting[0].startswith(SURFACE)]
    return race_of(
        surface,
        _racers(wish, own) or None,
        start=wish.start,
        steps=wish.steps,
        seed=wish.seed,
        noise=_noise(wish.noise),
        batch_size=_batch_size(wish.batch_size),
        domain=(wish.domain[:2], wish.domain[2:]) if wish.domain else None,
    )


def _racers(wish: Wish, settings: Sequence[tuple[str, object]]) -> list[Racer]:
    names, rates = wish.optimizers, wish.learning_rates
    if not names and (rates or settings):
        raise SpecError("A learning rate or a setting needs an --optimizer that it is for.")
    if len(rates) not in (0, 1, len(names)):
        raise SpecError(
            f"Give --learning-rate once for all, or once for each of the {len(names)} optimizers, "
            f"got {len(rates)}."
        )
    typed = [typed_racer(name, place="--optimizer") for name in names]
    _refuse_idle(settings, typed)
    racers: list[Racer] = []
    for index, one in enumerate(typed):
        given: dict[str, object] = {}
        if rates:
            given["learning_rate"] = rates[index % len(rates)]
        if len(rates) > 1 and "learning_rate" in one.numbers:
            raise SpecError(
                f"`{one.name}` has two learning rates: {rates[index]:g} by --learning-rate, "
                f"{one.numbers['learning_rate']} of its own. Give one of them.",
                place="--optimizer",
            )
        given |= {path.rpartition(".")[2]: value for path, value in settings if _is_for(path, one)}
        racers.append(one.racer(given))
    return racers


def _is_for(path: str, racer: TypedRacer) -> bool:
    whose, dot, field = path.rpartition(".")
    return field in racer.fields and (not dot or whose == racer.name)


def _refuse_idle(settings: Sequence[tuple[str, object]], racers: Sequence[TypedRacer]) -> None:
    for path, _ in settings:
        if not any(_is_for(path, racer) for racer in racers):
            known = {field for racer in racers for field in racer.fields}
            raise SpecError(
                f"No optimizer of this race has a number `{path:.60}`; there are: "
                f"{', '.join(sorted(known))}.",
                place="--set",
            )


def _noise(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _batch_size(text: str | None) -> int | str | None:
    if text is None or text == "all":
        return text
    if not text.isdecimal() or len(text) > 9:
        raise SpecError(f"A batch size is a whole number or `all`, got `{text:.40}`.")
    return int(text)


def as_plain(result: RaceResult, typed: Sequence[str] = ()) -> dict[str, Any]:
    """What `--json` prints; numbers that are not finite are null."""
    race = result.race
    racers = [
        {
            "name": racer.name,
            "optimizer": typed[index].partition(":")[0].strip() if typed else racer.optimizer,
            "parameters": {
                name: value
                for name, value in race.racers[index].optimizer.to_dict().items()
                if name != "kind"
            },
            "ended": racer.ended.to_dict() if racer.ended else None,
            "best": {"step": racer.best_step, "f": racer.best_f},
            "path": result.path(index).tolist(),
            "gradient_norm": _plain(result.gradient_norms(index).tolist()),
            "step_length": _plain(result.step_lengths(index).tolist()),
            "distance": _plain(result.distances(index).tolist()) if result.minima else None,
        }
        for index, racer in enumerate(result.racers)
    ]
    alone = {key: racers[0][key] for key in ("path", "ended")} if len(racers) == 1 else {}
    return {
        "function": race.surface.formula,
        "surface": race.surface.to_dict(),
        "start": list(race.start),
        "steps": race.steps,
        "seed": race.seed,
        "noise": race.noise.to_dict(),
        "minima": [minimum.to_dict() for minimum in result.minima],
        **alone,
        "racers": racers,
    }


def _plain(values: Sequence[float]) -> list[float | None]:
    return [value if abs(value) < float("inf") else None for value in values]


def _print(result: RaceResult) -> None:
    race = result.race
    print(f"{race.surface.formula}, from ({number(race.start[0])}, {number(race.start[1])})")
    rows = [
        (
            racer.name,
            number(entry.optimizer.learning_rate),
            f"{racer.points - 1:,}",
            number(racer.x),
            number(racer.y),
            number(racer.f),
            number(racer.best_f),
            "–" if racer.distance is None else number(racer.distance),
        )
        for racer, entry in zip(result.racers, race.racers, strict=True)
    ]
    head = ("optimizer", "learning rate", "steps", "x", "y", "f", "least f", "to the minimum")
    print_table(head, rows, numbers=range(1, len(head)))
    for racer in result.racers:
        if racer.ended is not None:
            print(racer.ended.message)
    if result.minima:
        places = ", ".join(f"({number(at.x)}, {number(at.y)})" for at in result.minima[:4])
        more = len(result.minima) - 4
        how = "found" if result.minima[0].found else "known"
        also = f" and {more} more" if more > 0 else ""
        print(
            f"{count(len(result.minima), how + ' minimum').replace('minimums', 'minima')}: ", end=""
        )
        print(places + also)


@contextlib.contextmanager
def _bar(*, quiet: bool) -> Generator[OnFrame | None, None, None]:
    from netlapse.cli.animate import drawing_bar

    with drawing_bar(quiet=quiet) as show:
        yield show
