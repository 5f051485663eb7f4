"""What travels for the optimizer lab: questions that need no run, and their answers.

An answer is a frame with a `Reply`: small things in its values, arrays as buffers. Numbers that are
not finite are null in the values, and are themselves in the buffers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.lab import MAX_STEPS, Domain, Point, Race, Surface

MAX_SIZE = 400

# --- over REST --------------------------------------------------------------------------------


class MinimumPart(Document):
    """A minimum of a surface."""

    x: float
    y: float
    f: float
    """The function's value there."""
    found: bool
    """Whether it was found on the domain by a search; else it is known from the formula."""


class SurfaceEntry(Document):
    """A surface that can be chosen, with its defaults."""

    surface: Surface
    """The document."""
    title: str
    formula: str
    """The function as text; that of `expression` may be changed."""
    latex: str
    """The function, typeset."""
    domain: Domain
    minima: tuple[MinimumPart, ...]
    """The known ones; of a function of the user's own they are found with its grid."""
    start: Point
    lesson: str
    """What it teaches, in one sentence."""
    race: Race
    """A race in which something is to be seen."""


class GridRequest(Document):
    """A surface that is to be drawn.

    The answer is a frame of the live channel with a `Reply`: values `grid`, a `GridPart`; buffer
    `values` float32 [size, size], row 0 at the least y, column 0 at the least x; NaN and infinite
    where the function is not finite.
    """

    surface: Surface
    """The function."""
    domain: Domain | None = None
    """The part of the plane; the surface's own by default."""
    size: Annotated[int, Field(ge=2, le=MAX_SIZE)] = 101
    """Rows and columns, ends included."""


class RaceRequest(Document):
    """A race that is to be run.

    The answer is a frame of the live channel with a `Reply`: values `race`, a `RacePart`; buffers,
    R racers and n steps, entry 0 being the start and NaN what lies behind a path's end:

    - `path` float64 [R, n + 1, 3]: x, y and f, the value of the surface itself;
    - `gradient` float64 [R, n + 1, 2]: what the optimizer was given at the point, noise included;
    - `gradient_norm` float64 [R, n + 1]: the length of that;
    - `step_length` float64 [R, n + 1]: how far the step that led here went; 0 at the start;
    - `distance` float64 [R, n + 1]: to the nearest minimum; NaN where there is none.
    """

    race: Race
    """Who races, where, from where."""


class RaceDrawing(Document):
    """A race as a film or a figure, drawn in the background.

    The answer is an `AnimationJob` of no run; `/api/animations/{job}` says how far it is, stops it,
    and has the file.
    """

    race: Race
    """What is drawn."""
    format: Literal["gif", "mp4", "png", "svg"] = "gif"
    """A film, or a figure."""
    step: Annotated[int, Field(ge=0, le=MAX_STEPS)] | None = None
    """Of a figure: after how many steps; none for the last."""
    frames: Annotated[int, Field(ge=2, le=1000)] = 60
    """How many of a film, evenly from the start to the last step."""
    fps: Annotated[int, Field(ge=1, le=50)] = 12
    """Frames a second."""
    size: Annotated[int, Field(ge=160, le=2048)] = 640
    """Width in pixels."""
    theme: Literal["light", "dark"] = "light"
    """Colors."""


class GridPart(Document):
    """What the buffer of a grid shows."""

    domain: Domain
    rows: int
    columns: int
    minimum: float | None
    """The least finite value on the grid; null where there is none."""
    maximum: float | None
    """The greatest."""
    not_finite: int
    """Points of the grid where the function is not finite."""
    note: str
    """That there are such points, in a sentence; else empty."""
    formula: str
    """The function as text."""
    latex: str
    """The function, typeset."""
    minima: tuple[MinimumPart, ...]
    """Known ones, or those that were found in the domain."""


EndReason = Literal["left-plane", "value", "gradient"]


class EndedPart(Document):
    """Why a path is shorter than the race."""

    step: Annotated[int, Field(ge=1)]
    """The step that could not be made: the path ends at the one before."""
    reason: EndReason
    """A coordinate beyond ±1e9; the function or the gradient is not finite."""
    message: str
    """That in a sentence."""


class RacerPart(Document):
    """How a racer did."""

    name: str
    """No two of a race are alike."""
    optimizer: str
    """Its kind."""
    points: int
    """Entries of its path, with the start."""
    ended: EndedPart | None
    """Why it has fewer than steps + 1; null where it has them all."""
    x: float
    """Where it ended."""
    y: float
    f: float
    best_f: float
    """The least value on its path."""
    best_step: int
    """The first step that reached it."""
    gradient_norm: float | None
    """At the end; null where the gradient is not finite."""
    distance: float | None
    """From the end to the nearest minimum; null where there is none."""


class RacePart(Document):
    """What the buffers of a race show."""

    steps: int
    racers: tuple[RacerPart, ...]
    minima: tuple[MinimumPart, ...]
    """What distances are taken to."""


# --- session to worker ------------------------------------------------------------------------


class Apart(Document):
    """A question that is about no run: a worker answers it whatever it has open."""

    command: int = 0
    """Given by who asks."""


class DrawSurface(Apart):
    """Answered as a `GridRequest`."""

    kind: Literal["draw-surface"]
    request: GridRequest


class RunRace(Apart):
    """Answered as a `RaceRequest`."""

    kind: Literal["run-race"]
    race: Race
