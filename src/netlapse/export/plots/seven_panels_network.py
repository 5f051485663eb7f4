"""Draws the network of the seven panels: weights forward, their gradients backward beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlapse.export.plots.style import Style, plain
from netlapse.palette import PANEL_PALETTES
from netlapse.scenes.seven_panels import SevenPanelsScene, gradient_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST = 3.0
"""Points of the largest weight."""
WIDEST_BACKWARD = 2.2
"""Points of the largest gradient."""
BESIDE = 0.018
"""How far a backward line runs below its weight, as a share of the height."""

Place = tuple[float, float]


def draw_diagram(axes: Axes, scene: SevenPanelsScene, style: Style) -> None:
    """Neurons in columns, a line for each weight, a dotted one for its gradient."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    places = [_column(scene.sizes, index) for index in range(len(scene.sizes))]
    limits = scene.limits
    for index, layer in enumerate(scene.layers):
        pair = places[index], places[index + 1]
        _draw_weights(axes, *pair, layer.kernel / (limits.weight or 1.0), style)
        gradients = gradient_shares(
            layer.kernel_gradient, limits.gradient, is_linear=scene.is_linear
        )
        _draw_gradients(axes, *pair, gradients, style)
    _draw_neurons(axes, scene, places, style)


def _column(sizes: tuple[int, ...], index: int) -> list[Place]:
    """Middles of the neurons of a layer, the first on top."""
    count = sizes[index]
    x = 0.18 + 0.6 * index / (len(sizes) - 1)
    pitch = min(0.14, 0.94 / max(1, count))
    top = 0.5 + pitch * (count - 1) / 2
    return [(x, top - pitch * unit) for unit in range(count)]


def _draw_weights(
    axes: Axes, froms: list[Place], tos: list[Place], shares: NDArray[Any], style: Style
) -> None:
    from matplotlib.collections import LineCollection

    colors = PANEL_PALETTES[style.theme].weights
    ordered = sorted(np.ndindex(*shares.shape), key=lambda at: abs(np.nan_to_num(shares[at])))
    values = [float(np.nan_to_num(shares[at])) for at in ordered]
    axes.add_collection(
        LineCollection(
            [np.array([froms[i], tos[j]]) for i, j in ordered],
            colors=[colors[-1] if value > 0 else colors[0] for value in values],
            linewidths=[WIDEST * min(1.0, abs(value)) for value in values],
            alpha=0.9,
        )
    )


def _draw_gradients(
    axes: Axes, froms: list[Place], tos: list[Place], shares: NDArray[Any], style: Style
) -> None:
    from matplotlib.collections import LineCollection

    ordered = [at for at in np.ndindex(*shares.shape) if np.isfinite(shares[at]) and shares[at]]
    lines = LineCollection(
        [np.array([tos[j], froms[i]]) - (0, BESIDE) for i, j in ordered],
        colors=[PANEL_PALETTES[style.theme].gradient],
        linewidths=[WIDEST_BACKWARD * min(1.0, abs(float(shares[at]))) for at in ordered],
        linestyles="dotted",
    )
    axes.add_collection(lines)


def _draw_neurons(
    axes: Axes, scene: SevenPanelsScene, places: list[list[Place]], style: Style
) -> None:
    palette = PANEL_PALETTES[style.theme]
    last = len(places) - 1
    for index, column in enumerate(places):
        color = palette.input if index == 0 else palette.output if index == last else palette.hidden
        size = min(9.0, 100 * (0.94 / max(7, len(column))))
        x, y = zip(*column, strict=True)
        axes.plot(
            x,
            y,
            "o",
            color=color,
            markersize=size,
            markeredgecolor=style.ink,
            markeredgewidth=0.5,
            zorder=4,
        )
        if size >= 8 and 0 < index < last:
            for unit, spot in enumerate(column, start=1):
                axes.text(
                    *spot,
                    str(unit),
                    ha="center",
                    va="center",
                    fontsize=5,
                    color="#000000",
                    zorder=5,
                )
        names = scene.input_names if index == 0 else scene.output_names if index == last else ()
        if len(column) > 16:
            continue
        for name, (left, up) in zip(names, column, strict=False):
            axes.annotate(
                plain(name[:9]),
                (left, up),
                (-7 if index == 0 else 7, 0),
                textcoords="offset points",
                ha="right" if index == 0 else "left",
                va="center",
                fontsize=6.5,
                color=style.ink,
            )
