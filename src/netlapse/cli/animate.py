"""`netlapse animate`: a view over time as GIF or MP4."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

from netlapse.cli.inputs import changed_spec
from netlapse.cli.show import console, count
from netlapse.cli.train import training_bar
from netlapse.errors import InputError, SpecError
from netlapse.export.animation import (
    Animation,
    OnFrame,
    animate,
    refuse_early,
    steps_of,
    usual_fps,
    usual_size,
)
from netlapse.export.film import Choice, Film, ViewName
from netlapse.export.opening import looking_at
from netlapse.palette import Theme
from netlapse.record.contract import Store
from netlapse.run import start
from netlapse.session.shared import shared_pool, shared_store
from netlapse.spec.changes import set_value
from netlapse.spec.document import Spec


@dataclass(frozen=True)
class Changes:
    """What of a preset or a spec file is another before it is trained; None for as it is."""

    epochs: int | None = None
    hidden_units: int | None = None
    learning_rate: float | None = None
    noise: float | None = None
    samples: int | None = None
    seed: int | None = None
    settings: tuple[str, ...] = ()

    def spec(self, name: str) -> Spec:
        """The changed spec.

        Raises:
            NotFoundError: There is no such spec.
            SpecError: A change breaks a rule, or the spec has no such value.
        """
        spec = changed_spec(
            name, epochs=self.epochs, steps=None, settings=self.settings, seed=self.seed
        )
        values = {
            "training.optimizer.learning_rate": self.learning_rate,
            "data.noise": self.noise,
            "data.samples": self.samples,
        }
        if self.hidden_units is not None:
            layers = list(enumerate(spec.network.layers[:-1]))
            hidden = [place for place, layer in layers if layer.kind == "dense"]
            if not hidden:
                raise SpecError("There is no hidden dense layer whose units could change.")
            values |= {f"network.layers[{place}].units": self.hidden_units for place in hidden}
        for path, value in values.items():
            if value is not None:
                spec = set_value(spec, path, value)
        return spec


UNCHANGED = Changes()


def animate_and_say(
    what: str,
    out: Path,
    *,
    view: ViewName,
    fps: int | None,
    frames: int | None,
    every: int | None,
    size: int | None,
    theme: Theme,
    first: int,
    last: int | None,
    choice: Choice,
    changes: Changes,
    quiet: bool,
) -> None:
    """Write an animation of a recorded run; a preset or a spec is trained first.

    Raises:
        NetlapseError: There is no such run or spec, or it cannot be shown.
    """

    def refuse(film: Film) -> None:
        refuse_early(film, out, view, choice, frames=frames, every=every)

    with (
        film_of(what, changes, quiet=quiet, before=refuse) as film,
        drawing_bar(quiet=quiet) as show,
    ):
        steps = steps_of(film, view, frames=frames, every=every, first=first, last=last)
        chosen = Animation(
            view,
            steps,
            usual_fps(view) if fps is None else fps,
            usual_size(view) if size is None else size,
            theme,
            choice,
        )
        animate(film, out, chosen, on_frame=show)
    if not quiet:
        size_kb = out.stat().st_size / 1e3
        console(stderr=True).print(
            f"{out}: {count(len(steps), 'frame')}, {size_kb:,.0f} kB", soft_wrap=True
        )


@contextlib.contextmanager
def film_of(
    what: str,
    changes: Changes = UNCHANGED,
    *,
    quiet: bool = False,
    before: Callable[[Film], None] = lambda film: None,
) -> Generator[Film, None, None]:
    """A recorded run by its id; a preset or a spec file is trained first, and not recorded.

    Args:
        what: The run, the preset or the file.
        changes: What of a preset or a file is another.
        quiet: Whether nothing tells how far the training is.
        before: Called with what is to be trained, at step 0; what it raises ends it.

    Raises:
        InputError: A recorded run cannot be another.
        NotFoundError: There is neither.
    """
    store = shared_store(record=True)
    if is_run(store, what):
        if changes != UNCHANGED:
            raise InputError(
                "A recorded run is as it was trained: epochs, units, learning rate, noise, "
                "samples, seed and --set are for presets and spec files."
            )
        with looking_at(store, what, shared_pool()) as film:
            yield film
        return
    with start(changes.spec(what), record=False) as run:
        before(run.film)
        with training_bar(quiet=quiet) as show:
            run.train(on_progress=show)
        yield replace(run.film, shows_id=False)


def is_run(store: Store, what: str) -> bool:
    """Whether a run of this id is recorded."""
    from netlapse.errors import NotFoundError

    try:
        store.summary(what)
    except NotFoundError:
        return False
    return True


@contextlib.contextmanager
def drawing_bar(*, quiet: bool = False) -> Generator[OnFrame | None, None, None]:
    """A bar on standard error while pictures are drawn."""
    if quiet:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("drawing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
