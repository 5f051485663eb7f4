"""Generated samples: the formulas behind the documents.

Circle, XOR, Gaussians, spiral, plane and multi-Gaussian follow `dataset.ts` of the TensorFlow
Playground (Smilkov and others 2017), with its labels -1 and 1 as the classes 0 and 1. Positions are
drawn before noise, so that another noise moves the same samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from netlapse.spec.data import (
    Blobs,
    Circle,
    DataDocument,
    Gaussians,
    Line,
    Moons,
    MultiGaussian,
    Parabola,
    Plane,
    Sine,
    Spiral,
    Spirals,
    TruthTable,
    Xor,
)

Values = NDArray[np.float64]
Generated: TypeAlias = tuple[Values, Values]
"""Raw inputs [n, r] and targets [n] (classes as their index)."""

RADIUS = 6.0
"""Half the width of the domain of the plane."""


def generate(document: DataDocument, random: np.random.Generator) -> Generated:
    """Raw inputs [n, r] and targets [n] of a generator's document."""
    return _GENERATORS[type(document)](document, random)


def _circle(document: Circle, random: np.random.Generator) -> Generated:
    inner, outer = even_sizes(document.samples, 2)
    radius = np.concatenate([random.uniform(0, 2.5, inner), random.uniform(3.5, 5, outer)])
    angle = random.uniform(0, 2 * np.pi, document.samples)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    moved = points + document.noise * random.uniform(-5, 5, points.shape)
    return points, (np.hypot(moved[:, 0], moved[:, 1]) < 2.5).astype(np.float64)


def _xor(document: Xor, random: np.random.Generator) -> Generated:
    points = random.uniform(-5, 5, (document.samples, 2))
    points += np.where(points > 0, 0.3, -0.3)
    moved = points + document.noise * random.uniform(-5, 5, points.shape)
    return points, (moved[:, 0] * moved[:, 1] >= 0).astype(np.float64)


def _gaussians(document: Gaussians, random: np.random.Generator) -> Generated:
    centers = np.array([[-2.0, -2.0], [2.0, 2.0]])
    return _clouds(document.samples, centers, document.noise, random)


def _blobs(document: Blobs, random: np.random.Generator) -> Generated:
    angle = np.pi / 2 + 2 * np.pi * np.arange(document.classes) / document.classes
    centers = 4 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _clouds(document.samples, centers, document.noise, random)


def _clouds(count: int, centers: Values, noise: float, random: np.random.Generator) -> Generated:
    variance = 0.5 + 7 * noise
    classes = _classes(even_sizes(count, len(centers)))
    points = centers[classes] + np.sqrt(variance) * random.standard_normal((count, 2))
    return points, classes.astype(np.float64)


def _spiral(document: Spiral, random: np.random.Generator) -> Generated:
    return _arms(document.samples, (np.pi, 0.0), 1.75, document.noise, random)


def _spirals(document: Spirals, random: np.random.Generator) -> Generated:
    starts = [2 * np.pi * arm / document.classes for arm in range(document.classes)]
    return _arms(document.samples, starts, document.turns, document.noise, random)


def _arms(
    count: int,
    starts: Sequence[float],
    turns: float,
    noise: float,
    random: np.random.Generator,
) -> Generated:
    sizes = even_sizes(count, len(starts))
    classes = _classes(sizes)
    along = np.concatenate([np.arange(size) / size for size in sizes if size])
    angle = 2 * np.pi * turns * along + np.asarray(starts)[classes]
    points = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + noise * random.uniform(-1, 1, points.shape), classes.astype(np.float64)


def _moons(document: Moons, random: np.random.Generator) -> Generated:
    upper, lower = (np.linspace(0, np.pi, size) for size in even_sizes(document.samples, 2))
    x = np.concatenate([np.cos(upper), 1 - np.cos(lower)])
    y = np.concatenate([np.sin(upper), 0.5 - np.sin(lower)])
    points = np.stack([x - 0.5, y - 0.25], axis=1)
    points += document.noise * random.standard_normal(points.shape)
    return 3 * points, _classes([len(upper), len(lower)]).astype(np.float64)


def _truth_table(document: TruthTable, random: np.random.Generator) -> Generated:
    row = np.arange(document.samples) % 4
    bits = np.stack([row // 2, row % 2], axis=1)
    ones = bits.sum(axis=1)
    targets = {"and": ones == 2, "or": ones >= 1, "xor": ones == 1}[document.gate]
    points = bits + document.noise * random.standard_normal(bits.shape)
    return points, targets.astype(np.float64)


def _plane(document: Plane, random: np.random.Generator) -> Generated:
    points, moved = _scattered(document.samples, document.noise, random)
    return points, moved.sum(axis=1) / 10


_HILLS = np.array(
    [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
)


def _multi_gaussian(document: MultiGaussian, random: np.random.Generator) -> Generated:
    points, moved = _scattered(document.samples, document.noise, random)
    distance = np.linalg.norm(moved[:, None, :] - _HILLS[:, :2], axis=2)
    height = np.clip(1 - distance / 2, 0, 1)
    tallest = height.argmax(axis=1)
    return points, _HILLS[tallest, 2] * height[np.arange(len(points)), tallest]


def _scattered(count: int, noise: float, random: np.random.Generator) -> tuple[Values, Values]:
    """Points all over the domain [n, 2], and the same moved by the noise."""
    points = random.uniform(-RADIUS, RADIUS, (count, 2))
    return points, points + noise * random.uniform(-RADIUS, RADIUS, points.shape)


def _line(document: Line, random: np.random.Generator) -> Generated:
    x = np.linspace(-1, 1, document.samples)
    return _curve(x, document.slope * x + document.intercept, document.noise, random)


def _parabola(document: Parabola, random: np.random.Generator) -> Generated:
    x = np.linspace(-1, 1, document.samples)
    return _curve(x, x**2, document.noise, random)


def _sine(document: Sine, random: np.random.Generator) -> Generated:
    x = np.linspace(-1, 1, document.samples)
    return _curve(x, np.sin(np.pi * document.periods * x), document.noise, random)


def _curve(x: Values, y: Values, noise: float, random: np.random.Generator) -> Generated:
    return x[:, None], y + noise * random.standard_normal(len(x))


def even_sizes(count: int, groups: int) -> list[int]:
    """Sizes of `groups` groups that differ by at most one, the larger ones first.

    >>> even_sizes(10, 3)
    [4, 3, 3]
    """
    small, extra = divmod(count, groups)
    return [small + (group < extra) for group in range(groups)]


def _classes(sizes: Sequence[int]) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(sizes)), sizes)


_Generator: TypeAlias = Callable[[Any, np.random.Generator], Generated]
_GENERATORS = cast(
    "dict[type[DataDocument], _Generator]",
    {
        Blobs: _blobs,
        Circle: _circle,
        Gaussians: _gaussians,
        Line: _line,
        Moons: _moons,
        MultiGaussian: _multi_gaussian,
        Parabola: _parabola,
        Plane: _plane,
        Sine: _sine,
        Spiral: _spiral,
        Spirals: _spirals,
        TruthTable: _truth_table,
        Xor: _xor,
    },
)
