"""Convolutions in the forms that XLA computes fast on a CPU.

Arrays are channels last: x (batch, height, width, channels), kernels (height, width, in, out). A
convolution here is what every framework calls one: a cross-correlation, the kernel not flipped.

XLA's own gradient of a kernel is a convolution with a window as large as the map, up to a hundred
times as slow as the rest of the step. Written as a matrix product it is level with the forward
pass: the input spread over the kernel's columns by the gradients spread over its rows, some images
at a time, so that they stay in the processor's cache.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from netlapse.spec.layers import onednn
from netlapse.spec.layers.onednn import Edges

if TYPE_CHECKING:
    from jax import Array

Padding = Literal["same", "valid"]

FEW_CHANNELS = 4
"""Up to so many input channels, a matrix product of patches is faster than XLA's convolution."""
PATCHES_CHANNELS = 16
"""And up to so many, where the patches of a batch are small: its gradient takes them, too."""
CACHED_BYTES = 2_000_000
"""What a matrix product works on at once."""
WIDE = 256
"""Columns of both factors together, from which on oneDNN's product is faster, and on more."""
WIDE_BYTES = 8_000_000
"""What a product that is so wide works on at once."""
BLOCKED_BYTES = 8_000_000
"""From here on a product of patches is done in blocks of images."""


