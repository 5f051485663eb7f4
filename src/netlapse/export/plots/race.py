"""Draws a race of optimizers: the surface from above with the paths, and below it their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netlapse.export.plots.style import Color, Style, dress, number, plain
from netlapse.scenes.race import RaceScene, Track

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ORDER = (0, 2, 6, 4, 1, 5, 9, 8)
"""Racers have the colors of classes, those that stand out most first, as in the Studio
(`web/src/draw/labColors.ts`)."""


def draw_race(figure: Figure, scene: RaceScene, style: Style) -> None:
    """Contours with paths, start and minima; values over the steps; who is who."""
    _draw_surface(figure.add_axes((0.1, 0.37, 0.87, 0.56)), scene, style)
    _draw_values(figure.add_axes((0.1, 0.1, 0.87, 0.19)), scene, style)


def scale_of_race(scene: RaceScene) -> str:
    """The scale in words."""
    if not scene.levels:
        return "the function has no contour lines here"
    ends = f"{number(scene.levels[0])} to {number(scene.levels[-1])}"
    return f"contour lines at {len(scene.levels)} heights from {ends}, closer near the least"


def _color(index: int, style: Style) -> Color:
    return style.class_color(ORDER[index % len(ORDER)], len(ORDER))


def _draw_surface(axes: Axes, scene: RaceScene, style: Style) -> None:
    dress(axes, style)
    rows, columns = scene.values.shape
    x, y = np.linspace(*scene.x, columns), np.linspace(*scene.y, rows)
    values = np.ma.masked_invalid(scene.values)
    if scene.levels:
        axes.contour(x, y, values, levels=scene.levels, colors=style.faint, linewidths=0.8)
    if np.ma.is_masked(values):
        wrong = np.ma.getmaskarray(values).astype(float)
        hatched: Any = axes.contourf(x, y, wrong, [0.5, 1.5], colors="none", hatches=["////"])
        hatched.set_edgecolor(style.faint)
    if len(scene.minima):
        axes.plot(*scene.minima.T, "*", color=style.ink, markersize=9, label="minimum", zorder=6)
    axes.plot(*scene.start, "o", mfc="none", mec=style.ink, markersize=8, label="start", zorder=3)
    for index, track in enumerate(scene.tracks):
        _draw_track(axes, scene, track, _color(index, style))
    axes.set_xlim(*scene.x)
    axes.set_ylim(*scene.y)
    axes.set_xlabel("x", fontsize=9, labelpad=1)
    axes.set_ylabel("y", fontsize=9, labelpad=1)
    legend = axes.legend(fontsize=7, loc="upper right", framealpha=0.8, borderpad=0.4)
    legend.get_frame().set_facecolor(style.paper)
    legend.get_frame().set_edgecolor(style.faint)
    for text in legend.get_texts():
        text.set_color(style.ink)


def _draw_track(axes: Axes, scene: RaceScene, track: Track, color: Color) -> None:
    points = track.until(scene.caption.step)
    is_over = track.ended is not None and scene.caption.step >= track.ended
    name = f"{track.name} (ends at step {track.ended:,})" if is_over else track.name
    dots = "." if len(points) <= 200 else ""
    axes.plot(
        points[:, 0],
        points[:, 1],
        color=color,
        linewidth=1.3,
        marker=dots,
        markersize=3.5,
        label=plain(name),
        zorder=4,
    )
    axes.plot(*points[-1, :2], "X" if is_over else "o", color=color, markersize=6, zorder=5)


def _draw_values(axes: Axes, scene: RaceScene, style: Style) -> None:
    dress(axes, style)
    axes.grid(color=style.faint, linewidth=0.5, alpha=0.6)
    for index, track in enumerate(scene.tracks):
        values = track.until(scene.caption.step)[:, 2]
        axes.plot(values, color=_color(index, style), linewidth=1.3)
        axes.plot(len(values) - 1, values[-1], "o", color=_color(index, style), markersize=4)
    axes.set_xlim(0, scene.caption.steps)
    if scene.is_logarithmic:
        axes.set_yscale("log")
        axes.set_ylim(scene.low / 2, scene.high * 2)
    else:
        margin = 0.05 * (scene.high - scene.low) or 0.05
        axes.set_ylim(scene.low - margin, scene.high + margin)
    axes.set_xlabel("step", fontsize=9, labelpad=1)
    axes.set_ylabel("f(x, y)", fontsize=9)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
