"""Which pixels a window meets at a place, and which places meet a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netlapse.engine.probes.arithmetic.terms import Place
from netlapse.engine.probes.receptive import window_of
from netlapse.spec.layers import Shape


@dataclass(frozen=True)
class Sliding:
    """A window that slides over an image [height, width] and gives maps [rows, columns]."""

    size: tuple[int, int]
    stride: int
    margins: tuple[int, int]
    image: tuple[int, int]
    maps: tuple[int, int]

    def pixel(self, place: Place, inside: Place) -> Place | None:
        """The pixel that lies at a place inside the window; none in the padding."""
        found = tuple(
            at * self.stride - margin + within
            for at, margin, within in zip(place, self.margins, inside, strict=True)
        )
        there = all(0 <= v < length for v, length in zip(found, self.image, strict=True))
        return found if there else None

    def pixels(self, place: Place) -> list[tuple[Place, Place]]:
        """The pixels that a window meets, in row-major order: (inside the window, in the image)."""
        found: list[tuple[Place, Place]] = []
        for i in range(self.size[0]):
            for j in range(self.size[1]):
                pixel = self.pixel(place, (i, j))
                if pixel is not None:
                    found.append(((i, j), pixel))
        return found

    def places(self, pixel: Place) -> list[tuple[Place, Place]]:
        """The places where the window meets a pixel: (inside the window, place)."""
        found: list[tuple[Place, Place]] = []
        for i in range(self.size[0]):
            for j in range(self.size[1]):
                offsets = [
                    v + margin - within
                    for v, margin, within in zip(pixel, self.margins, (i, j), strict=True)
                ]
                if any(offset % self.stride for offset in offsets):
                    continue
                place = tuple(offset // self.stride for offset in offsets)
                if all(0 <= v < length for v, length in zip(place, self.maps, strict=True)):
                    found.append(((i, j), place))
        return found

    def everywhere(self, inside: Place) -> list[tuple[Place, Place]]:
        """The pixels that one place of the window meets as it slides: (place, pixel)."""
        found: list[tuple[Place, Place]] = []
        for r in range(self.maps[0]):
            for c in range(self.maps[1]):
                pixel = self.pixel((r, c), inside)
                if pixel is not None:
                    found.append(((r, c), pixel))
        return found


def sliding(layer: Any, shape: Shape, output: Shape) -> Sliding:
    """The window of a layer that reads images of a shape; of global pooling, the whole image."""
    window = window_of(layer, shape)
    if window is None:
        return Sliding((shape[0], shape[1]), 1, (0, 0), (shape[0], shape[1]), (1, 1))
    image, maps = (shape[0], shape[1]), (output[0], output[1])
    return Sliding(window.size, window.stride, window.margins, image, maps)
