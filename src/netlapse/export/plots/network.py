"""Draws units and weights: color is the sign, width is the magnitude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netlapse.export.plots.style import Style, dress, number, plain
from netlapse.scenes.network import Column, NetworkScene

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CROWDED = 9
"""With more layers in a row names stand upright, and shapes have no room."""
WIDEST = 4.0
"""Points of the largest weight."""

Place = tuple[float, float]


def draw_network(figure: Figure, scene: NetworkScene, style: Style) -> None:
    """Columns from left to right, wires between them."""
    axes = figure.add_axes((0.02, 0.06, 0.96, 0.84))
    dress(axes, style, frame=False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    is_crowded = max(column.depth for column in scene.columns) > CROWDED
    places = [_places(scene, index) for index in range(len(scene.columns))]
    for wire in scene.wires:
        _draw_wire(axes, places[wire.source], places[wire.target], wire.weights, scene.limit, style)
    for column, spots in zip(scene.columns, places, strict=True):
        _draw_column(axes, column, spots, style, is_crowded=is_crowded)


def _places(scene: NetworkScene, index: int) -> list[Place]:
    """Middles of the units of a column; those of one depth stand one above the other."""
    column = scene.columns[index]
    deepest = max(entry.depth for entry in scene.columns) or 1
    same = [i for i, entry in enumerate(scene.columns) if entry.depth == column.depth]
    x = 0.1 + 0.8 * column.depth / deepest
    room = 0.86 / len(same)
    top = 0.93 - room * same.index(index)
    rows = len(column.shown) + (len(column.shown) < column.units)
    if rows == 0:
        return []
    pitch = min(0.085, room * 0.9 / rows)
    start = top - room / 2 + pitch * (rows - 1) / 2
    half = len(column.shown) // 2
    folded = len(column.shown) < column.units
    return [
        (x, start - pitch * (row + (folded and row >= half))) for row in range(len(column.shown))
    ]


def _draw_wire(
    axes: Axes,
    sources: list[Place],
    targets: list[Place],
    weights: np.ndarray | None,
    limit: float,
    style: Style,
) -> None:
    from matplotlib.collections import LineCollection

    if not sources or not targets:
        return
    if weights is None:
        start, end = np.mean(sources, axis=0), np.mean(targets, axis=0)
        line = LineCollection([np.array([start, end])], colors=[style.faint], linewidths=3)
        axes.add_collection(line)
        return
    pairs = [(i, j) for i in range(len(sources)) for j in range(len(targets))]
    pairs.sort(key=lambda pair: abs(float(np.nan_to_num(weights[pair]))))
    shares = [float(weights[pair]) / (limit or 1.0) for pair in pairs]
    lines = LineCollection(
        [np.array([sources[i], targets[j]]) for i, j in pairs],
        colors=[style.sign(np.sign(s) if np.isfinite(s) else 0.0) for s in shares],
        linewidths=[
            0.2 + (WIDEST - 0.2) * min(1.0, abs(s)) if np.isfinite(s) else 0.2 for s in shares
        ],
        alpha=0.85,
    )
    axes.add_collection(lines)


def _draw_column(
    axes: Axes, column: Column, spots: list[Place], style: Style, *, is_crowded: bool
) -> None:
    limit = 1.0
    if column.biases is not None and column.biases.size:
        limit = float(np.abs(np.nan_to_num(column.biases)).max()) or 1.0
    for index, (x, y) in enumerate(spots):
        value = 0.0 if column.biases is None else float(np.nan_to_num(column.biases[index])) / limit
        axes.plot(
            [x],
            [y],
            marker="o",
            markersize=4 if is_crowded else 9,
            color=style.sign(value),
            markeredgecolor=style.ink,
            markeredgewidth=0.6,
            zorder=4,
        )
        if column.labels:
            left = column.depth == 0
            axes.annotate(
                plain(column.labels[index][:14]),
                (x, y),
                (-8 if left else 8, 0),
                textcoords="offset points",
                ha="right" if left else "left",
                va="center",
                fontsize=7,
                color=style.ink,
            )
    if not spots:
        return
    x, top, low = spots[0][0], spots[0][1], spots[-1][1]
    if len(column.shown) < column.units:
        middle = (spots[len(spots) // 2 - 1][1] + spots[len(spots) // 2][1]) / 2
        axes.text(x, middle, "⋮", ha="center", va="center", fontsize=11, color=style.ink)
    if is_crowded:
        upright: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "bottom", "fontsize": 5}
        axes.text(x, top + 0.03, plain(column.layer[:16]), color=style.ink, **upright)
        return
    shape = " × ".join(map(str, column.shape))
    axes.text(x, top + 0.045, plain(column.layer), ha="center", fontsize=8, color=style.ink)
    # Shapes of neighbors would touch each other in one line.
    height = low - 0.06 - 0.03 * (column.depth % 2)
    axes.text(x, height, shape, ha="center", fontsize=7, color=style.ink)


def scale_of_network(scene: NetworkScene) -> str:
    """The scale in words."""
    return (
        f"wires: orange negative, blue positive, width to {number(scene.limit)}; "
        "units: the sign of the bias"
    )
