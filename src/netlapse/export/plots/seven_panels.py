"""Draws the seven panels: what was learned above, the numbers that say it below, the legend last.

Letters are large enough for a figure over both columns of a paper, and for the last row of a hall.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netlapse.export.plots.boundary import map_colors, scatter_points
from netlapse.export.plots.seven_panels_blocks import (
    Block,
    Box,
    bias_blocks,
    draw_blocks,
    gradient_blocks,
)
from netlapse.export.plots.seven_panels_legend import draw_legend
from netlapse.export.plots.seven_panels_network import draw_diagram
from netlapse.export.plots.style import Style, dress, number, plain
from netlapse.scenes.seven_panels import SevenPanelsScene

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = 7.5
"""Points of a panel's title."""
TOP, TOP_HEIGHT = 0.625, 0.265
LOW, LOW_HEIGHT = 0.19, 0.285
"""Where the two rows of panels are, as shares of the height."""


def draw_seven_panels(figure: Figure, scene: SevenPanelsScene, style: Style) -> None:
    """All panels of one state."""
    _draw_fit(figure, scene, style)
    _draw_loss(figure, scene, style)
    title(figure, style, 0.62, TOP + TOP_HEIGHT, f"3  Network {_sizes(scene)}")
    draw_diagram(figure.add_axes((0.6, TOP - 0.045, 0.395, TOP_HEIGHT + 0.04)), scene, style)
    _draw_numbers(figure, scene, style)
    draw_legend(figure, scene, style)


def title(figure: Figure, style: Style, x: float, y: float, text: str) -> None:
    """The name of a panel, above it."""
    figure.text(
        x, y + 0.012, plain(text), fontsize=TITLE, fontweight="bold", color=style.ink, va="bottom"
    )


def _sizes(scene: SevenPanelsScene) -> str:
    return " – ".join(map(str, scene.sizes))


def _draw_fit(figure: Figure, scene: SevenPanelsScene, style: Style) -> None:
    fit = scene.fit
    title(figure, style, 0.06, TOP + TOP_HEIGHT, "1  Data and fit")
    axes = figure.add_axes((0.06, TOP, 0.225, TOP_HEIGHT))
    _dress(axes, style)
    _name_x(axes, fit.x.name)
    axes.set_xlim(fit.x.low, fit.x.high)
    if fit.y is None:
        _draw_curve(axes, scene, style)
        return
    axes.set_ylabel(plain(fit.y.name[:24]), fontsize=7, labelpad=1)
    extent = (fit.x.low, fit.x.high, fit.y.low, fit.y.high)
    axes.imshow(map_colors(fit, style), origin="lower", extent=extent, aspect="auto")
    axes.set_ylim(fit.y.low, fit.y.high)
    scatter_points(axes, fit, fit.train, style, filled=True, size=6)
    scatter_points(axes, fit, fit.validation, style, filled=False, size=6)
    count = len(fit.class_names)
    for label, name in enumerate(fit.class_names if count <= 5 else ()):
        axes.text(
            0.02,
            0.97 - 0.1 * label,
            plain(name[:14]),
            transform=axes.transAxes,
            va="top",
            fontsize=6,
            color=style.class_color(label, count),
            bbox={"facecolor": style.paper, "edgecolor": "none", "pad": 0.6, "alpha": 0.8},
        )


def _draw_curve(axes: Axes, scene: SevenPanelsScene, style: Style) -> None:
    """One input: the samples as dots, the network's answer as a line."""
    fit = scene.fit
    for points, filled in ((fit.train, True), (fit.validation, False)):
        axes.scatter(
            points.x,
            points.y,
            s=7,
            c=style.training if filled else "none",
            edgecolors="none" if filled else style.training,
            linewidths=0.6,
        )
    x = np.linspace(fit.x.low, fit.x.high, fit.values.shape[-1])
    for curve in fit.values:
        axes.plot(x, curve, color=style.ink, linewidth=1.8)
    if fit.class_names:
        axes.set_ylim(-0.05, 1.05)
        axes.set_ylabel("probability", fontsize=7, labelpad=1)
    else:
        axes.set_ylim(*scene.limits.value)
        axes.set_ylabel(plain(fit.target_name[:24]), fontsize=7, labelpad=1)


