"""Commands that train: a spec or a preset, or what is recorded again."""

from __future__ import annotations

from typing import Annotated

import typer

from netlapse.cli.options import Json, Settings, SpecName


def train(
    spec: SpecName,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the training part; a schedule follows.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Stop after so many updates; a schedule does not follow.")
    ] = None,
    settings: Settings = None,
    seed: Annotated[int | None, typer.Option(help="Another seed of the network.")] = None,
    no_record: Annotated[
        bool, typer.Option("--no-record", help="Keep nothing in the data folder.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="End with one line of JSON for programs.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Evaluate the test part at the end, where there is one.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Train even where it takes much memory.")
    ] = False,
) -> None:
    """Train a spec or a preset and print what it reached. Ctrl-C ends it with the result so far."""
    from netlapse.cli.inputs import changed_spec
    from netlapse.cli.train import train_and_print

    chosen = changed_spec(spec, epochs=epochs, steps=steps, settings=settings or [], seed=seed)
    train_and_print(
        chosen,
        steps=steps,
        record=not no_record,
        as_json=json,
        quiet=quiet,
        test=test,
        confirmed=yes,
    )


def replay(
    run: Annotated[str, typer.Argument(help="The id of a recorded run.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit with 1 where it is not the record.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a recorded run again from its spec and interventions, and compare every bit."""
    from netlapse.cli.replay import replay_and_print

    replay_and_print(run, strict=verify, as_json=json)
