"""Matrix products in the form that suits their size, of one network or of many at once."""

from __future__ import annotations

from functools import cache, reduce
from operator import add
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jax import Array

SMALL_BATCH = 64
SMALL_KERNEL = 512


def affine(x: Array, kernel: Array, bias: Array | None) -> Array:
    """x·W + b for x (batch, features), W (features, units), b (units,) → (batch, units).

    Many networks at once have one more axis in every array, the last: (batch, features, networks).
    """
    if x.ndim == 3:
        return _affine_of_many()(x, kernel, bias)
    z = product(x, kernel)
    return z if bias is None else z + bias


def product(x: Array, kernel: Array) -> Array:
    """x·W for x (batch, features) and W (features, units) → (batch, units).

    XLA on a CPU calls a library for every `dot`, which costs more than a small product itself: as a
    sum of element-wise products it becomes part of the surrounding loop, twice as fast on a network
    of eight units a layer. Which form is taken depends on shapes alone.
    """
    small = x.shape[0] <= SMALL_BATCH and kernel.size <= SMALL_KERNEL
    return (x[:, :, None] * kernel[None]).sum(axis=1) if small else x @ kernel


@cache
def _affine_of_many() -> Any:
    """The affine function of many small networks, with its derivative written out.

    Sums are spelled out, term by term: so every operation is element-wise with the networks side by
    side, which a compiler turns into vector instructions. XLA's own `reduce` over another axis than
    the last becomes scalar code, four times as slow.
    """
    import jax

    def value(x: Array, kernel: Array, bias: Array | None) -> Array:
        z = _sum(x[:, i, None] * kernel[None, i] for i in range(kernel.shape[0]))
        return z if bias is None else z + bias[None]

    def forward(x: Array, kernel: Array, bias: Array | None) -> tuple[Array, Any]:
        return value(x, kernel, bias), (x, kernel, bias)

    def backward(kept: Any, g: Array) -> tuple[Array, Array, Array | None]:
        x, kernel, bias = kept
        of_x = _sum(g[:, None, j] * kernel[None, :, j] for j in range(kernel.shape[1]))
        of_kernel = _sum(x[n, :, None] * g[n, None] for n in range(x.shape[0]))
        of_bias = None if bias is None else _sum(g[n] for n in range(x.shape[0]))
        return of_x, of_kernel, of_bias

    function = jax.custom_vjp(value)
    function.defvjp(forward, backward)
    return function


def _sum(terms: Any) -> Array:
    return reduce(add, terms)