def _draw_loss(figure: Figure, scene: SevenPanelsScene, style: Style) -> None:
    loss, limits = scene.loss, scene.limits
    title(figure, style, 0.345, TOP + TOP_HEIGHT, f"2  Loss {number(loss.loss)}")
    axes = figure.add_axes((0.345, TOP, 0.225, TOP_HEIGHT))
    _dress(axes, style)
    axes.grid(color=style.faint, linewidth=0.4, alpha=0.6)
    if loss.is_full_batch and np.array_equal(loss.low, loss.high):
        # A batch is the training part: its losses are those of the states, up to this one.
        x, y = np.append(loss.epochs, loss.epoch), np.append(loss.low, loss.loss)
        axes.plot(x, y, color=style.ink, linewidth=1.4)
    elif len(loss.epochs):
        axes.fill_between(
            loss.epochs, loss.low, loss.high, color=style.training, linewidth=0.6, alpha=0.6
        )
        axes.text(
            *(0.97, 0.93), "batches", transform=axes.transAxes, ha="right", va="top", fontsize=6
        ).set_color(style.training)
    axes.plot([loss.epoch], [loss.loss], "o", color=style.ink, markersize=4, clip_on=False)
    axes.set_xlim(0, limits.epochs)
    if limits.is_log_loss:
        axes.set_yscale("log")
        axes.tick_params(axis="y", which="both", labelsize=6, colors=style.ink)
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
        axes.yaxis.set_minor_formatter("")
    axes.set_ylim(*limits.loss)
    _name_x(axes, "epoch")


def _draw_numbers(figure: Figure, scene: SevenPanelsScene, style: Style) -> None:
    """Weights, biases and gradients as cells, one row for each unit."""
    first, *rest = scene.layers
    limits = scene.limits
    into = Block("", "", first.kernel.T, _names(scene.input_names))
    names = _names(scene.output_names) if len(rest) == 1 else ()
    onward = [
        Block(layer.layer, f"W{number}", layer.kernel, names)
        for number, layer in enumerate(rest, start=2)
    ]
    panels = (
        (0.06, 0.14, "4  Input → hidden", [into], limits.weight),
        (0.255, 0.15, "5  Hidden → output", onward, limits.weight),
        (0.46, 0.165, "6  Biases", bias_blocks(scene.layers), limits.weight),
        (0.68, 0.31, "7  Gradients of the loss", gradient_blocks(scene), limits.gradient),
    )
    for x, width, name, blocks, limit in panels:
        title(figure, style, x, LOW + LOW_HEIGHT + 0.042, name)
        draw_blocks(figure, Box(x, LOW, width, LOW_HEIGHT), blocks, limit, style)


def _names(names: Sequence[str]) -> Sequence[str]:
    """Above columns, where they are few."""
    return names if len(names) <= 4 else ()


def _name_x(axes: Axes, name: str) -> None:
    """In the line of the ticks' numbers: there is no room for another."""
    axes.set_xlabel(plain(name[:24]), fontsize=7, loc="right")
    axes.xaxis.set_label_coords(1.0, -0.13)


def _dress(axes: Axes, style: Style) -> None:
    dress(axes, style)
    axes.tick_params(labelsize=6.5, length=2, pad=2)
    axes.locator_params(nbins=5)


def scale_of_seven_panels(scene: SevenPanelsScene) -> str:
    """The scale in words."""
    states = scene.limits.states
    of = f"of {len(states)} states from {states[0]:,} to {states[-1]:,}"
    used, all_ = scene.gradient_samples, scene.samples
    samples = f"all {all_:,}" if used == all_ else f"the first {used:,} of {all_:,}"
    penalty = ", without L1 and L2" if scene.has_penalty else ""
    return (
        f"scales: the largest {of}; "
        f"loss and gradients: mean over {samples} training samples{penalty}"
    )
