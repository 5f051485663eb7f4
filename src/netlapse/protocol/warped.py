"""The plane of the inputs as two units of a layer see it: what is asked for, and what comes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.layers import LayerId

Unit = Annotated[int, Field(ge=0, le=1_000_000)]
SeenAs = Literal["activations", "pre-activations"]
"""After or before the layer's function."""


class WarpedView(Document):
    """The plane of two inputs, as two units of a layer see it."""

    layer: LayerId
    """Whose units."""
    units: tuple[Unit, Unit] = (0, 1)
    """Which of them: across and up."""
    seen_as: SeenAs = "activations"
    """What of them."""
    size: Annotated[int, Field(ge=2, le=101)] = 33
    """Points along each side of the grid."""


class WarpedPart(Document):
    """What a warped plane's buffers show.

    Buffers: `warped:grid` float32 [size, size, 2], what both units give at each point of the grid
    of inputs, row 0 being the smallest second input; `warped:samples` float32 [n, 2], the same for
    the first 1,000 training samples and then the first 1,000 validation samples; `warped:targets`
    float32 [n], the class of each or its value in the target's own unit.
    """

    layer: str
    units: tuple[int, int]
    count: int
    """How many units the layer has; 0 where it has none to choose of."""
    seen_as: SeenAs
    x: str
    """Name of the first input."""
    y: str
    """Name of the second."""
    training: int
    """How many of the samples are of the training part: the first of them."""
    problem: str = ""
    """Why there is nothing to see, as a sentence."""
