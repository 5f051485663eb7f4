"""Images and labels in IDX files, as MNIST has them: a pair for training, and one for the test."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlapse.data.images.idx import content_of, parse_idx
from netlapse.data.images.own.decode import ENDINGS
from netlapse.data.images.own.entries import Entries, Entry
from netlapse.data.images.own.limits import MAX_CLASSES, MAX_FILES, MAX_SIDE, MAX_UNPACKED_BYTES
from netlapse.errors import DataError

Bytes = NDArray[np.uint8]
_IDX = re.compile(r"idx|ubyte", re.IGNORECASE)
_TEST = re.compile(r"t10k|test", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Pair:
    """Images and their labels."""

    images: Bytes
    """[n, height, width, channels]."""
    labels: Bytes
    """[n]."""


def is_idx(entries: Entries) -> bool:
    """Whether these are IDX files, by their names."""
    names = [entry.parts[-1].lower() for entry in entries.files]
    return not any(name.endswith(ENDINGS) for name in names) and any(map(_IDX.search, names))


def idx_pairs(entries: Entries) -> tuple[Pair, Pair | None]:
    """The training pair, and the test pair where there is one; test files have `t10k` or `test` in
    their name.

    Raises:
        DataError: A file is no IDX file, or one of a pair is missing or does not fit the other.
    """
    files = [entry for entry in entries.files if _IDX.search(entry.parts[-1])]
    test = [entry for entry in files if _TEST.search(entry.parts[-1])]
    train = [entry for entry in files if entry not in test]
    first = _pair(train, "training")
    second = _pair(test, "test") if test else None
    if second and second.images.shape[1:] != first.images.shape[1:]:
        raise DataError(
            f"Training and test images must have one size, got {_size(first)} and {_size(second)}."
        )
    return first, second


def _pair(files: list[Entry], part: str) -> Pair:
    arrays = [(entry, _parsed(entry)) for entry in files]
    images = [(entry, array) for entry, array in arrays if array.ndim >= 3]
    labels = [(entry, array) for entry, array in arrays if array.ndim == 1]
    if len(images) != 1 or len(labels) != 1 or len(arrays) != 2:
        found = ", ".join(f"`{entry.place}`" for entry, _ in arrays[:4]) or "none"
        raise DataError(
            f"The {part} part needs two IDX files, images and labels, got {found}.",
            remedy="Give both, such as train-images-idx3-ubyte and train-labels-idx1-ubyte.",
        )
    place, pixels = images[0][0].place, images[0][1]
    pixels = pixels[..., None] if pixels.ndim == 3 else pixels
    height, width, channels = pixels.shape[1:]
    if channels not in (1, 3):
        raise DataError(
            f"Images have 1 channel (grayscale) or 3 (RGB), got {channels}.", place=place
        )
    if not min(height, width) >= 1 or max(height, width) > MAX_SIDE:
        raise DataError(
            f"Images in IDX files may have up to {MAX_SIDE}×{MAX_SIDE} pixels, "
            f"got {width}×{height}.",
            place=place,
        )
    known = labels[0][1]
    if len(known) != len(pixels):
        raise DataError(
            f"There must be as many labels as images, got {len(known):,} labels in "
            f"`{labels[0][0].place}` and {len(pixels):,} images.",
        )
    if not 0 < len(pixels) <= MAX_FILES:
        raise DataError(
            f"There may be 1 to {MAX_FILES:,} images in a part, got {len(pixels):,}.", place=place
        )
    return Pair(pixels, known)


def _parsed(entry: Entry) -> Bytes:
    content = content_of(io.BytesIO(entry.read()), MAX_UNPACKED_BYTES // 4, place=entry.place)
    return parse_idx(content, place=entry.place)


def class_names_of(train: Pair, test: Pair | None) -> tuple[str, ...]:
    """Names of the classes: the labels 0 to k - 1 as text.

    Raises:
        DataError: A label between is never used in training, or there is one class only.
    """
    counts = np.bincount(train.labels)
    highest = max(len(counts) - 1, int(test.labels.max()) if test else 0)
    if len(np.flatnonzero(counts)) < 2:
        raise DataError(
            f"There must be at least two classes, got only label {int(counts.argmax())}.",
            remedy="Add images of another class.",
        )
    if highest >= MAX_CLASSES:
        raise DataError(f"Labels must be below {MAX_CLASSES}, got {highest}.")
    missing = [label for label in range(highest + 1) if label >= len(counts) or not counts[label]]
    if missing:
        raise DataError(
            f"Every class must have training images, got none with label {missing[0]}.",
            remedy="Number the classes from 0 on, without gaps.",
        )
    return tuple(map(str, range(highest + 1)))


def _size(pair: Pair) -> str:
    height, width, channels = pair.images.shape[1:]
    return f"{width}×{height}×{channels}"
