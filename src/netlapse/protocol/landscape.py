"""The loss on a plane through the weights of a network: the question, its end, how far it is."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.protocol.asked import Asked
from netlapse.spec.base import Document
from netlapse.spec.changes import Intervention

PlaneKind = Literal["random", "path"]
"""Two random directions, or the plane of the training's own path."""
MAX_SIZE = 201
MAX_PATH = 100
"""Keyframes that a path is made of."""
Count = Annotated[int, Field(ge=0)]


class Landscape(Asked):
    """The loss on a grid over a plane through the weights, w + a·first + b·second.

    It is computed in pieces between the calls of the training, which goes on; `Surveying` says how
    far it is. Another one, `StopLandscape` and `Open` end it: it is refused then.

    `random`: two directions, each filter with the norm of the weights' own; a and b from -span to
    span. `path`: the first two principal components of the keyframes up to the state looked at; the
    grid is a square around the path, with a margin of an eighth on each side, times `span`. The
    session puts the keyframes into the payload: float32 [k, parameters]. A short training has few:
    it is run again, and has states at even distances instead.

    Answer: buffers `losses` float32 [size, size], the mean loss, row i being b[i] and column j
    a[j], and what is not a finite number stays so; `a`, `b` float32 [size]; for `path` also
    `path` float32 [k + 1, 2], a and b of these states, the last being the state looked at, and
    `path_steps` int32 [k + 1]. Values: `loss` at the state looked at, `least` and `greatest` finite
    loss of the grid, `not_finite`, how many there are that are not, `samples`, how many it is the
    mean of, `share`, the part of the path's variance about its mean that the plane holds (null for
    `random`), and `note`, what else there is to know, in a sentence or two.
    """

    answer_s: ClassVar[float] = 3600.0
    """How long the answer may take."""

    kind: Literal["landscape"]
    plane: PlaneKind = "random"
    """Two random directions, or the plane of the training's own path."""
    part: Literal["train", "validation"] = "train"
    """Which part of the data the loss is of."""
    size: Annotated[int, Field(ge=3, le=MAX_SIZE)] = 31
    """Points along each side."""
    span: Annotated[float, Field(gt=0, le=100)] = 1.0
    """How far it reaches."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Which random directions."""
    samples: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """The first of the part, at most so many."""
    path: Annotated[tuple[Count, ...], Field(max_length=MAX_PATH)] = ()
    """The steps of the keyframes; given by the session, as what follows."""
    interventions: tuple[Intervention, ...] = ()
    """All recorded ones up to the step."""
    extended: tuple[tuple[int, int], ...] = ()
    """Step and epochs of each recorded extension."""


class StopLandscape(Asked):
    """Nobody waits for a landscape any more: what is on its way ends. Answer: nothing."""

    kind: Literal["stop-landscape"]


class Surveying(Document):
    """A landscape is being computed; said where it takes long, and once more when it ends."""

    kind: Literal["surveying"]
    run: str
    step: int
    """Of the state that is looked at."""
    done: float
    """How much of it is done, 0 to 1."""
    seconds_left: float | None
    """At this speed; null where it is not yet known."""
