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
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from netlapse.spec.base import Document

if TYPE_CHECKING:
    from jax import Array


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
    initializer: Initializer, key: Array, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> Array:
    """Draw one parameter.

    Args:
        initializer: How.
        key: A JAX random key; the same key gives the same bits.
        shape: The parameter's shape.
        fan_in: Inputs to one unit.
        fan_out: Units that one input goes to.

    Returns:
        float32 values of the shape.
    """
    import jax
    import jax.numpy as jnp

    match initializer:
        case Zeros():
            return jnp.zeros(shape, jnp.float32)
        case Constant(value=value):
            return jnp.full(shape, value, jnp.float32)
        case Normal(standard_deviation=deviation):
            return deviation * jax.random.normal(key, shape, jnp.float32)
        case Glorot() | He() | LeCun():
            deviation = math.sqrt(variance(initializer, fan_in, fan_out))
            if initializer.distribution == "normal":
                return deviation * jax.random.normal(key, shape, jnp.float32)
            limit = math.sqrt(3.0) * deviation
            return jax.random.uniform(key, shape, jnp.float32, -limit, limit)
