"""The one table of colors that carry meaning; `web/src/protocol/palette.ts` is made from it.

Sign is orange (negative) – light grey – blue (positive) everywhere, classes have a palette of
their own, and NaN a hatch. Two classes take the ends of the sign scale, as their boundary does:
class 0 is orange, class 1 is blue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Hatch:
    """Diagonal lines of `ink` on `paper`: the value is not a finite number."""

    ink: str
    paper: str


@dataclass(frozen=True)
class Palette:
    """The colors of one theme, each as `#rrggbb`."""

    sign: tuple[str, ...]
    """From the most negative to the most positive value in equal steps, interpolated linearly in
    sRGB; the middle one is zero."""
    classes: tuple[str, ...]
    """One color for each of ten classes."""
    not_a_number: Hatch
    """How NaN and infinity are drawn."""


# The sign scale joins the orange half of ColorBrewer's PuOr and the blue half of its RdBu.
# The classes are the ten-color cycle of Petroff (2021, arXiv:2107.02270), found by optimizing the
# distance of its colors under three kinds of color blindness; the dark theme lightens it.
PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        sign=(
            "#b35806",
            "#e08214",
            "#f5b469",
            "#f2dcc0",
            "#e8eaed",
            "#cbdff0",
            "#92c5de",
            "#4393c3",
            "#2166ac",
        ),
        classes=(
            "#3f90da",
            "#ffa90e",
            "#bd1f01",
            "#94a4a2",
            "#832db6",
            "#a96b59",
            "#e76300",
            "#b9ac70",
            "#717581",
            "#92dadd",
        ),
        not_a_number=Hatch(ink="#c2185b", paper="#ffffff"),
    ),
    "dark": Palette(
        sign=(
            "#ff8a1f",
            "#ef9a4a",
            "#e0ae7c",
            "#d6c4b0",
            "#ced2d8",
            "#aec6dd",
            "#82b4de",
            "#529fdd",
            "#2f8be0",
        ),
        classes=(
            "#5aa5e8",
            "#ffb833",
            "#e5533a",
            "#a9b8b6",
            "#b06fdc",
            "#c98f7c",
            "#ff8038",
            "#cdc18c",
            "#8f95a3",
            "#a9e8ea",
        ),
        not_a_number=Hatch(ink="#ff5c9a", paper="#111317"),
    ),
}


@dataclass(frozen=True)
class PanelPalette:
    """The colors of the seven-panel view, which has its own: its legend is printed on it."""

    weights: tuple[str, ...]
    """From the most negative (blue) to the most positive value (red) in equal steps, interpolated
    linearly in sRGB; the middle one is zero."""
    gradient: str
    """Backward lines: purple."""
    input: str
    """Input neurons: sky blue."""
    hidden: str
    """Hidden neurons: light green."""
    output: str
    """Output neurons: salmon."""


# The light scale is ColorBrewer's RdBu; in the dark zero is as dark as the page, not as light.
PANEL_PALETTES: dict[Theme, PanelPalette] = {
    "light": PanelPalette(
        weights=(
            "#2166ac",
            "#4393c3",
            "#92c5de",
            "#d1e5f0",
            "#f7f7f7",
            "#fddbc7",
            "#f4a582",
            "#d6604d",
            "#b2182b",
        ),
        gradient="#7b2fb5",
        input="#87ceeb",
        hidden="#90ee90",
        output="#fa8072",
    ),
    "dark": PanelPalette(
        weights=(
            "#5fb0ff",
            "#4a8fd6",
            "#3a6da3",
            "#2f4a69",
            "#262b32",
            "#5e3a3a",
            "#99494a",
            "#d45a57",
            "#ff6f66",
        ),
        gradient="#c792ff",
        input="#87ceeb",
        hidden="#90ee90",
        output="#fa8072",
    ),
}


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue of a color, each 0 to 255.

    >>> rgb("#ffa90e")
    (255, 169, 14)
    """
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def sign_color(value: float, theme: Theme = "light") -> tuple[int, int, int]:
    """The color of a value between -1 and 1; what lies beyond takes the color of the end.

    >>> sign_color(0.0), sign_color(7.0)
    ((232, 234, 237), (33, 102, 172))
    """
    return scale_color(PALETTES[theme].sign, value)


def weight_color(value: float, theme: Theme = "light") -> tuple[int, int, int]:
    """The color of a weight between -1 and 1 in the seven panels.

    >>> weight_color(-1.0), weight_color(2.0)
    ((33, 102, 172), (178, 24, 43))
    """
    return scale_color(PANEL_PALETTES[theme].weights, value)


def scale_color(stops: tuple[str, ...], value: float) -> tuple[int, int, int]:
    """The color of a value between -1 and 1 on a scale of stops."""
    place = (min(1.0, max(-1.0, value)) + 1) / 2 * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    share = place - index
    low, high = rgb(stops[index]), rgb(stops[index + 1])
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return red, green, blue
