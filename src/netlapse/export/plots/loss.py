"""Draws the loss up to a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netlapse.export.plots.style import Style, dress
from netlapse.scenes.loss import LossScene

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_loss(figure: Figure, scene: LossScene, style: Style) -> None:
    """Every step's batch as a band, both parts as curves."""
    axes = figure.add_axes((0.11, 0.14, 0.85, 0.74))
    dress(axes, style)
    axes.grid(color=style.faint, linewidth=0.5, alpha=0.6)
    if len(scene.steps):
        single = scene.steps_per_column == 1
        name = "batch" if single else f"batch (least and greatest of {scene.steps_per_column:,})"
        low, high = (np.where(np.isfinite(v), v, np.nan) for v in (scene.low, scene.high))
        axes.fill_between(scene.steps, low, high, color=style.faint, label=name, linewidth=0.8)
    parts = (("training", scene.train), ("validation", scene.validation))
    for (part, values), color in zip(parts, (style.training, style.validation), strict=True):
        if np.isfinite(values).any():
            axes.plot(scene.evaluated, values, color=color, linewidth=1.8, marker=".", label=part)
    axes.set_xlim(0, scene.last_step)
    margin = 0.05 * (scene.greatest - scene.least) or 0.05
    axes.set_ylim(scene.least - margin, scene.greatest + margin)
    axes.set_xlabel("step", fontsize=9)
    axes.set_ylabel("loss", fontsize=9)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    if axes.get_legend_handles_labels()[0]:
        legend = axes.legend(fontsize=8, loc="upper right", framealpha=0.75)
        legend.get_frame().set_facecolor(style.paper)
        legend.get_frame().set_edgecolor(style.faint)
        for text in legend.get_texts():
            text.set_color(style.ink)


def scale_of_loss(scene: LossScene) -> str:
    """The scale in words."""
    if scene.steps_per_column == 1:
        return "loss of every step's batch, and of the parts where they were evaluated"
    return f"least and greatest batch loss of each {scene.steps_per_column:,} steps, exact"
