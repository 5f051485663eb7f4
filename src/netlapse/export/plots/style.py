"""Colors and words of figures, from the one palette. No state of matplotlib's is touched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlapse.palette import PALETTES, Theme, rgb, sign_color

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

MAP_ALPHA = 0.55
"""Maps are paler than the samples on them, as in the Studio."""

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Style:
    """How a figure looks in one theme."""

    theme: Theme
    paper: str
    ink: str
    faint: str
    """Frames and grids."""
    training: str
    """The curve of the training part."""
    validation: str

    def sign(self, value: float) -> Color:
        """The color of a value from -1 to 1, as matplotlib takes it."""
        red, green, blue = sign_color(value, self.theme)
        return red / 255, green / 255, blue / 255

    def sign_map(self) -> Colormap:
        """The scale of signs as a color map; what is no number has a color of its own."""
        from matplotlib.colors import ListedColormap

        colors = [self.sign(2 * i / 255 - 1) for i in range(256)]
        return ListedColormap(colors).with_extremes(bad=self.not_a_number)

    @property
    def not_a_number(self) -> str:
        """The color of what is no finite number."""
        return PALETTES[self.theme].not_a_number.ink

    def class_color(self, label: int, classes: int) -> Color:
        """The color of a class; two classes take the ends of the scale of signs."""
        if classes <= 2:
            return self.sign(-1 if label == 0 else 1)
        colors = PALETTES[self.theme].classes
        red, green, blue = rgb(colors[label % len(colors)])
        return red / 255, green / 255, blue / 255

    def pale(self, colors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Colors [..., 3] as they lie on the paper under samples."""
        paper = np.array(rgb(self.paper)) / 255
        return MAP_ALPHA * colors + (1 - MAP_ALPHA) * paper


STYLES: dict[Theme, Style] = {
    "light": Style("light", "#ffffff", "#1c1f24", "#c9cdd3", "#5f6670", "#2166ac"),
    "dark": Style("dark", "#111317", "#e8eaed", "#3c424b", "#a3abb6", "#2f8be0"),
}


def plain(text: str) -> str:
    r"""What a user named is text, never a formula.

    >>> plain("cost in $ and $")
    'cost in \\$ and \\$'
    """
    return text.replace("$", r"\$")


def number(value: float) -> str:
    """A number in three digits.

    >>> number(0.012344), number(-1234.0), number(float("nan"))
    ('0.0123', '-1,230', 'not a number')
    """
    if not math.isfinite(value):
        return "not a number"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if 1000 <= abs(rounded) < 1e7 else f"{rounded:g}"


def dress(axes: Axes, style: Style, *, frame: bool = True) -> None:
    """Give axes the colors of the theme."""
    axes.set_facecolor(style.paper)
    axes.tick_params(colors=style.ink, labelsize=8, length=3)
    axes.xaxis.label.set_color(style.ink)
    axes.yaxis.label.set_color(style.ink)
    axes.title.set_color(style.ink)
    for spine in axes.spines.values():
        spine.set_color(style.faint)
        spine.set_visible(frame)


def bare(axes: Axes, style: Style) -> None:
    """Axes for a map: a frame alone."""
    dress(axes, style)
    axes.set_xticks([])
    axes.set_yticks([])


def sign_bar(axes: Axes, style: Style, low: float, high: float, label: str) -> None:
    """The scale of signs, upright, with its ends printed."""
    ramp = np.linspace(-1, 1, 256)[:, None]
    colors: Any = style.pale(np.array([[style.sign(float(v)) for v in row] for row in ramp]))
    axes.imshow(colors, origin="lower", aspect="auto", extent=(0, 1, low, high))
    dress(axes, style)
    axes.set_xticks([])
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    middle = (low + high) / 2
    axes.set_yticks([low, middle, high], [number(value) for value in (low, middle, high)])
    axes.set_ylabel(plain(label), fontsize=8, color=style.ink)
