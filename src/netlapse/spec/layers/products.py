"""Matrix products in the form that suits their size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jax import Array

SMALL_BATCH = 64
SMALL_KERNEL = 512


def product(x: Array, kernel: Array) -> Array:
    """x·W for x (batch, features) and W (features, units) → (batch, units).

    XLA on a CPU calls a library for every `dot`, which costs more than a small product itself: as a
    sum of element-wise products it becomes part of the surrounding loop, twice as fast on a network
    of eight units a layer. Which form is taken depends on shapes alone.
    """
    small = x.shape[0] <= SMALL_BATCH and kernel.size <= SMALL_KERNEL
    return (x[:, :, None] * kernel[None]).sum(axis=1) if small else x @ kernel
