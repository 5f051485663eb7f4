"""What travels over REST about images: collections, images of the user, samples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.protocol.messages import ProblemPart
from netlapse.protocol.rest.datasets import ImageShape
from netlapse.spec.base import Document, Seed
from netlapse.spec.data import CollectionName, Images, OwnImages

MAX_SAMPLES = 200


class CollectionEntry(Document):
    """A named collection of images, and whether it is on this machine."""

    name: CollectionName
    title: str
    state: Literal["present", "absent", "fetching", "failed"]
    received_bytes: int
    """How much of it is here, compressed; the next fetch goes on there."""
    total_bytes: int
    """What all its files come to, compressed; 0 where nothing is ever downloaded."""
    problem: ProblemPart | None
    """Why the last fetch failed, or what is wrong with the folder that the user named."""
    can_fetch: bool
    """Whether it may be downloaded: not into a folder that the user named."""
    image: ImageShape
    class_names: tuple[str, ...]
    train: int
    """Images of the training and validation parts together."""
    test: int


class OwnImagesEntry(Document):
    """Images that the user has added."""

    id: str
    name: str
    """The name of their archive or folder."""
    image: ImageShape
    class_names: tuple[str, ...]
    train: int
    """Images of the training and validation parts together."""
    test: int
    bytes: int
    added: float
    """Seconds since 1970-01-01, UTC."""
    notes: tuple[str, ...]
    """What was done while they were read: a sentence each."""
    data: OwnImages
    """The document that trains on them."""


class ImagesAdded(Document):
    """Images that were read and kept."""

    images: OwnImagesEntry
    is_new: bool
    """Whether they were not there before."""


class SamplesRequest(Document):
    """Samples to look at, as images."""

    data: Annotated[Images | OwnImages, Field(discriminator="kind")]
    part: Literal["train", "validation", "test"] = "train"
    label: Annotated[int, Field(ge=0, le=255)] | None = None
    """Of one class alone, by index; null for all."""
    start: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """How many to pass over."""
    count: Annotated[int, Field(ge=1, le=MAX_SAMPLES)] = 48
    augmented: bool = False
    """As the training sees them at a step: changed as the data's `augmentation` says."""
    seed: Seed = 0
    """Of the network; it determines the changes, with the step and the sample."""
    step: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    """Updates done."""


class ShownSample(Document):
    """One sample of a part."""

    index: int
    """Its place in the part."""
    label: int
    """Its class, by index."""


class SamplePage(Document):
    """Samples as images."""

    height: int
    width: int
    channels: int
    total: int
    """How many there are in all, of the class that was asked for."""
    samples: tuple[ShownSample, ...]
    pixels: str
    """Base64 of the bytes [samples, height, width, channels]."""
