"""Images: the named collections, and the user's own."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.data.augmentation import Augmentation
from netlapse.spec.data.base import DataDocument, ValidationFraction

CollectionName = Literal["mnist", "fashion-mnist", "digits"]
"""A collection of images that netlapse knows by name."""

ImagesId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", json_schema_extra={"control": "images"})]
TrainSamples = (
    Annotated[int, Field(ge=10, le=60_000, json_schema_extra={"unit": "samples", "start": 1_000})]
    | Literal["all"]
)


class ImageDocument(DataDocument):
    """Images with a class each, channels last, values between 0 and 1.

    The validation part is chosen from the training images; a test part that the source has is
    never touched by it.
    """

    train_samples: TrainSamples = "all"
    """At most so many images in the training part; the validation part stays the same."""
    validation_fraction: ValidationFraction = 0.2
    """Part of the training images that is kept out of training; the test part is separate."""
    augmentation: Augmentation | None = None
    """Small changes of the training images; none where it is null."""


class Images(ImageDocument):
    """A named collection: MNIST, Fashion-MNIST or the bundled digits.

    >>> Images(kind="images", name="mnist").train_samples
    'all'
    """

    title: ClassVar[str] = "Images"
    kind: Literal["images"]
    name: CollectionName = "mnist"
    """Handwritten digits or clothes of 28×28 pixels, or the bundled digits of 8×8 pixels."""
    validation_fraction: ValidationFraction = 1 / 12
    """Part of the training images that is kept out of training: 5,000 of 60,000 by default."""


class OwnImages(ImageDocument):
    """Images that were added by the user, with a class each.

    >>> OwnImages(kind="own-images", images="0" * 32).validation_fraction
    0.2
    """

    title: ClassVar[str] = "Own images"
    kind: Literal["own-images"]
    images: ImagesId
    """Which images: an id made from their content."""
