"""Draws a confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netlapse.export.plots.style import Style, dress, plain
from netlapse.scenes.confusion import ConfusionScene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_WRITTEN = 30
"""Up to so many classes the counts stand in the cells."""


def draw_confusion(figure: Figure, scene: ConfusionScene, style: Style) -> None:
    """Counts, colored by their share of the true class."""
    axes = figure.add_axes((0.16, 0.14, 0.8, 0.74))
    dress(axes, style)
    shares = scene.counts / np.maximum(1, scene.counts.sum(axis=1, keepdims=True))
    ramp = np.linspace(0, 1, 256)
    table = np.array([style.sign(float(value)) for value in ramp])
    colors = style.pale(table[np.rint(shares * 255).astype(np.intp)])
    axes.imshow(colors, aspect="auto", interpolation="nearest")
    count = len(scene.counts)
    names = [plain(name[:12]) for name in scene.class_names] or [str(i) for i in range(count)]
    if count <= MOST_WRITTEN:
        axes.set_xticks(range(count), names, rotation=45 if count > 4 else 0, fontsize=7)
        axes.set_yticks(range(count), names, fontsize=7)
        size = 9 if count <= 12 else 6
        for row, column in np.ndindex(*scene.counts.shape):
            text = f"{scene.counts[row, column]:,}"
            axes.text(column, row, text, ha="center", va="center", fontsize=size, color=style.ink)
    axes.set_xlabel("predicted", fontsize=9)
    axes.set_ylabel("true", fontsize=9)


def scale_of_confusion(scene: ConfusionScene) -> str:
    """The scale in words."""
    total = int(scene.counts.sum())
    return (
        f"{scene.part} part, {total:,} samples, accuracy {scene.accuracy:.2%}; "
        "color: share of the true class, 0 to 1"
    )
