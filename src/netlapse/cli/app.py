"""The commands and their options. What they do is imported when they are called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from netlapse.version import __version__

app = typer.Typer(
    name="netlapse",
    help="A time-lapse microscope for neural networks. Without a command, the Studio starts.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")]
AllowHost = Annotated[
    list[str] | None,
    typer.Option(help="Another name by which a browser may call. May be given again."),
]
DataFolder = Annotated[
    Path | None, typer.Option(help="Folder of runs and tables; NETLAPSE_HOME by default.")
]
SpecName = Annotated[str, typer.Argument(metavar="SPEC|PRESET", help="A spec file or a preset.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"netlapse {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def netlapse(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8765,
    no_browser: NoBrowser = False,
    allow_host: AllowHost = None,
    data_folder: DataFolder = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """A time-lapse microscope for neural networks. Without a command, the Studio starts."""
    del version
    if context.invoked_subcommand is None:
        studio(host, port, no_browser, allow_host, data_folder)


@app.command()
def studio(
    host: Host = "127.0.0.1",
    port: Port = 8765,
    no_browser: NoBrowser = False,
    allow_host: AllowHost = None,
    data_folder: DataFolder = None,
) -> None:
    """Start the Studio and open it in the browser."""
    from netlapse.server.serve import serve

    serve(
        host=host,
        port=port,
        open_browser=not no_browser,
        allow_hosts=tuple(allow_host or ()),
        data_folder=data_folder,
    )


@app.command()
def train(
    spec: SpecName,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the training part; a schedule follows.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Stop after so many updates; a schedule does not follow.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Another value, such as training.optimizer.learning_rate=0.01. "
            "May be given again.",
        ),
    ] = None,
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
def check(spec: SpecName, json: Json = False) -> None:
    """Say what is wrong with a spec, or could be better. Exit code 2 where it cannot be trained."""
    from netlapse.cli.check import check_and_print

    if not check_and_print(spec, as_json=json):
        raise typer.Exit(2)


@app.command()
def score(spec: SpecName, json: Json = False) -> None:
    """Say what an architecture is worth, from 0 to 100, and what each lost point is for."""
    from netlapse.cli.score import score_and_print

    score_and_print(spec, as_json=json)
