"""Points drawn by hand, kept in the document itself."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.data.plane import PlaneDocument

Coordinate = Annotated[float, Field(ge=-6, le=6)]


class DrawnPoint(Document):
    """One point and its class."""

    x: Coordinate
    """Across, from -6 to 6."""
    y: Coordinate
    """Upward, from -6 to 6."""
    label: Annotated[int, Field(ge=0, le=9)] = 0
    """Its class."""


class Points(PlaneDocument):
    """Points drawn with class brushes in [-6, 6]²."""

    title: ClassVar[str] = "Drawn points"
    kind: Literal["points"]
    points: Annotated[
        tuple[DrawnPoint, ...], Field(max_length=5000, json_schema_extra={"control": "drawing"})
    ] = ()
    """The points; training needs at least two classes."""
