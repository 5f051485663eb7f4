"""What a run gives away from Python: figures, animations, tables, a bundle."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlapse.record.contract import Store

if TYPE_CHECKING:
    from netlapse.asking import Asking
    from netlapse.export.film import Film
    from netlapse.run import Run

PathLike = str | os.PathLike[str]


class Exporting(ABC):
    """The exports of a run."""

    @property
    @abstractmethod
    def id(self) -> str:
        """The run's name in the record."""

    @property
    @abstractmethod
    def store(self) -> Store:
        """The record that the run is in."""

    @abstractmethod
    def at(self, step: int) -> Asking:
        """The network at a step."""

    @property
    def film(self) -> Film:
        """All views of the run at all steps, as scenes."""
        from netlapse.export.film import Film

        return Film(self.store, self.id, self.at)

    def figure(
        self,
        path: PathLike,
        view: Any = "boundary",
        *,
        step: int | None = None,
        size: int | None = None,
        theme: Any = "light",
        part: Any = "validation",
        sample: int = 0,
        linear: bool = False,
    ) -> None:
        """Write a view as PNG or SVG, by the end of the file's name.

        Args:
            path: The file.
            view: `boundary`, `loss`, `network`, `weights`, `confusion`, `feature-maps` or
                `seven-panels`.
            step: At which step; the newest by default.
            size: Width in pixels; 640, or 1280 for seven panels.
            theme: `light` or `dark`.
            part: Whose confusion matrix; the part of the sample.
            sample: Whose feature maps.
            linear: Whether the gradients of seven panels have a linear scale, not a logarithmic.

        Raises:
            DataError: The data has no such view, or the file cannot be written.
            StateError: The record does not reach so far.
        """
        from netlapse.export.animation import usual_size
        from netlapse.export.figures import draw, encode, format_of
        from netlapse.export.film import Choice, view_of
        from netlapse.export.writing import write_file

        format, name = format_of(os.fspath(path)), view_of(view)
        scene = self.film.scene(name, step, Choice(part, sample, linear=linear))
        width = usual_size(name) if size is None else size
        write_file(Path(path), encode(draw(scene, theme=theme, width_px=width), format))

    def animate(
        self,
        path: PathLike,
        view: Any = "boundary",
        *,
        fps: int | None = None,
        frames: int | None = None,
        every: int | None = None,
        first: int = 0,
        last: int | None = None,
        steps: Sequence[int] | None = None,
        size: int | None = None,
        theme: Any = "light",
        part: Any = "validation",
        sample: int = 0,
        linear: bool = False,
        on_frame: Callable[[int, int], None] | None = None,
    ) -> None:
        """Write a view over time as GIF or MP4, by the end of the file's name.

        Args:
            path: The file; `.mp4` needs `netlapse[video]`.
            view: `boundary`, `loss`, `network`, `weights`, `confusion`, `feature-maps` or
                `seven-panels`.
            fps: Frames a second; 10, or 4 for seven panels.
            frames: How many, from the first to the last step, evenly; 60 by default.
            every: A frame for every so many steps instead; seven panels: 5, or more for a long
                training.
            first: The first step.
            last: The last step; the newest by default.
            steps: Exactly these steps instead.
            size: Width in pixels; 640, or 1280 for seven panels.
            theme: `light` or `dark`.
            part: Whose confusion matrix; the part of the sample.
            sample: Whose feature maps.
            linear: Whether the gradients of seven panels have a linear scale, not a logarithmic.
            on_frame: Called with the frames done and the frames in all.

        Raises:
            DataError: A choice is out of range, the data has no such view, or the file cannot be
                written.
            StateError: The record does not reach so far.
        """
        from netlapse.export.animation import Animation, animate, steps_of, usual_fps, usual_size
        from netlapse.export.film import Choice, view_of

        film, name = self.film, view_of(view)
        what = Animation(
            name,
            steps_of(film, name, frames=frames, every=every, first=first, last=last, steps=steps),
            usual_fps(name) if fps is None else fps,
            usual_size(name) if size is None else size,
            theme,
            Choice(part, sample, linear=linear),
        )
        animate(film, Path(path), what, on_frame=on_frame)

    def to_arrow(self) -> Any:
        """Metrics of every step as a `pyarrow.Table`: step, epoch, loss, gradient_norm."""
        from netlapse.export.tables import metrics_table

        return metrics_table(self.film)

    def to_dataframe(self) -> Any:
        """Metrics of every step as a pandas data frame: step, epoch, loss, gradient_norm.

        Raises:
            InputError: pandas is not installed.
        """
        from netlapse.export.tables import as_frame

        return as_frame(self.to_arrow())

    def save(self, path: PathLike) -> None:
        """Write the whole run as one file: spec, interventions, metrics, keyframes.

        `netlapse.open` and `netlapse import` take it in again, here or elsewhere.

        Raises:
            DataError: The file cannot be written.
        """
        from netlapse.export.bundle import save_bundle

        self.store.flush(self.id)
        save_bundle(self.store, self.id, Path(path))


def open(what: PathLike) -> Run:
    """Open a run: a recorded one by its id, or a bundle, which is taken in as a new run.

    Args:
        what: The id of a run, or the path of a `.netlapse` file.

    Raises:
        NotFoundError: There is no such run.
        DataError: It is no bundle, or any of it breaks a rule.
        StateError: Another program has the run open.
    """
    from netlapse.export.bundle import import_file
    from netlapse.export.bundle_format import SUFFIX
    from netlapse.run import reopen
    from netlapse.session.shared import shared_store

    name = os.fspath(what)
    if name.endswith(SUFFIX) or isinstance(what, os.PathLike):
        name = import_file(shared_store(record=True), Path(name))
    return reopen(name)
