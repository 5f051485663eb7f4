"""What the documents of all sources of data share."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from netlapse.spec.base import Document, Seed

Feature = Literal["x", "y", "x^2", "y^2", "xy", "sin x", "sin y"]
"""An input that the network may see, computed from the two coordinates of a point."""

ColumnType = Literal["numeric", "categorical"]
"""How a column of a table is read: as numbers, or as names of categories."""

ValidationFraction = Annotated[float, Field(ge=0, le=0.9)]
"""A part of the samples, kept out of training; 0 leaves no validation part."""


def without_doubles(features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """The features, where each occurs once.

    Raises:
        ValueError: A feature occurs twice.
    """
    double = [name for name, count in Counter(features).items() if count > 1]
    if double:
        raise ValueError(f"`features` must not repeat a feature, got `{double[0]}` twice.")
    return features


Features = Annotated[
    tuple[Feature, ...],
    Field(
        min_length=1,
        max_length=7,
        json_schema_extra={"uniqueItems": True, "control": "features"},
    ),
    AfterValidator(without_doubles),
]
"""One or more of the seven features, each once, in the order in which the network sees them."""


class DataDocument(Document):
    """A source of samples, and how they are divided into a training and a validation part."""

    title: ClassVar[str] = ""

    seed: Seed = 0
    """Determines the samples and their division; independent of the seed of the network."""
    validation_fraction: ValidationFraction = 0.2
    """Part of the samples that is kept out of training, to measure on samples never seen."""