def output_length(length: int, kernel: int, stride: int, padding: Padding) -> int:
    """Places of a kernel along one axis; below 1 where it does not fit.

    >>> output_length(28, 3, 2, "same"), output_length(28, 3, 2, "valid")
    (14, 13)
    """
    return -(-length // stride) if padding == "same" else (length - kernel) // stride + 1


def margins(length: int, kernel: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Zeros before and after, along one axis; an odd one stands after, as in TensorFlow.

    >>> margins(28, 3, 2, "same"), margins(28, 5, 1, "same"), margins(28, 5, 1, "valid")
    ((0, 1), (2, 2), (0, 0))
    """
    if padding == "valid":
        return 0, 0
    places = output_length(length, kernel, stride, padding)
    total = max((places - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2


def convolve(
    x: Array, kernel: Array, *, stride: int = 1, padding: Padding = "same", groups: int = 1
) -> Array:
    """The convolution of a batch.

    Args:
        x: Images (batch, height, width, in).
        kernel: Weights (kernel height, kernel width, in, out); with as many groups as channels
            (kernel height, kernel width, 1, channels): each channel with a kernel of its own.
        stride: Step of the kernel along both axes.
        padding: `same`: zeros around, so that a stride of 1 keeps the size; `valid`: none.
        groups: 1, or the number of channels.

    Returns:
        (batch, rows, columns, out).
    """
    rows, columns, *_ = kernel.shape
    edges = (
        margins(x.shape[1], rows, stride, padding),
        margins(x.shape[2], columns, stride, padding),
    )
    if groups != 1:
        return _each_channel(x, kernel, stride, edges)
    return _convolution(stride, edges)(x, kernel)


def _each_channel(x: Array, kernel: Array, stride: int, edges: Edges) -> Array:
    """One kernel for each channel: a sum of shifted products, which becomes a single loop."""
    rows, columns, _, _ = kernel.shape
    shifted = _shifted(x, (rows, columns), stride, edges)
    weights = kernel.reshape(rows * columns, -1)
    total = shifted[0] * weights[0]
    for part, weight in zip(shifted[1:], weights[1:], strict=True):
        total = total + part * weight
    return total


@cache
def _convolution(stride: int, edges: Edges) -> Any:
    """The convolution of a stride and its margins, with its derivative written out."""
    import jax

    def value(x: Array, kernel: Array) -> Array:
        if _takes_patches(x, kernel, stride, edges):
            patches = _patches(x, kernel.shape[:2], stride, edges)
            flat = patches.reshape(-1, patches.shape[-1]) @ kernel.reshape(-1, kernel.shape[3])
            return flat.reshape(*patches.shape[:3], -1)
        return _library(x, kernel, stride, edges)

    def forward(x: Array, kernel: Array) -> tuple[Array, Any]:
        return value(x, kernel), (x, kernel)

    def backward(kept: Any, g: Array) -> tuple[Array, Array]:
        x, kernel = kept
        # Otherwise what g is made of would be computed again for every place of the kernel.
        g = jax.lax.optimization_barrier(g)
        return _of_input(x, kernel, g, stride, edges), _of_kernel(x, kernel, g, stride, edges)

    function = jax.custom_vjp(value)
    function.defvjp(forward, backward)
    return function


def _takes_patches(x: Array, kernel: Array, stride: int, edges: Edges) -> bool:
    """Whether a convolution is a matrix product of patches, forward and for the kernel's gradient,
    which then share them."""
    rows, columns, channels, _ = kernel.shape
    if channels <= FEW_CHANNELS:
        return True
    places = onednn.places(x, kernel, stride, edges)
    taken = 4 * x.shape[0] * math.prod(places) * rows * columns * channels
    return channels <= PATCHES_CHANNELS and taken <= BLOCKED_BYTES


def _library(x: Array, kernel: Array, stride: int, edges: Edges, spread: int = 1) -> Array:
    """The convolution of a library: oneDNN's, or XLA's own, which can spread `x` by zeros."""
    import jax

    if spread == 1 and onednn.takes(x, kernel, stride, edges):
        return onednn.convolve(x, kernel, stride, edges)
    return jax.lax.conv_general_dilated(
        x,
        kernel,
        (stride, stride),
        edges,
        lhs_dilation=(spread, spread),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )


def _of_input(x: Array, kernel: Array, g: Array, stride: int, edges: Edges) -> Array:
    """The gradient of the input: a convolution of g, spread by the stride, with the kernel turned
    by half a turn."""
    turned = kernel[::-1, ::-1].swapaxes(2, 3)
    around = tuple(
        (size - 1 - before, length + size - 1 - ((places - 1) * stride + 1) - (size - 1 - before))
        for size, length, places, (before, _) in zip(
            kernel.shape[:2], x.shape[1:3], g.shape[1:3], edges, strict=True
        )
    )
    return _library(g, turned, 1, (around[0], around[1]), stride)


def _of_kernel(x: Array, kernel: Array, g: Array, stride: int, edges: Edges) -> Array:
    """The gradient of the kernel, as one matrix product or in blocks of images."""
    import jax

    rows, columns, channels, filters = kernel.shape
    by_patches = stride > 1 or _takes_patches(x, kernel, stride, edges)
    product = _patches_by_g if by_patches else _spread_x_by_spread_g
    of = lambda x, g: product(x, g, (rows, columns), stride, edges)  # noqa: E731
    if by_patches:
        bytes_each = 4 * g.shape[1] * g.shape[2] * rows * columns * channels
        at_once, at_most = CACHED_BYTES, BLOCKED_BYTES
    else:
        width = columns * channels + rows * filters
        bytes_each = 4 * x.shape[1] * g.shape[2] * width
        at_once = at_most = WIDE_BYTES if width >= WIDE else CACHED_BYTES
    batch, block = x.shape[0], 1
    while block * 2 * bytes_each <= at_once and batch % (block * 2) == 0:
        block *= 2
    if batch * bytes_each <= at_most or batch == block:
        return of(x, g)

    def add(index: Array, total: Array) -> Array:
        cut = lambda a: jax.lax.dynamic_slice_in_dim(a, index * block, block)  # noqa: E731
        return total + of(cut(x), cut(g))

    return jax.lax.fori_loop(0, batch // block, add, jax.numpy.zeros_like(kernel))


def _patches_by_g(x: Array, g: Array, size: tuple[int, int], stride: int, edges: Edges) -> Array:
    patches = _patches(x, size, stride, edges)
    flat = patches.reshape(-1, patches.shape[-1]).T @ g.reshape(-1, g.shape[-1])
    return flat.reshape(*size, x.shape[-1], g.shape[-1])


def _spread_x_by_spread_g(
    x: Array, g: Array, size: tuple[int, int], stride: int, edges: Edges
) -> Array:
    """x, spread over the kernel's columns, by g, spread over its rows: one product has all places
    of the kernel. For a stride of 1.

    Kernel place (i, j) meets pixel (p, q) in the output (p + before - i, q + before - j).
    """
    import jax

    del stride
    (rows, columns), ((before, _), across) = size, edges
    height, after = x.shape[1], rows - 1 - before
    places, width = g.shape[1:3]
    wide = jax.numpy.pad(x, ((0, 0), (0, 0), across, (0, 0)))
    wide = jax.numpy.concatenate([wide[:, :, j : j + width] for j in range(columns)], axis=-1)
    end = max(0, height + rows - 1 - (places + after))
    tall = jax.numpy.pad(g, ((0, 0), (after, end), (0, 0), (0, 0)))
    tall = jax.numpy.concatenate(
        [tall[:, rows - 1 - i : rows - 1 - i + height] for i in range(rows)], axis=-1
    )
    # Each is computed once, and not again for every tile of the product.
    wide, tall = jax.lax.optimization_barrier((wide, tall))
    wide, tall = wide.reshape(-1, wide.shape[-1]), tall.reshape(-1, tall.shape[-1])
    is_wide = wide.shape[1] + tall.shape[1] >= WIDE
    by_onednn = is_wide and onednn.takes_product(wide, tall)
    flat = onednn.product(wide, tall) if by_onednn else wide.T @ tall
    return flat.reshape(columns, x.shape[-1], rows, -1).transpose(2, 0, 1, 3)


def _patches(x: Array, size: tuple[int, ...], stride: int, edges: Edges) -> Array:
    """What the kernel sees at each place: (batch, rows, columns, kernel area · channels)."""
    import jax

    return jax.numpy.concatenate(_shifted(x, size, stride, edges), axis=-1)


def _shifted(x: Array, size: tuple[int, ...], stride: int, edges: Edges) -> list[Array]:
    """What each place of the kernel meets, in row-major order."""
    import jax

    rows, columns = size
    padded = jax.numpy.pad(x, ((0, 0), *edges, (0, 0)))
    down, across = ((padded.shape[axis] - n) // stride + 1 for axis, n in ((1, rows), (2, columns)))
    return [
        padded[:, i : i + (down - 1) * stride + 1 : stride, j:][
            :, :, : (across - 1) * stride + 1 : stride
        ]
        for i in range(rows)
        for j in range(columns)
    ]
