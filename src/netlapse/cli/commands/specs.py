"""Commands about what could be trained: presets, data, specs."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from netlapse.cli.options import Json, SpecName


def presets(
    name: Annotated[str | None, typer.Argument(help="Print this preset's spec.")] = None,
    json: Json = False,
) -> None:
    """List the presets, or print the spec of one as JSON."""
    from netlapse.cli.presets import list_presets, print_preset

    if name is None:
        list_presets(as_json=json)
    else:
        print_preset(name)


def data(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME_OR_FILE",
            help="A preset, a generator, a classical dataset, mnist, fashion-mnist, a CSV, TSV or "
            "Parquet file, a folder or a zip archive of images, or a spec file.",
        ),
    ],
    fetch: Annotated[
        bool,
        typer.Option("--fetch", help="Download the collection of images first, where needed."),
    ] = False,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Keep a file or folder of yours, so that a spec can name it."),
    ] = False,
    size: Annotated[
        int | None, typer.Option(help="Height and width that images are scaled to.")
    ] = None,
    color: Annotated[
        Literal["auto", "grayscale", "rgb"], typer.Option(help="Channels of images.")
    ] = "auto",
    json: Json = False,
) -> None:
    """Describe a dataset: samples, classes, columns."""
    from netlapse.cli.data import Wish, describe_data

    describe_data(name, Wish(fetch, keep, size, color), as_json=json)


def check(spec: SpecName, json: Json = False) -> None:
    """Say what is wrong with a spec, or could be better. Exit code 2 where it cannot be trained."""
    from netlapse.cli.check import check_and_print

    if not check_and_print(spec, as_json=json):
        raise typer.Exit(2)


def score(spec: SpecName, json: Json = False) -> None:
    """Say what an architecture is worth, from 0 to 100, and what each lost point is for."""
    from netlapse.cli.score import score_and_print

    score_and_print(spec, as_json=json)


def summary(
    what: Annotated[
        str, typer.Argument(metavar="RUN|PRESET|SPEC", help="A run, a preset or a spec file.")
    ],
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Print layers, shapes, parameters, multiply-adds and memory of a model."""
    from netlapse.cli.summary import print_summary

    print_summary(what, as_json=json, as_markdown=markdown)
