"""The command of the optimizer lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netlapse.cli.options import Json, ThemeOption


def lab(
    function: Annotated[
        str,
        typer.Option(
            metavar="NAME|EXPRESSION",
            help="quadratic-100, quadratic-10, rosenbrock, beale, himmelblau, booth, ackley, "
            "rastrigin, saddle, long-valley, regression, or a function such as x**2/10 + y**2.",
        ),
    ] = "quadratic-10",
    start: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="X Y", help="Where all begin; a place that suits by default."),
    ] = None,
    optimizer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:NUMBER=VALUE,…]",
            help="gradient-descent (or sgd), momentum, nesterov, adagrad, rmsprop, adam or adamw, "
            "with numbers of its own as in momentum:learning_rate=0.1,momentum=0.5; given again, "
            "they race. Six with rates that suit by default.",
        ),
    ] = None,
    learning_rate: Annotated[
        list[float] | None,
        typer.Option(help="Once for all, or once for each optimizer; its own by default."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another number, such as beta_1=0.8, momentum.momentum=0.5 (of one optimizer) or "
            "surface.samples=100 (of a regression). May be given again.",
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Updates of each; as many as show something by default.")
    ] = None,
    noise: Annotated[
        str,
        typer.Option(
            metavar="NUMBER|mini-batch",
            help="Standard deviation of Gaussian noise on the gradient, or mini-batches of a "
            "regression.",
        ),
    ] = "0",
    batch_size: Annotated[
        str | None, typer.Option(metavar="NUMBER|all", help="Samples of a mini-batch.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Determines noise and batches.")] = 0,
    domain: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(metavar="X0 X1 Y0 Y1", help="The part of the plane that is shown."),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            help="A film (.gif, .mp4), a figure (.png, .svg) or a table (.csv, .parquet, .json, "
            ".h5) of the race. May be given again."
        ),
    ] = None,
    size: Annotated[int, typer.Option(help="Width of pictures in pixels.")] = 640,
    theme: ThemeOption = "light",
    fps: Annotated[int, typer.Option(help="Frames a second of a film.")] = 12,
    frames: Annotated[int, typer.Option(help="How many, evenly over the steps.")] = 60,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Let optimizers race on a function of x and y, and say where each ends."""
    from netlapse.cli.lab import Look, Wish, race_and_print

    wish = Wish(
        function,
        start,
        optimizer or [],
        learning_rate or [],
        settings or [],
        steps,
        seed,
        noise,
        batch_size,
        domain,
    )
    look = Look(size, theme, fps, frames)
    race_and_print(wish, out=out or [], look=look, as_json=json, quiet=quiet)
