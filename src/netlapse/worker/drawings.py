"""Drawn and dropped images as the network sees them: centred and scaled as MNIST was made."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.spec.layers import Shape

Floats = NDArray[np.float64]
BOX = 20 / 28
"""The part of the field that the longer side of a digit takes: 20 of 28 pixels."""
NOISE = 0.15
"""Where most of the border is uneven, as in a photograph, what is weaker than this part of the
range is no ink."""
MAX_DRAWINGS = 16
LUMA = np.array([0.299, 0.587, 0.114])
"""What red, green and blue weigh in gray: ITU-R BT.601."""


@dataclass(frozen=True)
class Fitted:
    """An image as the network sees it."""

    seen: NDArray[np.float32]
    """[height, width, channels], 0 to 1."""
    note: str
    """What was done, in a sentence."""
    inverted: bool


def fit(
    pixels: NDArray[np.uint8],
    shape: Shape,
    *,
    centre: bool,
    ink: Literal["light", "dark", "auto"] = "auto",
) -> Fitted:
    """Fit any image to a network's input.

    Args:
        pixels: [height, width, 1 or 3].
        shape: The network's input (height, width, channels).
        centre: Whether to do what was done to MNIST; otherwise it is only scaled.
        ink: What it was drawn with; dark ink is inverted where it is centred.

    Raises:
        DataError: There is nothing on it, and it is to be centred.
    """
    height, width, channels = shape
    image = _with_channels(pixels / 255.0, channels)
    if not centre:
        scaled = np.stack([resized(plane, height, width) for plane in np.moveaxis(image, 2, 0)], 2)
        note = f"Scaled from {_size(image)} to {height} × {width} pixels."
        return Fitted(scaled.astype(np.float32), note, False)
    gray = image.mean(axis=2)
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    inverted = ink == "dark" or (ink == "auto" and bool(np.median(border) > 0.5))
    gray = 1 - gray if inverted else gray
    seen = centre_as_mnist(gray, height, width)
    turned = "Inverted to light on dark, cropped" if inverted else "Cropped"
    note = (
        f"{turned}, scaled into {round(BOX * height)} × {round(BOX * width)} pixels and centred by "
        f"its mass in {height} × {width}, as MNIST was made."
    )
    planes = np.repeat(seen[:, :, None], channels, axis=2)
    return Fitted(planes.astype(np.float32), note, inverted)


def centre_as_mnist(pixels: NDArray[Any], height: int = 28, width: int = 28) -> Floats:
    """Place a digit as those of MNIST are placed.

    Its bounding box is scaled to fit into 20 × 20 pixels with its aspect ratio kept and gray edges,
    and put so that its centre of mass lies at the centre of the field of 28 × 28, to the nearest
    pixel: LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/. In the files, that centre is
    the pixel (14, 14). Other sizes are treated in proportion.

    Args:
        pixels: Light ink on dark ground, 0 to 1 [h, w].
        height: Rows of the field.
        width: Its columns.

    Returns:
        The field [height, width]; ink beyond its edge is cut off.

    Raises:
        DataError: There is no ink.

    >>> dot = np.zeros((9, 9)); dot[2, 7] = 1
    >>> seen = centre_as_mnist(dot)
    >>> int((seen > 0.5).sum()), int(seen[14].argmax())
    (400, 4)
    """
    ink = _ink(np.asarray(pixels, np.float64))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        raise DataError("There is nothing on the image.", remedy="Draw something.")
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(round(BOX * height) / box.shape[0], round(BOX * width) / box.shape[1])
    tall, wide = (max(1, round(scale * length)) for length in box.shape)
    digit = resized(box, tall, wide)
    top = _place(digit.sum(axis=1), height)
    left = _place(digit.sum(axis=0), width)
    return _on_field(digit, top, left, height, width)


def resized(image: Floats, height: int, width: int) -> Floats:
    """Another size: means of areas where it becomes smaller, linear between pixels where larger.

    >>> resized(np.array([[0.0, 1.0, 2.0, 3.0]]), 1, 2).tolist()
    [[0.5, 2.5]]
    >>> resized(np.array([[0.0, 1.0]]), 1, 4).tolist()
    [[0.0, 0.25, 0.75, 1.0]]
    """
    return _weights(image.shape[0], height) @ image @ _weights(image.shape[1], width).T


def _weights(old: int, new: int) -> Floats:
    """What each old pixel counts in each new one [new, old]; rows have the sum 1."""
    if new == old:
        return np.eye(old)
    if new < old:
        edges = np.arange(new + 1) * (old / new)
        low = np.maximum(edges[:-1, None], np.arange(old))
        high = np.minimum(edges[1:, None], np.arange(1, old + 1))
        return np.maximum(high - low, 0) * (new / old)
    places = np.clip((np.arange(new) + 0.5) * (old / new) - 0.5, 0, old - 1)
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(old)))


def _ink(pixels: Floats) -> Floats:
    """The image without its ground."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = float(np.median(border))
    ink = np.clip(pixels - ground, 0, None)
    if np.median(np.abs(border - ground)) > 0:  # not even, rather than touched by ink
        ink[ink < NOISE * ink.max(initial=0)] = 0
    return ink


def _place(mass: Floats, length: int) -> int:
    """Where a digit begins, so that its centre of mass is nearest to the middle."""
    centre = float(mass @ np.arange(len(mass)) / mass.sum())
    return int(np.ceil(length // 2 - 0.5 - centre))


def _on_field(digit: Floats, top: int, left: int, height: int, width: int) -> Floats:
    field = np.zeros((height, width))
    tall, wide = digit.shape
    rows = slice(max(0, top), min(height, top + tall))
    columns = slice(max(0, left), min(width, left + wide))
    field[rows, columns] = digit[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]
    return field


def _with_channels(image: Floats, channels: int) -> Floats:
    if image.shape[2] == channels:
        return image
    if channels == 1:
        return (image @ LUMA)[:, :, None]
    return np.repeat(image, channels, axis=2)


def _size(image: Floats) -> str:
    return f"{image.shape[0]} × {image.shape[1]}"


class Drawings:
    """What was drawn, by name: the newest few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self.version = 0
        """Grows with every drawing."""

    def keep(self, name: str, seen: NDArray[np.float32]) -> None:
        """Keep an image [height, width, channels] under a name, in place of what was there."""
        self._kept[name] = seen
        self._kept.move_to_end(name)
        while len(self._kept) > MAX_DRAWINGS:
            self._kept.popitem(last=False)
        self.version += 1

    def get(self, name: str) -> NDArray[np.float32]:
        """The image of a name.

        Raises:
            DataError: There is none, or it was replaced by newer ones.
        """
        if name not in self._kept:
            raise DataError("This drawing is not kept any more.", remedy="Draw it again.")
        return self._kept[name]
