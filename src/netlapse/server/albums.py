"""The images that were looked at last, kept for the next page."""

from __future__ import annotations

import base64
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data.images.album import Album, Page, open_album
from netlapse.protocol.rest.images import SamplePage, SamplesRequest, ShownSample
from netlapse.spec.data import ImageDocument
from netlapse.spec.data.changing import augment

KEPT = 2
"""Albums in memory: MNIST takes 55 MB."""


class Albums:
    """Pages of images. Safe for threads.

    Args:
        folder: The data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._albums: OrderedDict[str, Album] = OrderedDict()
        self._lock = Lock()

    def samples(self, request: SamplesRequest) -> SamplePage:
        """A page of images.

        Raises:
            DataError: The images are not on this machine or cannot be used.
            NotFoundError: The user's own images do not exist.
        """
        album = self.open(request.data)
        page = album.page(request.part, request.start, request.count, request.label)
        return _samples(
            album, page, _augmented(request, page) if request.augmented else page.pixels
        )

    def open(self, data: ImageDocument) -> Album:
        """The album of a document.

        Raises:
            DataError: The images are not on this machine or cannot be used.
            NotFoundError: The user's own images do not exist.
        """
        key = data.model_dump_json(exclude={"augmentation"})
        # One at a time: two pages of one collection must not read it twice.
        with self._lock:
            album = self._albums.get(key) or open_album(data, self._folder)
            self._albums[key] = album
            self._albums.move_to_end(key)
            while len(self._albums) > KEPT:
                self._albums.popitem(last=False)
        return album

    def forget(self) -> None:
        """Forget everything: images were deleted."""
        with self._lock:
            self._albums.clear()


def _augmented(request: SamplesRequest, page: Page) -> NDArray[np.uint8]:
    """The images as training sees them; other parts are never changed."""
    augmentation = request.data.augmentation
    if request.part != "train" or augmentation is None or not len(page.pixels):
        return page.pixels
    numbers: tuple[Any, ...] = (
        np.array([request.seed], np.uint32),
        np.array([request.step], np.uint32),
        page.indices.astype(np.uint32),
    )
    images: Any = np.divide(page.pixels, np.float32(255), dtype=np.float32)
    changed: Any = augment(images, augmentation, *numbers, xp=np)
    return np.rint(changed * 255).astype(np.uint8)


def _samples(album: Album, page: Page, pixels: NDArray[np.uint8]) -> SamplePage:
    height, width, channels = album.image_shape
    numbers = zip(page.indices.tolist(), page.labels.tolist(), strict=True)
    return SamplePage(
        height=height,
        width=width,
        channels=channels,
        total=page.total,
        samples=tuple(ShownSample(index=index, label=label) for index, label in numbers),
        pixels=base64.b64encode(pixels.tobytes()).decode(),
    )
