"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

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
RunId = Annotated[str, typer.Argument(help="The id of a recorded run.")]
ViewOption = Annotated[
    Literal["boundary", "loss", "network", "weights", "confusion", "feature-maps", "seven-panels"],
    typer.Option(help="What is shown."),
]
PartOption = Annotated[
    Literal["train", "validation", "test"],
    typer.Option(help="Part of the data: of predictions, confusion matrix and sample."),
]
SampleOption = Annotated[int, typer.Option(min=0, help="Whose feature maps are shown.")]
SizeOption = Annotated[
    int | None, typer.Option(help="Width in pixels; 640, or 1280 for seven panels.")
]
LinearOption = Annotated[
    bool,
    typer.Option(
        "--linear", help="Seven panels: gradients on a linear scale, not a logarithmic one."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Another value, such as training.optimizer.learning_rate=0.01. May be given again.",
    ),
]
ThemeOption = Annotated[Literal["light", "dark"], typer.Option(help="Colors.")]
SpecName = Annotated[str, typer.Argument(metavar="SPEC|PRESET", help="A spec file or a preset.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
