"""Draws weights as maps and histograms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netlapse.export.plots.style import Style, bare, dress, number, plain
from netlapse.scenes.weights import WeightPanel, WeightsScene

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_weights(figure: Figure, scene: WeightsScene, style: Style) -> None:
    """A map of each matrix that can be seen, and a histogram of everything else."""
    count = len(scene.panels)
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    for index, panel in enumerate(scene.panels):
        row, column = divmod(index, columns)
        width, height = 0.94 / columns, 0.86 / rows
        left = 0.04 + column * width
        bottom = 0.91 - (row + 1) * height
        axes = figure.add_axes(
            (left + 0.1 * width, bottom + 0.26 * height, 0.82 * width, 0.52 * height)
        )
        _draw_panel(axes, panel, style)


def _draw_panel(axes: Axes, panel: WeightPanel, style: Style) -> None:
    shape = " × ".join(map(str, panel.shape))
    broken = f", {panel.not_finite:,} not finite" if panel.not_finite else ""
    reach = panel.limit or 1.0
    if panel.matrix is not None:
        bare(axes, style)
        shown = np.ma.masked_invalid(panel.matrix)
        axes.imshow(
            shown,
            cmap=style.sign_map(),
            vmin=-reach,
            vmax=reach,
            aspect="auto",
            interpolation="nearest",
        )
        axes.set_xlabel(f"color: -{number(reach)} to {number(reach)}{broken}", fontsize=7)
    else:
        dress(axes, style)
        middles = (panel.edges[1:] + panel.edges[:-1]) / 2
        axes.bar(
            middles,
            panel.counts,
            width=float(np.diff(panel.edges).mean()),
            color=[style.sign(float(np.sign(value))) for value in middles],
        )
        axes.set_xlabel(f"-{number(reach)} to {number(reach)}{broken}", fontsize=7)
        axes.tick_params(labelsize=6)
        axes.locator_params(nbins=4)
    axes.set_title(plain(f"{panel.name}  {shape}"), fontsize=8)


def scale_of_weights(scene: WeightsScene) -> str:
    """The scale in words."""
    more = f"; {scene.left_out} more arrays are not shown" if scene.left_out else ""
    return f"{scene.parameters:,} parameters; each array has its own scale, about zero{more}"
