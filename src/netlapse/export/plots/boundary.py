"""Draws a decision boundary with the samples on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlapse.export.plots.style import Style, dress, number, plain, sign_bar
from netlapse.scenes.boundary import BoundaryScene, Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_boundary(figure: Figure, scene: BoundaryScene, style: Style) -> None:
    """The map or the curves, the samples, and the scale."""
    classes = len(scene.class_names)
    is_scaled = scene.y is not None and classes <= 2
    axes = figure.add_axes((0.11, 0.12, 0.7, 0.76))
    dress(axes, style)
    axes.set_xlabel(plain(scene.x.name), fontsize=9)
    if scene.y is None:
        _draw_line(axes, scene, style)
    else:
        axes.set_ylabel(plain(scene.y.name), fontsize=9)
        extent = (scene.x.low, scene.x.high, scene.y.low, scene.y.high)
        axes.imshow(
            map_colors(scene, style),
            origin="lower",
            extent=extent,
            aspect="auto",
            interpolation="nearest",
        )
        axes.set_xlim(scene.x.low, scene.x.high)
        axes.set_ylim(scene.y.low, scene.y.high)
    scatter_points(axes, scene, scene.train, style, filled=True)
    scatter_points(axes, scene, scene.validation, style, filled=False)
    if is_scaled:
        what = scene.target_name
        if classes == 2:
            what = f"probability of {scene.class_names[1]}"
        sign_bar(figure.add_axes((0.84, 0.12, 0.025, 0.76)), style, scene.low, scene.high, what)
    _draw_legend(axes, scene, style)


def map_colors(scene: BoundaryScene, style: Style) -> Any:
    """The map as colors [height, width, 3], row 0 the smallest y."""
    values = scene.values
    classes = len(scene.class_names)
    if classes > 2:
        likely = values.argmax(axis=0)
        table = np.array([style.class_color(label, classes) for label in range(classes)])
        share = ((values.max(axis=0) - 1 / classes) / (1 - 1 / classes)).clip(0, 1)[..., None]
        pale: NDArray[np.float64] = style.pale(table[likely])
        paper = style.pale(np.ones((1, 3)) * np.array(style.sign(0)))
        return pale * (0.35 + 0.65 * share) + paper * (0.65 * (1 - share))
    middle, half = (scene.low + scene.high) / 2, (scene.high - scene.low) / 2 or 1.0
    share = ((values[0] - middle) / half).clip(-1, 1)
    table = np.array([style.sign(2 * i / 255 - 1) for i in range(256)])
    return style.pale(table[np.rint(np.nan_to_num((share + 1) / 2) * 255).astype(np.intp)])


def _draw_line(axes: Axes, scene: BoundaryScene, style: Style) -> None:
    x = np.linspace(scene.x.low, scene.x.high, scene.values.shape[-1])
    classes = len(scene.class_names)
    for index, curve in enumerate(scene.values):
        color = style.class_color(index, classes) if classes > 2 else style.validation
        axes.plot(x, curve, color=color, linewidth=2)
    axes.set_xlim(scene.x.low, scene.x.high)
    axes.set_ylabel("probability" if classes else plain(scene.target_name), fontsize=9)
    if not classes:  # a frame that does not jump from one step to the next
        targets = np.concatenate([scene.train.value, scene.validation.value])
        low, high = float(targets.min()), float(targets.max())
        margin = 0.15 * (high - low) or 1.0
        axes.set_ylim(low - margin, high + margin)
    else:
        axes.set_ylim(-0.05, 1.05)


def scatter_points(
    axes: Axes,
    scene: BoundaryScene,
    points: Points,
    style: Style,
    *,
    filled: bool,
    size: float | None = None,
) -> None:
    """Training samples are filled, validation samples are rings."""
    if not len(points.x):
        return
    classes = len(scene.class_names)
    if classes:
        colors = [style.class_color(int(label), classes) for label in points.value]
    else:
        limit = max(abs(scene.low), abs(scene.high)) or 1.0
        colors = [style.sign(float(value) / limit) for value in points.value]
    height = points.y
    if scene.y is None and classes:
        height = (points.value > 0).astype(np.float64) if classes == 2 else np.zeros(len(points.x))
    usual = 22 if len(points.x) <= 500 else 8
    axes.scatter(
        points.x,
        height,
        s=usual if size is None else size,
        c=colors if filled else "none",
        edgecolors=style.paper if filled else colors,
        linewidths=0.6 if filled else 1.1,
        zorder=3,
    )


def _draw_legend(axes: Axes, scene: BoundaryScene, style: Style) -> None:
    from matplotlib.lines import Line2D

    classes = len(scene.class_names)
    handles: list[Any] = []
    for label, name in enumerate(scene.class_names[:10]):
        color = style.class_color(label, classes)
        handles.append(
            Line2D([], [], marker="o", linestyle="", color=color, label=plain(name[:24]))
        )
    if len(scene.validation.x):
        ring: dict[str, Any] = {
            "markerfacecolor": "none",
            "markeredgecolor": style.ink,
            "linestyle": "",
        }
        handles.append(Line2D([], [], marker="o", label="validation", **ring))
    if handles:
        legend = axes.legend(
            handles=handles, fontsize=7, loc="upper left", framealpha=0.75, borderpad=0.4
        )
        legend.get_frame().set_facecolor(style.paper)
        legend.get_frame().set_edgecolor(style.faint)
        for text in legend.get_texts():
            text.set_color(style.ink)


def scale_of_boundary(scene: BoundaryScene) -> str:
    """The scale in words."""
    if len(scene.class_names) > 2:
        return "color: the most probable class, paler where it is less probable"
    return f"color: {number(scene.low)} to {number(scene.high)}"
