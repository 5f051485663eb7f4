"""An album: images by part and class, page by page, for people to look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlapse.data.assemble import task_of
from netlapse.data.dataset import Part
from netlapse.data.images.load import Pictures, divided, pictures_of
from netlapse.errors import DataError
from netlapse.spec.data import ImageDocument
from netlapse.spec.network import Facts


@dataclass(frozen=True, eq=False)
class Page:
    """Some samples of a part."""

    total: int
    """How many samples there are to page through."""
    indices: NDArray[np.intp]
    """Their places in the part, as everywhere else [k]."""
    labels: NDArray[np.intp]
    """Their classes [k]."""
    pixels: NDArray[np.uint8]
    """[k, h, w, c], from 0 to 255."""


@dataclass(frozen=True, eq=False)
class Album:
    """The images of a dataset as bytes: an eighth of the memory, and nothing copied before it is
    looked at. Part and index say the same sample as in the `Dataset` of the document."""

    pictures: Pictures
    train: NDArray[np.intp]
    """Rows of `pictures.images` in the training part, in its order."""
    validation: NDArray[np.intp]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        height, width, channels = self.pictures.images.shape[1:]
        return height, width, channels

    @property
    def facts(self) -> Facts:
        """What a network must know, as of the `Dataset` of the document."""
        names = self.pictures.class_names
        task = task_of(names)
        return Facts(
            input_shape=self.image_shape,
            task=task,
            output_units=len(names) if task == "multiclass" else 1,
            samples=len(self.train),
        )

    def labels(self, part: Part) -> NDArray[np.uint8]:
        """The classes of a part's samples [n]."""
        _, labels, rows = self._part(part)
        return labels[rows]

    def page(self, part: Part, start: int, count: int, label: int | None = None) -> Page:
        """Samples of a part from `start` on, all of them or those of one class.

        Beyond the end the page is empty.

        Raises:
            DataError: There is no such class.
        """
        classes = len(self.pictures.class_names)
        if label is not None and not 0 <= label < classes:
            raise DataError(f"The class must be from 0 to {classes - 1}, got {label}.")
        images, labels, rows = self._part(part)
        found = np.arange(len(rows))
        if label is not None:
            found = np.flatnonzero(labels[rows] == label)
        indices = found[start : start + count]
        chosen = rows[indices]
        return Page(
            len(found), indices, labels[chosen].astype(np.intp), self._bytes(images[chosen])
        )

    def _part(self, part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.intp]]:
        source = self.pictures
        if part == "test":
            return source.test_images, source.test_labels, np.arange(len(source.test_labels))
        return source.images, source.labels, self.train if part == "train" else self.validation

    def _bytes(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        white = self.pictures.white
        if white == 255:
            return images
        return (images.astype(np.uint16) * 255 // white).astype(np.uint8)


def open_album(data: ImageDocument, folder: Path | None = None) -> Album:
    """The album of a document.

    Raises:
        DataError: The images are not on this machine, or cannot be used.
        NotFoundError: The user's own images do not exist.

    >>> from netlapse.spec.data import Images
    >>> album = open_album(Images(kind="images", name="digits"))
    >>> album.page("train", 0, 3, label=7).pixels.shape
    (3, 8, 8, 1)
    """
    pictures = pictures_of(data, folder)
    return Album(pictures, *divided(data, pictures.labels))


__all__ = ["Album", "Page", "open_album"]
