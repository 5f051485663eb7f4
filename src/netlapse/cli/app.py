"""The command line's program: all commands, in the order in which `--help` shows them."""

from __future__ import annotations

from typing import Annotated

import typer

from netlapse.cli.commands import files, lab, runs, specs, training
from netlapse.cli.options import AllowHost, DataFolder, Host, NoBrowser, Port
from netlapse.version import __version__

app = typer.Typer(
    name="netlapse",
    help="A time-lapse microscope for neural networks. Without a command, the Studio starts.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


for _command in (
    studio,
    training.train,
    training.replay,
    runs.doctor,
    runs.look,
    specs.presets,
    runs.runs,
    runs.compare,
    specs.data,
    specs.check,
    specs.score,
    files.animate,
    files.export,
    files.import_,
    lab.lab,
    specs.summary,
):
    app.command(_command.__name__.rstrip("_"))(_command)
