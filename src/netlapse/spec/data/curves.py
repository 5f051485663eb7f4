"""Generated curves: one input x in [-1, 1], one number y to predict."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.data.base import DataDocument


class CurveDocument(DataDocument):
    """Evenly spaced x in [-1, 1], with normal noise on y."""

    samples: Annotated[int, Field(ge=2, le=100_000, json_schema_extra={"unit": "samples"})] = 100
    """How many points there are, both parts together."""
    noise: Annotated[float, Field(ge=0, le=2, json_schema_extra={"step": 0.05})] = 0.1
    """Standard deviation of the noise on y."""


class Line(CurveDocument):
    """y = slope · x + intercept + N(0, noise)."""

    title: ClassVar[str] = "Line"
    kind: Literal["line"]
    slope: Annotated[float, Field(ge=-100, le=100)] = 1.0
    """How much y grows while x grows by 1."""
    intercept: Annotated[float, Field(ge=-100, le=100)] = 0.0
    """y at x = 0."""


class Parabola(CurveDocument):
    """y = x² + N(0, noise)."""

    title: ClassVar[str] = "Parabola"
    kind: Literal["parabola"]


class Sine(CurveDocument):
    """y = sin(π · periods · x) + N(0, noise)."""

    title: ClassVar[str] = "Sine"
    kind: Literal["sine"]
    periods: Annotated[float, Field(gt=0, le=20, json_schema_extra={"unit": "periods"})] = 1.0
    """How many waves there are from x = -1 to x = 1."""
