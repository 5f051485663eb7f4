"""What a viewer asks to see. A view is a question; a picture is its answer at one step."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.layers import LayerId

Resolution = Annotated[int, Field(ge=2, le=256)]


class BoundaryView(Document):
    """The network's answers on a plane (two or more inputs) or a line (one input)."""

    width: Resolution = 100
    """Columns of the output's grid."""
    height: Resolution = 100
    """Rows of the output's grid; row 0 is the smallest y. One input: ignored."""
    unit_size: Annotated[int, Field(ge=0, le=100)] = 0
    """Columns and rows of each unit's map; 0 for none."""
    axes: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | Literal["pca"] = (0, 1)
    """Which two raw inputs span the plane, the others at their median; or the first two principal
    components of the training features."""


class View(Document):
    """What a viewer wants in each picture."""

    boundary: BoundaryView | None = None
    """The output on a grid, and each unit's map."""
    weights: bool = False
    """Every weight and bias (up to 20,000 in all)."""
    evaluation: bool = False
    """Metrics on the training and validation part."""
    inspect: Annotated[tuple[LayerId, ...], Field(max_length=8)] = ()
    """Layers whose weights, activations and gradients are summarized."""

    @property
    def key(self) -> str:
        """The same text for the same view."""
        return self.model_dump_json()
