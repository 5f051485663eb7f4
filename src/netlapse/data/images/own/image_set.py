"""Images in memory with a class each: what is kept of a user's own images."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Color = Literal["auto", "grayscale", "rgb"]
"""Channels of images: `auto` is grayscale where no image has a colored pixel."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images of one size, read from files."""

    name: str
    class_names: tuple[str, ...]
    images: NDArray[np.uint8]
    """[n, height, width, channels]: those to divide into training and validation part."""
    labels: NDArray[np.uint8]
    """Index of the class [n]."""
    test_images: NDArray[np.uint8]
    """[k, height, width, channels]; k is 0 where there is no test part."""
    test_labels: NDArray[np.uint8]
    notes: tuple[str, ...] = ()
    """What was done while reading: a sentence each."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    @cached_property
    def id(self) -> str:
        """32 hexadecimal digits made from the content: SHA-256, shortened. The name and the notes
        are no part."""
        digest = hashlib.sha256(
            json.dumps([self.class_names, self.images.shape, self.test_images.shape]).encode()
        )
        for array in (self.images, self.labels, self.test_images, self.test_labels):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:32]
