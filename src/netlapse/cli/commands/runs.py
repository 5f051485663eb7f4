"""Commands about recorded runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from netlapse.cli.options import Json, RunId


def doctor(
    run: RunId,
    at: Annotated[
        int | None, typer.Option(min=0, help="The step; the last recorded one by default.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what goes wrong in a recorded training, on which evidence, and what helps."""
    from netlapse.cli.doctor import diagnose_and_print

    diagnose_and_print(run, at=at, as_json=json)


def look(
    run: Annotated[str, typer.Argument(help="The id of a recorded run.")],
    images: Annotated[
        list[str],
        typer.Option(
            metavar="FILE|PART:INDEX",
            help="A picture, an array of pictures (.npy), or samples of the data, such as test:0 "
            "or validation:0-9. May be given again.",
        ),
    ],
    centre: Annotated[
        bool, typer.Option("--centre", help="Place files as MNIST's digits are placed.")
    ] = False,
    save: Annotated[
        Path | None,
        typer.Option(help="Write what was seen, outputs, activations and saliency (.npz)."),
    ] = None,
    json: Json = False,
) -> None:
    """Say what a recorded run takes images for."""
    from netlapse.cli.look import look_and_print

    look_and_print(run, images, centre=centre, save=save, as_json=json)


def runs(
    search: Annotated[
        str, typer.Option(help="Words that all must be in name, tags, remark or id.")
    ] = "",
    tag: Annotated[
        list[str] | None, typer.Option(help="Runs with this tag. May be given again.")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Runs in this state. May be given again.")
    ] = None,
    sort: Annotated[
        Literal["created", "name", "step", "loss", "accuracy", "size"],
        typer.Option(help="What they are sorted by."),
    ] = "created",
    ascending: Annotated[
        bool, typer.Option("--ascending", help="The least, or the oldest, first.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=0, help="How many are shown; 20, or all as JSON.")
    ] = None,
    delete: Annotated[
        list[str] | None,
        typer.Option(metavar="RUN", help="Delete this run for good. May be given again."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without a question.")] = False,
    json: Json = False,
) -> None:
    """List the recorded runs, or delete some."""
    from netlapse.cli.runs import SHOWN, delete_runs, list_runs
    from netlapse.record.contract import RunQuery

    if delete:
        if not delete_runs(delete, yes=yes):
            raise typer.Exit(1)
        return
    query = RunQuery(
        search,
        tuple(state or ()),
        tuple(tag or ()),
        sort=sort,
        ascending=ascending,
        limit=SHOWN if limit is None and not json else limit,
    )
    list_runs(query, as_json=json)


def compare(
    run: Annotated[list[str], typer.Argument(help="Two to six ids of recorded runs.")],
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the metrics as CSV.")] = False,
) -> None:
    """Say how runs differ and what each reached; the best value of a row has a star."""
    from netlapse.cli.compare import compare_and_print

    form = "json" if json else "markdown" if markdown else "csv" if csv else "table"
    compare_and_print(run, form)
