"""`netlapse export` and `netlapse import`: what leaves a recorded run, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from netlapse.cli.animate import drawing_bar, film_of
from netlapse.cli.show import console, print_json
from netlapse.errors import InputError
from netlapse.export.animation import usual_size
from netlapse.export.bundle import import_file, save_bundle
from netlapse.export.figures import draw, encode, format_of
from netlapse.export.film import Choice, Film, ViewName, recorded
from netlapse.export.tables import (
    about_run,
    evaluations_table,
    metrics_table,
    predictions_table,
    write_table,
)
from netlapse.export.writing import write_file
from netlapse.palette import Theme
from netlapse.protocol.views import Part
from netlapse.record.contract import Store
from netlapse.session.shared import shared_pool, shared_store


def export_run(
    run: str,
    *,
    bundle: Path | None,
    metrics: Path | None,
    evaluations: Path | None,
    predictions: Path | None,
    figure: Path | None,
    replay: Path | None,
    view: ViewName,
    part: Part,
    step: int | None,
    sample: int,
    linear: bool,
    size: int | None,
    theme: Theme,
) -> None:
    """Write what was asked for, and say what it is.

    Raises:
        NetlapseError: There is no such run, or a file cannot be written.
    """
    if not any((bundle, metrics, evaluations, predictions, figure, replay)):
        raise InputError(
            "Say what to export: --bundle, --metrics, --evaluations, --predictions, --figure or "
            "--replay, each with a file."
        )
    store = shared_store(record=True)
    store.summary(run)
    if bundle is not None:
        save_bundle(store, run, bundle)
        _say(bundle)
    about = about_run(run)
    written: list[tuple[Path | None, Callable[[Film], object]]] = [
        (metrics, metrics_table),
        (evaluations, evaluations_table),
    ]
    for path, table in written:
        if path is not None:
            write_table(table(recorded(store, run)), path, about)
            _say(path)
    if replay is not None:
        _write_replay(store, run, replay)
        _say(replay)
    if predictions is None and figure is None:
        return
    with film_of(run) as film:
        if predictions is not None:
            write_table(predictions_table(film, part, step), predictions, about)
            _say(predictions)
        if figure is not None:
            format = format_of(str(figure))
            scene = film.scene(view, step, Choice(part, sample, linear=linear))
            width = usual_size(view) if size is None else size
            write_file(figure, encode(draw(scene, theme=theme, width_px=width), format))
            _say(figure)


def _write_replay(store: Store, run: str, path: Path) -> None:
    """A page that needs no server, with progress."""
    from netlapse.data import TableStore
    from netlapse.folders import tables_folder
    from netlapse.server.replay_page import page_of

    tables = TableStore(tables_folder())
    with drawing_bar() as show:
        write_file(path, page_of(store, run, shared_pool(), tables, on_frame=show))


def import_and_say(path: Path, *, as_json: bool) -> None:
    """Take a bundle in as a new run.

    Raises:
        DataError: It is no bundle, or any of it breaks a rule.
    """
    store = shared_store(record=True)
    run = import_file(store, path)
    summary = store.summary(run)
    if as_json:
        print_json({"run": run, "name": summary.name, "step": summary.status.step})
    else:
        name = f" “{summary.name}”" if summary.name else ""
        console().print(f"{run}:{name}, paused at step {summary.status.step:,}", soft_wrap=True)


def _say(path: Path) -> None:
    console(stderr=True).print(f"{path}: {path.stat().st_size / 1e3:,.0f} kB", soft_wrap=True)
