"""What layers that read images share."""

from __future__ import annotations

from netlapse.errors import SpecError
from netlapse.spec.findings import Finding, Fix, replace
from netlapse.spec.layers.base import Layer, Shape, single
from netlapse.spec.layers.convolutions import Padding, output_length


def image(layer: Layer, shapes: tuple[Shape, ...]) -> tuple[int, int, int]:
    """Height, width and channels of what a layer reads.

    Raises:
        SpecError: It reads something else.
    """
    shape = single(layer, shapes)
    if len(shape) != 3:
        raise SpecError(
            f"A {layer.title} layer reads maps (height, width, channels), got shape {shape}.",
            place=f"layer `{layer.id}`",
            remedy="Put it before the flatten layer, or choose image data.",
        )
    height, width, channels = shape
    return height, width, channels


def window_places(
    layer: Layer, size: tuple[int, int], window: int, stride: int, padding: Padding
) -> tuple[int, int]:
    """Rows and columns of the places that a window has on a map.

    Raises:
        SpecError: The window is larger than the map.
    """
    if padding == "valid" and window > (most := min(size)):
        what = "pool" if "pool" in layer.to_dict() else "kernel"
        remedy = f"Use a {what} of {most}{' or less' if most > 1 else ''}, or the padding `same`."
        if what == "pool" and most == 1:
            remedy = "Leave it out: a single value cannot be pooled."
        raise SpecError(
            f"The {what} of `{layer.id}` is {window}×{window} and its input only "
            f"{size[0]}×{size[1]}.",
            place=f"layer `{layer.id}`",
            remedy=remedy,
        )
    rows, columns = (output_length(n, window, stride, padding) for n in size)
    return rows, columns


def even_kernel(layer: Layer, path: str, kernel: int, padding: Padding) -> list[Finding]:
    """An even kernel has no middle: with `same` it shifts the map by half a pixel."""
    if kernel % 2 or padding == "valid":
        return []
    return [
        Finding(
            severity="advice",
            message=f"A kernel of {kernel} has no middle and shifts the map by half a pixel; "
            "an odd one does not.",
            layer=layer.id,
            path=f"{path}/kernel_size",
            fix=_odd(path, kernel),
        )
    ]


def _odd(path: str, kernel: int) -> Fix:
    return replace(f"{path}/kernel_size", kernel + 1, f"Use {kernel + 1}")
