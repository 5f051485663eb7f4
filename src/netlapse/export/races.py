"""A race of the optimizer lab as a film or a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netlapse.export.animation import OnFrame, even_steps, write_frames
from netlapse.export.figures import draw, encode, format_of, pixels
from netlapse.export.writing import write_file
from netlapse.palette import Theme
from netlapse.protocol.lab import Apart, DrawSurface, GridPart, GridRequest, RacePart, RunRace
from netlapse.protocol.messages import Reply
from netlapse.scenes.race import RaceScene, Track, race_scene
from netlapse.spec.base import parse
from netlapse.spec.lab import Domain, Race
from netlapse.spec.lab.surfaces import LARGEST

Floats = NDArray[np.float64]
FIGURE_GRID = 161
FRAMES, FPS, SIZE = 60, 12, 640
FILMS = (".gif", ".mp4")
FIGURES = (".png", ".svg")


class Answered(Protocol):
    """What a worker answers."""

    @property
    def event(self) -> Any: ...
    @property
    def arrays(self) -> Mapping[str, NDArray[Any]]: ...


Asking = Callable[[Apart], Answered]
"""Asks a worker, and waits for the answer."""


@dataclass(frozen=True)
class RaceLook:
    """How a race is drawn."""

    size: int = SIZE
    """Width of a picture in pixels."""
    theme: Theme = "light"
    fps: int = FPS
    """Frames a second of a film."""
    frames: int = FRAMES
    """How many, from the start to the last step, evenly."""
    step: int | None = None
    """Of a figure: after how many steps; none for the last."""


DEFAULT = RaceLook()


def run_and_show(race: Race, ask: Asking) -> RaceScene:
    """Run a race, and give what a figure of it shows.

    Raises:
        InputError: The function is not finite at the start.
    """
    answer = ask(RunRace(kind="run-race", race=race))
    assert isinstance(answer.event, Reply)
    part = parse(RacePart, answer.event.values["race"])
    paths = [answer.arrays["path"][i][: racer.points] for i, racer in enumerate(part.racers)]
    return scene_of(race, part, paths, ask)


def scene_of(race: Race, part: RacePart, paths: Sequence[Floats], ask: Asking) -> RaceScene:
    """What a figure of a race shows, at its last step.

    Args:
        race: Its document.
        part: How the racers did.
        paths: x, y and f of each [k, 3].
        ask: Asked for the surface.
    """
    shown = _with_start(race.surface.shown, race.start)
    asked = GridRequest(surface=race.surface, domain=shown, size=FIGURE_GRID)
    answer = ask(DrawSurface(kind="draw-surface", request=asked))
    assert isinstance(answer.event, Reply)
    grid = parse(GridPart, answer.event.values["grid"])
    tracks = [
        Track(racer.name, path, racer.ended.step if racer.ended else None)
        for racer, path in zip(part.racers, paths, strict=True)
    ]
    minima = np.array([(at.x, at.y) for at in part.minima]).reshape(-1, 2)
    values = answer.arrays["values"]
    return race_scene(grid.formula, shown.x, shown.y, values, minima, tracks, race.steps)


def at_step(scene: RaceScene, step: int) -> RaceScene:
    """What is shown after so many steps."""
    return replace(scene, caption=replace(scene.caption, step=step))


def write_race(
    scene: RaceScene, path: Path, look: RaceLook = DEFAULT, on_frame: OnFrame | None = None
) -> None:
    """Write a film (`.gif`, `.mp4`) or a figure (`.png`, `.svg`), by the end of the file's name.

    Args:
        scene: The race at its last step.
        path: The file; it is there when it is done, and not before.
        look: How it is drawn.
        on_frame: Hears of each frame, and of how many there are.

    Raises:
        DataError: A choice is out of range, or the file cannot be written.
        InputError: An MP4 is asked for and `netlapse[video]` is not installed.
    """
    steps = scene.caption.steps
    if path.suffix.lower() in FIGURES:
        shown = scene if look.step is None else at_step(scene, min(look.step, steps))
        figure = draw(shown, theme=look.theme, width_px=look.size)
        write_file(path, encode(figure, format_of(str(path))))
        return
    moments = even_steps(0, steps, look.frames)

    def drawn() -> Iterator[NDArray[np.uint8]]:
        for done, step in enumerate(moments, start=1):
            yield pixels(draw(at_step(scene, step), theme=look.theme, width_px=look.size))
            if on_frame is not None:
                on_frame(done, len(moments))

    size = (look.size, look.size)
    write_frames(path, drawn(), count=len(moments), fps=look.fps, size=size)


def _with_start(domain: Domain, start: tuple[float, float]) -> Domain:
    """A domain that holds the start, too."""
    ends: list[tuple[float, float]] = []
    for (low, high), at in zip((domain.x, domain.y), start, strict=True):
        margin = 0.05 * (high - low)
        ends.append((min(low, max(at - margin, -LARGEST)), max(high, min(at + margin, LARGEST))))
    return Domain(x=ends[0], y=ends[1])
