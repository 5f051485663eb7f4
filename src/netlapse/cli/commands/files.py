"""Commands that write files of runs, and take them in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netlapse.cli.options import (
    Json,
    LinearOption,
    PartOption,
    RunId,
    SampleOption,
    Settings,
    SizeOption,
    ThemeOption,
    ViewOption,
)


def animate(
    what: Annotated[
        str,
        typer.Argument(
            metavar="RUN|PRESET|SPEC",
            help="The id of a recorded run; a preset or a spec file is trained first.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="The file: .gif, or .mp4 with netlapse[video].")],
    view: ViewOption = "boundary",
    fps: Annotated[
        int | None, typer.Option(help="Frames a second; 10, or 4 for seven panels.")
    ] = None,
    frames: Annotated[
        int | None, typer.Option(help="How many, evenly over the steps; 60 by default.")
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(
            metavar="STEPS",
            help="A frame for every so many steps instead; seven panels: 5, or more for a long "
            "training.",
        ),
    ] = None,
    size: SizeOption = None,
    theme: ThemeOption = "light",
    first: Annotated[int, typer.Option("--from", help="The first step.")] = 0,
    last: Annotated[
        int | None, typer.Option("--to", help="The last step; the newest by default.")
    ] = None,
    part: PartOption = "validation",
    sample: SampleOption = 0,
    linear: LinearOption = False,
    epochs: Annotated[
        int | None, typer.Option(help="Of a preset or a spec file: epochs to train.")
    ] = None,
    hidden_units: Annotated[
        int | None, typer.Option(help="Of a preset or a spec file: units of each hidden layer.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Of a preset or a spec file: another learning rate.")
    ] = None,
    noise: Annotated[
        float | None, typer.Option(help="Of a preset or a spec file: noise of generated data.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(help="Of a preset or a spec file: samples of generated data.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of a preset or a spec file: another seed of the network.")
    ] = None,
    settings: Settings = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Draw a view over the steps of a training, as GIF or MP4.

    `netlapse animate quadratic --view seven-panels --out learning.gif` shows a small network learn
    a curve, in seven panels."""
    from netlapse.cli.animate import Changes, animate_and_say
    from netlapse.export.film import Choice

    changes = Changes(
        epochs, hidden_units, learning_rate, noise, samples, seed, tuple(settings or ())
    )
    animate_and_say(
        what,
        out,
        view=view,
        fps=fps,
        frames=frames,
        every=every,
        size=size,
        theme=theme,
        first=first,
        last=last,
        choice=Choice(part, sample, linear=linear),
        changes=changes,
        quiet=quiet,
    )


def export(
    run: RunId,
    bundle: Annotated[
        Path | None, typer.Option(help="The whole run as one file, for `netlapse import`.")
    ] = None,
    metrics: Annotated[
        Path | None, typer.Option(help="Every step: .csv, .parquet, .json or .h5.")
    ] = None,
    evaluations: Annotated[
        Path | None, typer.Option(help="Every evaluation: .csv, .parquet, .json or .h5.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Every sample of --part: .csv, .parquet, .json or .h5.")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="The --view: .png or .svg.")] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="A page (.html) with all views and the timeline that needs no server."),
    ] = None,
    view: ViewOption = "boundary",
    part: PartOption = "validation",
    step: Annotated[
        int | None, typer.Option(help="Of predictions and figure; the newest by default.")
    ] = None,
    sample: SampleOption = 0,
    linear: LinearOption = False,
    size: SizeOption = None,
    theme: ThemeOption = "light",
) -> None:
    """Write what is recorded of a run: metrics, predictions, figures, or all of it as one file."""
    from netlapse.cli.export import export_run

    export_run(
        run,
        bundle=bundle,
        metrics=metrics,
        evaluations=evaluations,
        predictions=predictions,
        figure=figure,
        replay=replay,
        view=view,
        part=part,
        step=step,
        sample=sample,
        linear=linear,
        size=size,
        theme=theme,
    )


def import_(
    file: Annotated[Path, typer.Argument(help="A .netlapse file.")], json: Json = False
) -> None:
    """Take in a run that was exported as one file; it is paused at its last step."""
    from netlapse.cli.export import import_and_say

    import_and_say(file, as_json=json)
