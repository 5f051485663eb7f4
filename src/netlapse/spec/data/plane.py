"""Generated points in the plane: classes and surfaces over two coordinates.

Circle, XOR, Gaussians, spiral, plane and multi-Gaussian have the domain [-6, 6]² and the meaning
of `noise` of the TensorFlow Playground (playground.tensorflow.org, `dataset.ts`). The coordinates
reach the network as they are, unscaled, as they do there.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.data.base import DataDocument, Features, ValidationFraction

Samples = Annotated[int, Field(ge=2, le=100_000, json_schema_extra={"unit": "samples"})]
Noise = Annotated[float, Field(ge=0, le=0.5, json_schema_extra={"step": 0.05})]
Classes = Annotated[int, Field(ge=2, le=10, json_schema_extra={"unit": "classes"})]


class PlaneDocument(DataDocument):
    """A source of samples with the two coordinates x and y."""

    features: Features = ("x", "y")
    """What the network sees of a point, in this order."""


class GeneratedPlane(PlaneDocument):
    """Points in the plane, drawn anew from the seed."""

    samples: Samples = 400
    """How many points there are, both parts together."""
    noise: Noise = 0.0
    """How far the points depart from the exact pattern."""
    validation_fraction: ValidationFraction = 0.5
    """Part of the samples that is kept out of training, to measure on samples never seen."""


class Circle(GeneratedPlane):
    """A disc of one class inside a ring of the other."""

    title: ClassVar[str] = "Circle"
    kind: Literal["circle"]
    noise: Noise = 0.0
    """The label is that of the point moved by up to `noise` times the radius 5, either way."""


class Xor(GeneratedPlane):
    """Opposite quadrants share a class: 1 where x and y have the same sign."""

    title: ClassVar[str] = "XOR"
    kind: Literal["xor"]
    noise: Noise = 0.0
    """The label is that of the point moved by up to `noise` times 5, either way."""


class Gaussians(GeneratedPlane):
    """Two normal clouds, around (2, 2) and (-2, -2)."""

    title: ClassVar[str] = "Gaussians"
    kind: Literal["gaussians"]
    noise: Noise = 0.0
    """The variance of a cloud grows with it, from 0.5 at 0 to 4 at 0.5."""


class Spiral(GeneratedPlane):
    """Two intertwined arms."""

    title: ClassVar[str] = "Spiral"
    kind: Literal["spiral"]
    noise: Noise = 0.0
    """Each coordinate moves by up to `noise`, either way."""


class Moons(GeneratedPlane):
    """Two half circles that interlock."""

    title: ClassVar[str] = "Moons"
    kind: Literal["moons"]
    noise: Noise = 0.1
    """Standard deviation of the coordinates, as a part of the radius 3."""


class Spirals(GeneratedPlane):
    """Several intertwined arms, one for each class."""

    title: ClassVar[str] = "Spirals"
    kind: Literal["spirals"]
    classes: Classes = 3
    """How many arms there are."""
    turns: Annotated[float, Field(ge=0.1, le=3, json_schema_extra={"unit": "turns"})] = 0.75
    """How often an arm winds around the center."""
    noise: Noise = 0.0
    """Each coordinate moves by up to `noise`, either way."""


class Blobs(GeneratedPlane):
    """Normal clouds on a circle of radius 4, one for each class."""

    title: ClassVar[str] = "Blobs"
    kind: Literal["blobs"]
    classes: Classes = 3
    """How many clouds there are."""
    noise: Noise = 0.0
    """The variance of a cloud grows with it, from 0.5 at 0 to 4 at 0.5."""


class TruthTable(PlaneDocument):
    """A logical gate: its four rows, repeated in turn."""

    title: ClassVar[str] = "Truth table"
    kind: Literal["truth-table"]
    gate: Literal["and", "or", "xor"] = "xor"
    """The function of the two inputs x and y, each 0 or 1."""
    samples: Annotated[int, Field(ge=4, le=100_000, json_schema_extra={"unit": "samples"})] = 4
    """How many rows there are, both parts together."""
    noise: Noise = 0.0
    """Standard deviation that is added to the inputs."""
    validation_fraction: ValidationFraction = 0.0
    """Part of the rows that is kept out of training; with four rows there is none to spare."""


class Plane(GeneratedPlane):
    """Regression: y grows evenly along the diagonal, (x + y) / 10."""

    title: ClassVar[str] = "Plane"
    kind: Literal["plane"]
    noise: Noise = 0.0
    """The target is that of the point moved by up to `noise` times 6, either way."""


class MultiGaussian(GeneratedPlane):
    """Regression: six hills and hollows in turn."""

    title: ClassVar[str] = "Multi-Gaussian"
    kind: Literal["multi-gaussian"]
    noise: Noise = 0.0
    """The target is that of the point moved by up to `noise` times 6, either way."""
