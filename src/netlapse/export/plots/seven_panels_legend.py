"""The printed legend of the seven panels: what colors and widths stand for, with their scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netlapse.export.plots.seven_panels_network import WIDEST, WIDEST_BACKWARD
from netlapse.export.plots.style import Style, bare, number
from netlapse.palette import PANEL_PALETTES, weight_color
from netlapse.scenes.seven_panels import SevenPanelsScene, gradient_shares

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAR_X, BAR_WIDTH, BAR_HEIGHT = 0.195, 0.33, 0.018
WEIGHT_BAR, GRADIENT_BAR = 0.118, 0.068
ROWS = (0.127, 0.095, 0.063)
COLUMNS = (0.585, 0.745, 0.875)
TEXT = 6.5


def draw_legend(figure: Figure, scene: SevenPanelsScene, style: Style) -> None:
    """Colors of cells at the left; lines and neurons at the right."""
    weight, gradient = scene.limits.weight, scene.limits.gradient
    _draw_bar(figure, style, WEIGHT_BAR, "weights, biases", [-weight, 0, weight], [-1, 0, 1])
    values = [0.0, gradient] if scene.is_linear else [0.0, gradient / 100, gradient / 10, gradient]
    both = [*(-value for value in values[:0:-1]), *values]
    shares = gradient_shares(np.array(both), gradient, is_linear=scene.is_linear)
    what = "gradients" if scene.is_linear else "gradients (log)"
    _draw_bar(figure, style, GRADIENT_BAR, what, both, shares.tolist())
    _draw_signs(figure, scene, style)


def _draw_bar(
    figure: Figure, style: Style, y: float, what: str, values: list[float], shares: list[float]
) -> None:
    axes = figure.add_axes((BAR_X, y, BAR_WIDTH, BAR_HEIGHT))
    bare(axes, style)
    ramp: Any = [[weight_color(2 * i / 255 - 1, style.theme) for i in range(256)]]
    axes.imshow(np.array(ramp, np.uint8), aspect="auto", extent=(-1, 1, 0, 1))
    figure.text(0.06, y + BAR_HEIGHT / 2, what, fontsize=TEXT, color=style.ink, va="center")
    # Not all numbers of a long row have room.
    unsaid = (1, 5) if len(values) == 7 else ()
    texts = ["" if place in unsaid else number(value) for place, value in enumerate(values)]
    axes.set_xticks(shares, [text.replace("-", "−") for text in texts], fontsize=6)
    axes.tick_params(axis="x", length=2, pad=1, colors=style.ink)


def _draw_signs(figure: Figure, scene: SevenPanelsScene, style: Style) -> None:
    palette = PANEL_PALETTES[style.theme]
    weight, gradient = scene.limits.weight, scene.limits.gradient
    row = ROWS[0]
    _line(figure, style, COLUMNS[0], row, f"weight −{number(weight)}", palette.weights[0], 1.0)
    _line(figure, style, COLUMNS[1], row, f"+{number(weight)}", palette.weights[-1], 1.0)
    _line(figure, style, COLUMNS[2], row, f"+{number(weight / 2)}", palette.weights[-1], 0.5)
    parts = (1, 2, 4) if scene.is_linear else (1, 10, 100)
    for part, x in zip(parts, COLUMNS, strict=True):
        share = float(
            gradient_shares(np.array([gradient / part]), gradient, is_linear=scene.is_linear)[0]
        )
        text = f"±{number(gradient / part)}"
        text = f"gradient {text}" if part == 1 else text
        _line(figure, style, x, ROWS[1], text, palette.gradient, share, is_dotted=True)
    neurons = (("input", palette.input), ("hidden", palette.hidden), ("output", palette.output))
    for (name, color), x in zip(neurons, COLUMNS, strict=True):
        _neuron(figure, style, x, ROWS[2], name, color)


def _line(
    figure: Figure,
    style: Style,
    x: float,
    y: float,
    text: str,
    color: str,
    share: float,
    *,
    is_dotted: bool = False,
) -> None:
    from matplotlib.lines import Line2D

    figure.add_artist(
        Line2D(
            [x, x + 0.035],
            [y, y],
            color=color,
            linewidth=(WIDEST_BACKWARD if is_dotted else WIDEST) * share,
            linestyle="dotted" if is_dotted else "solid",
            solid_capstyle="butt",
        )
    )
    figure.text(x + 0.042, y, text, fontsize=TEXT, color=style.ink, va="center")


def _neuron(figure: Figure, style: Style, x: float, y: float, text: str, color: str) -> None:
    from matplotlib.lines import Line2D

    figure.add_artist(
        Line2D(
            [x + 0.0175],
            [y],
            marker="o",
            color=color,
            markersize=6,
            markeredgecolor=style.ink,
            markeredgewidth=0.5,
        )
    )
    figure.text(x + 0.042, y, text, fontsize=TEXT, color=style.ink, va="center")
