"""What travels about drawings of a run: animations, figures, tables, made in the background."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.protocol.messages import ProblemPart, Step
from netlapse.protocol.views import Part
from netlapse.spec.base import Document


class AnimationRequest(Document):
    """A view over the steps of a run, or a figure of one step."""

    view: Literal[
        "boundary", "loss", "network", "weights", "confusion", "feature-maps", "seven-panels"
    ]
    """What is shown."""
    format: Literal["gif", "mp4", "png", "svg", "html", "csv", "parquet", "json", "h5"] = "gif"
    """An animation; a figure of the last step that is asked for; a page with all views and the
    timeline that needs no server; or a table of what the network predicts of a part at that
    step."""
    first: Step = 0
    """The first step."""
    last: Step | None = None
    """The last step; none for the newest."""
    frames: Annotated[int, Field(ge=2, le=1000)] = 60
    """How many, evenly from the first to the last step."""
    every: Annotated[int, Field(ge=1)] | None = None
    """A frame for every so many steps instead of `frames`."""
    fps: Annotated[int, Field(ge=1, le=50)] = 10
    """Frames a second."""
    size: Annotated[int, Field(ge=160, le=2048)] = 640
    """Width in pixels."""
    theme: Literal["light", "dark"] = "light"
    """Colors."""
    part: Part = "validation"
    """Of the confusion matrix, of the sample and of the predictions."""
    sample: Annotated[int, Field(ge=0)] = 0
    """Whose feature maps are shown."""
    linear: bool = False
    """Whether the gradients of seven panels have a linear scale; else a logarithmic one."""


class AnimationJob(Document):
    """How far a drawing is."""

    id: str
    run: str
    """Empty for a race of the optimizer lab."""
    state: Literal["waiting", "drawing", "done", "failed", "canceled"]
    frames_done: int
    frames: int
    """In all; 0 while that is not known."""
    bytes: int
    """Of the file; 0 before it is done."""
    name: str
    """What the file is called."""
    problem: ProblemPart | None
    """Why it failed."""
