"""Initializers: how the first weights are drawn.

With fan-in n_in and fan-out n_out, the variances are (Glorot & Bengio 2010, section 4.2.1; He et
al. 2015, section 2.2; LeCun et al. 1998, section 4.6):

| family | variance |
| --- | --- |
| Glorot | 2 / (n_in + n_out) |
| He     | 2 / n_in |
| LeCun  | 1 / n_in |

Uniform draws come from ±√(3·variance). Normal draws are not truncated, as in PyTorch; Keras
truncates at two standard deviations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.randomness import random_words

Words = NDArray[np.uint32]

BLOCK = 65_536
"""Numbers that are drawn at once."""


class Glorot(Document):
    """Variance 2 / (fan-in + fan-out): suits tanh, sigmoid, softmax and linear layers."""

    kind: Literal["glorot"]
    distribution: Literal["uniform", "normal"] = "uniform"
    """The shape of the distribution."""


class He(Document):
    """Variance 2 / fan-in: suits relu and its relatives."""

    kind: Literal["he"]
    distribution: Literal["uniform", "normal"] = "uniform"
    """The shape of the distribution."""


class LeCun(Document):
    """Variance 1 / fan-in."""

    kind: Literal["lecun"]
    distribution: Literal["uniform", "normal"] = "uniform"
    """The shape of the distribution."""


class Zeros(Document):
    """All zero: right for biases; as weights, all units of a layer stay equal."""

    kind: Literal["zeros"]


class Constant(Document):
    """All equal to one value."""

    kind: Literal["constant"]
    value: float = 0.1
    """The value."""


class Normal(Document):
    """A normal distribution of mean zero."""

    kind: Literal["normal"]
    standard_deviation: Annotated[float, Field(gt=0, le=100)] = 0.05
    """The standard deviation."""


Initializer = Annotated[
    Glorot | He | LeCun | Zeros | Constant | Normal, Field(discriminator="kind")
]


def variance(initializer: Glorot | He | LeCun, fan_in: int, fan_out: int) -> float:
    """The variance of one weight.

    >>> variance(He(kind="he"), fan_in=50, fan_out=10)
    0.04
    """
    match initializer:
        case Glorot():
            return 2.0 / (fan_in + fan_out)
        case He():
            return 2.0 / fan_in
        case LeCun():
            return 1.0 / fan_in


def draw(
    initializer: Initializer,
    key: tuple[int, int],
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
) -> NDArray[np.float32]:
    """Draw one parameter, with NumPy alone: for each new shape XLA would take longer to compile
    than a large network takes to draw.

    Args:
        initializer: How.
        key: Two words of 32 bits; the same key gives the same bits.
        shape: The parameter's shape.
        fan_in: Inputs to one unit.
        fan_out: Units that one input goes to.

    Returns:
        float32 values of the shape.

    >>> draw(Constant(kind="constant", value=0.5), (0, 0), (2,), 1, 1).tolist()
    [0.5, 0.5]
    """
    match initializer:
        case Zeros():
            return np.zeros(shape, np.float32)
        case Constant(value=value):
            return np.full(shape, value, np.float32)
        case Normal(standard_deviation=deviation):
            return _filled(_normal, deviation, key, shape)
        case Glorot() | He() | LeCun():
            deviation = math.sqrt(variance(initializer, fan_in, fan_out))
            of = _normal if initializer.distribution == "normal" else _uniform
            return _filled(of, deviation, key, shape)


def _filled(
    of: Callable[[tuple[int, int], Words], NDArray[np.float64]],
    deviation: float,
    key: tuple[int, int],
    shape: tuple[int, ...],
) -> NDArray[np.float32]:
    """Draws of deviation 1, times a deviation; some at a time, which stay in the cache."""
    values = np.empty(math.prod(shape), np.float32)
    for start in range(0, values.size, BLOCK):
        places = np.arange(start, min(start + BLOCK, values.size), dtype=np.uint32)
        values[start : start + BLOCK] = deviation * of(key, places)
    return values.reshape(shape)


def _uniform(key: tuple[int, int], places: Words) -> NDArray[np.float64]:
    """Between -√3 and √3."""
    return (2 * _share(key, places, 0) - 1) * math.sqrt(3)


def _normal(key: tuple[int, int], places: Words) -> NDArray[np.float64]:
    """G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates", 1958."""
    radius = np.sqrt(-2 * np.log(_share(key, places, 0)))
    return radius * np.cos(2 * math.pi * _share(key, places, 1))


def _share(key: tuple[int, int], places: Words, row: int) -> NDArray[np.float64]:
    """Uniform between 0 and 1, neither of them included."""
    pair = np.array([key[0]], np.uint32), np.array([key[1]], np.uint32)
    words = random_words(pair, (places, np.array([row], np.uint32)), np)  # type: ignore[arg-type]
    return (np.asarray(words) + 0.5) / 2**32
