"""From a folder, a zip archive or IDX files to a set of images. Nothing is stored here."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from netlapse.data.images.own.arrange import Arranged, Shown, arrange
from netlapse.data.images.own.decode import Size, decode, scale, size_of
from netlapse.data.images.own.entries import Entries, folder_entries, zip_entries
from netlapse.data.images.own.idx_files import Pair, class_names_of, idx_pairs, is_idx
from netlapse.data.images.own.image_set import Color, ImageSet
from netlapse.data.images.own.limits import (
    MAX_ALL_PIXELS,
    MAX_SIDE,
    MAX_VALUES,
    MIN_SIDE,
    NATURAL_SIDE,
    USUAL_SIDE,
)
from netlapse.errors import DataError, InputError

Bytes = NDArray[np.uint8]
Check = Callable[[], None]


def read_images(
    source: Path | bytes | BinaryIO,
    name: str = "",
    *,
    size: int | None = None,
    color: Color = "auto",
    limit_s: float | None = None,
) -> ImageSet:
    """Read images with a class each.

    Args:
        source: A folder or a zip archive with one folder of images for each class, or with IDX
            files; or the content of such an archive, or a stream of it.
        name: What to call the set; the name of the source by default.
        size: Height and width that all images are scaled to. By default images that are all alike
            stay as they are up to 64×64, and others become 32×32.
        color: Channels; by default grayscale where no image has a colored pixel.
        limit_s: How long it may take.

    Raises:
        DataError: It cannot be used; the message says which rule is broken, and by which file.
        InputError: The size is out of range.
    """
    if size is not None and not MIN_SIDE <= size <= MAX_SIDE:
        raise InputError(
            f"Images are scaled to {MIN_SIDE} to {MAX_SIDE} pixels, got {size}.", place="size"
        )
    check = _clock(limit_s)
    if isinstance(source, bytes):
        return _read(zip_entries(io.BytesIO(source)), name or "Images", size, color, check)
    if not isinstance(source, Path):
        return _read(zip_entries(source), name or "Images", size, color, check)
    if source.is_dir():
        return _read(folder_entries(source), name or source.resolve().name, size, color, check)
    try:
        with source.open("rb") as stream:
            return _read(zip_entries(stream), name or source.stem, size, color, check)
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=str(source)) from error


def _read(entries: Entries, name: str, size: int | None, color: Color, check: Check) -> ImageSet:
    name = "".join(c for c in name if c.isprintable())[:200] or "Images"
    if is_idx(entries):
        return _from_idx(name, *idx_pairs(entries), size, color)
    return _from_files(name, arrange(entries), size, color, check)


def _clock(limit_s: float | None) -> Check:
    end = None if limit_s is None else time.monotonic() + limit_s

    def check() -> None:
        if end is not None and time.monotonic() > end:
            raise DataError(
                f"Reading the images took longer than {limit_s:g} s.",
                remedy="Make the images smaller, or take fewer.",
            )

    return check


# --- files ----------------------------------------------------------------------------------


def _from_files(
    name: str, arranged: Arranged, size: int | None, color: Color, check: Check
) -> ImageSet:
    both = (*arranged.train, *arranged.test)
    chosen, sizes = _chosen_size(both, size, check)
    _check_values(len(both), chosen, 1)
    gray = color == "grayscale"
    decoded: list[Bytes] = []
    values = 0
    for entry, _ in both:
        check()
        decoded.append(decode(entry.read(), entry.place, chosen, gray=gray))
        values += decoded[-1].size
        _check_values_of(values, chosen)
    channels = 3 if color == "rgb" else max(item.shape[2] for item in decoded)
    _check_values(len(both), chosen, channels)
    images = np.empty((len(both), *chosen, channels), np.uint8)
    for index, item in enumerate(decoded):
        images[index] = item
    labels = np.array([label for _, label in both], np.uint8)
    count = len(arranged.train)
    return ImageSet(
        name=name,
        class_names=arranged.class_names,
        images=images[:count],
        labels=labels[:count],
        test_images=images[count:],
        test_labels=labels[count:],
        notes=(*arranged.notes, *_scaling(sizes, chosen)),
    )


def _chosen_size(files: Iterable[Shown], size: int | None, check: Check) -> tuple[Size, set[Size]]:
    """The size of all images, and the sizes that they have."""
    sizes: set[Size] = set()
    total = 0
    for entry, _ in files:
        check()
        found = size_of(entry.read(), entry.place)
        sizes.add(found)
        total += found[0] * found[1]
        if total > MAX_ALL_PIXELS:
            raise DataError(
                f"All images together may have at most {MAX_ALL_PIXELS // 1_000_000:,} million "
                "pixels before they are scaled.",
                remedy="Make the images smaller, or take fewer.",
            )
    if size is not None:
        return (size, size), sizes
    first = next(iter(sizes))
    is_natural = len(sizes) == 1 and min(first) >= MIN_SIDE and max(first) <= NATURAL_SIDE
    return (first if is_natural else (USUAL_SIDE, USUAL_SIDE)), sizes


def _scaling(sizes: set[Size], chosen: Size) -> Iterable[str]:
    if sizes == {chosen}:
        return
    to = f"{chosen[1]}×{chosen[0]}"
    if len(sizes) == 1:
        height, width = next(iter(sizes))
        yield f"The images were scaled from {width}×{height} to {to} pixels."
    else:
        yield f"The images had {len(sizes):,} different sizes and were scaled to {to} pixels."


# --- IDX ------------------------------------------------------------------------------------


def _from_idx(
    name: str, train: Pair, test: Pair | None, size: int | None, color: Color
) -> ImageSet:
    names = class_names_of(train, test)
    height, width, channels = train.images.shape[1:]
    natural = max(height, width) <= NATURAL_SIDE and min(height, width) >= MIN_SIDE
    chosen = (size, size) if size else (height, width) if natural else (USUAL_SIDE, USUAL_SIDE)
    count = len(train.images) + (len(test.images) if test else 0)
    wanted = {"auto": channels, "grayscale": 1, "rgb": 3}[color]
    _check_values(count, chosen, wanted)
    none = train.images[:0]
    images, test_images = (
        _in_channels(_in_size(part, chosen), wanted)
        for part in (train.images, test.images if test else none)
    )
    return ImageSet(
        name=name,
        class_names=names,
        images=images,
        labels=train.labels,
        test_images=test_images,
        test_labels=test.labels if test else train.labels[:0],
        notes=tuple(_scaling({(height, width)}, chosen)),
    )


def _in_size(images: Bytes, size: Size) -> Bytes:
    if images.shape[1:3] == size:
        return images
    scaled = np.empty((len(images), *size, images.shape[3]), np.uint8)
    for index, image in enumerate(images):
        scaled[index] = scale(image, size)
    return scaled


def _in_channels(images: Bytes, channels: int) -> Bytes:
    if images.shape[3] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=3)
    luma = images.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return luma.round().astype(np.uint8)[..., None]


# --- both -----------------------------------------------------------------------------------


def _check_values(count: int, size: Size, channels: int) -> None:
    _check_values_of(count * size[0] * size[1] * channels, size)


def _check_values_of(values: int, size: Size) -> None:
    if values > MAX_VALUES:
        raise DataError(
            f"Images times pixels times channels may be at most {MAX_VALUES // 1_000_000} million, "
            f"got more at {size[1]}×{size[0]} pixels.",
            remedy="Choose a smaller size or grayscale, or take fewer images.",
        )
