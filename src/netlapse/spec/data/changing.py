"""What augmentation does to images: drawn by seed, step and sample, so that it can be repeated.

The same code runs in a training step (JAX) and for a preview (NumPy).

- Shift, rotation, zoom and shear: one linear map for each image. Place p of the new image, counted
  from the center, shows the place turn(angle) · slant(shear) · p / zoom - shift of the old one,
  between pixels by bilinear interpolation, zero outside.
- Elastic: random moves of every place, smoothed by a Gaussian, after P. Y. Simard, D. Steinkraus
  and J. C. Platt, "Best practices for convolutional neural networks applied to visual document
  analysis", ICDAR 2003.
- Noise: normal, added to each value, which stays between 0 and 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlapse.spec.data.augmentation import Augmentation
from netlapse.spec.randomness import random_words

if TYPE_CHECKING:
    from jax import Array

STREAM = 3
"""Of the seed; 0 to 2 are first weights, order and dropout."""
SMOOTHING = 1 / 7
"""Standard deviation of the Gaussian that smooths elastic moves, in sides of the image."""
_LINEAR, _ACROSS, _DOWN, _NOISE, _ANGLE = 0, 1 << 16, 2 << 16, 3 << 16, 4 << 16
"""Where each kind of draw begins to count; an image has less than 2¹⁶ values."""


def augment(
    images: Array, augmentation: Augmentation, seed: Array, step: Array, ids: Array, xp: Any = None
) -> Array:
    """Change images by chance, the same way for the same seed, step and sample.

    Args:
        images: float32 [n, height, width, channels], 0 to 1.
        augmentation: How far.
        seed: Of the network, uint32.
        step: Updates done, integer.
        ids: Index of each image in the training part, integer [n].
        xp: The module of the arrays: `jax.numpy`, which is the default, or `numpy`.

    Returns:
        float32 [n, height, width, channels].

    >>> dot = np.zeros((1, 9, 9, 1), np.float32)
    >>> dot[0, 4, 4] = 1
    >>> moved = augment(dot, Augmentation(shift=3), np.arange(1), np.arange(1), np.arange(1), np)
    >>> moved.shape, bool((moved == dot).all())
    ((1, 9, 9, 1), False)
    """
    if xp is None:
        import jax.numpy as xp
    draw = _Draws(seed, step, ids, xp)
    if augmentation.moves_pixels:
        images = _moved(images, augmentation, draw, xp)
    if augmentation.noise:
        values = math.prod(images.shape[1:])
        noise = draw.normal(values).reshape(images.shape)
        images = xp.clip(images + xp.float32(augmentation.noise) * noise, 0, 1)
    return images


class _Draws:
    """Random numbers of each sample at one step, float32 [n, count]."""

    def __init__(self, seed: Any, step: Any, ids: Any, xp: Any) -> None:
        self._xp = xp
        words = [xp.asarray(word).astype(xp.uint32).reshape(-1) for word in (seed, step, ids)]
        stream = xp.full((1,), STREAM, xp.uint32)
        of_step = [
            random_words((words[0], stream), (words[1], xp.full((1,), part, xp.uint32)), xp)
            for part in (0, 1)
        ]
        self._key = (of_step[0], of_step[1])
        self._ids = words[2][:, None]

    def uniform(self, start: int, count: int) -> Any:
        """Between 0 and 1, without 0."""
        places = self._xp.arange(start, start + count, dtype=self._xp.uint32)
        words = random_words(self._key, (self._ids, places), self._xp)
        return ((words >> 8).astype(self._xp.float32) + self._xp.float32(0.5)) * 2.0**-24

    def either_way(self, start: int, count: int) -> Any:
        """Between -1 and 1."""
        return 2 * self.uniform(start, count) - 1

    def normal(self, count: int) -> Any:
        """Of mean 0 and variance 1: G. E. P. Box and M. E. Muller, 1958."""
        xp = self._xp
        radius = xp.sqrt(-2 * xp.log(self.uniform(_NOISE, count)))
        return radius * xp.cos(2 * math.pi * self.uniform(_ANGLE, count))


def _moved(images: Array, augmentation: Augmentation, draw: _Draws, xp: Any) -> Array:
    height, width = images.shape[1:3]
    y, x = np.mgrid[:height, :width].astype(np.float32).reshape(2, 1, -1)
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    across, down, turned, scaled, slanted = (
        draw.either_way(_LINEAR, 5)[:, i, None] for i in range(5)
    )
    angle = xp.float32(math.radians(augmentation.rotate)) * turned
    zoom = 1 + xp.float32(augmentation.zoom) * scaled
    slant = xp.tan(xp.float32(math.radians(augmentation.shear)) * slanted)
    cos, sin = xp.cos(angle) / zoom, xp.sin(angle) / zoom
    sheared = x + slant * y
    columns = cos * sheared - sin * y - xp.float32(augmentation.shift) * across + (width - 1) / 2
    rows = sin * sheared + cos * y - xp.float32(augmentation.shift) * down + (height - 1) / 2
    if augmentation.elastic:
        for_rows, for_columns = (_smoothing(size) for size in (height, width))
        bends = [
            for_rows
            @ draw.either_way(start, height * width).reshape(-1, height, width)
            @ for_columns.T
            for start in (_ACROSS, _DOWN)
        ]
        columns = columns + xp.float32(augmentation.elastic) * bends[0].reshape(-1, height * width)
        rows = rows + xp.float32(augmentation.elastic) * bends[1].reshape(-1, height * width)
    return _between_pixels(images, rows, columns, xp)


def _smoothing(size: int) -> NDArray[np.float32]:
    """A Gaussian filter [size, size] that gives uniform numbers in -1 to 1 (variance 1/3), filtered
    along both axes, the variance 1 everywhere."""
    places = np.arange(size)
    deviation = max(SMOOTHING * size, 0.5)
    weights = np.exp(-((places[:, None] - places) ** 2) / (2 * deviation**2))
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    return (weights * 3**0.25).astype(np.float32)


def _between_pixels(images: Array, rows: Any, columns: Any, xp: Any) -> Array:
    """Values at places [n, height · width], bilinear; zero outside."""
    n, height, width, channels = images.shape
    top, left = xp.floor(rows), xp.floor(columns)
    lower, right = rows - top, columns - left
    flat = images.reshape(n, height * width, channels)
    first = xp.arange(n)[:, None]

    def at(row: Any, column: Any, weight: Any) -> Any:
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        index = xp.clip(row, 0, height - 1) * width + xp.clip(column, 0, width - 1)
        values = flat[first, index.astype(xp.int32)]
        return values * xp.where(inside, weight, 0)[..., None]

    total = (
        at(top, left, (1 - lower) * (1 - right))
        + at(top, left + 1, (1 - lower) * right)
        + at(top + 1, left, lower * (1 - right))
        + at(top + 1, left + 1, lower * right)
    )
    return total.reshape(images.shape)
