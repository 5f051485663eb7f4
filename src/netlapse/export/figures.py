"""Figures: any scene as PNG or SVG, with its scale, run, step and epoch on it.

    figure = draw(scene, theme="dark", width_px=800)
    data = encode(figure, "png")

Drawn by matplotlib's Agg alone: no pyplot, no window, no state that another thread could see. The
same scene gives the same bytes.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.export.plots.boundary import draw_boundary, scale_of_boundary
from netlapse.export.plots.confusion import draw_confusion, scale_of_confusion
from netlapse.export.plots.loss import draw_loss, scale_of_loss
from netlapse.export.plots.maps import draw_feature_maps, scale_of_feature_maps
from netlapse.export.plots.network import draw_network, scale_of_network
from netlapse.export.plots.race import draw_race, scale_of_race
from netlapse.export.plots.seven_panels import draw_seven_panels, scale_of_seven_panels
from netlapse.export.plots.style import STYLES, plain
from netlapse.export.plots.weights import draw_weights, scale_of_weights
from netlapse.palette import Theme
from netlapse.scenes import (
    BoundaryScene,
    ConfusionScene,
    FeatureMapsScene,
    LossScene,
    NetworkScene,
    RaceScene,
    Scene,
    SevenPanelsScene,
    WeightsScene,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = Literal["png", "svg"]
FORMATS: tuple[Format, ...] = ("png", "svg")
SMALLEST_PX, LARGEST_PX = 160, 2048
DOTS_PER_INCH = 100
DESIGN_PX = 640
"""Letters have the size that suits this width; a wider figure is the same, enlarged."""

_SQUARE = (BoundaryScene, ConfusionScene, RaceScene)
_DRAW: dict[type[Any], tuple[Callable[..., None], Callable[..., str]]] = {
    BoundaryScene: (draw_boundary, scale_of_boundary),
    LossScene: (draw_loss, scale_of_loss),
    NetworkScene: (draw_network, scale_of_network),
    WeightsScene: (draw_weights, scale_of_weights),
    ConfusionScene: (draw_confusion, scale_of_confusion),
    FeatureMapsScene: (draw_feature_maps, scale_of_feature_maps),
    RaceScene: (draw_race, scale_of_race),
    SevenPanelsScene: (draw_seven_panels, scale_of_seven_panels),
}
# Names of SVG elements come from a setting that all threads share.
_svg_guard = threading.Lock()


def size_of(scene: Scene, width_px: int) -> tuple[int, int]:
    """Columns and rows of a figure, both even, as video needs them.

    Raises:
        DataError: The width is out of range.
    """
    if not SMALLEST_PX <= width_px <= LARGEST_PX:
        raise DataError(
            f"The size must be between {SMALLEST_PX} and {LARGEST_PX:,} pixels, got {width_px:,}.",
            place="size",
        )
    height = width_px * 3 // 4
    if isinstance(scene, _SQUARE):
        height = width_px
    elif isinstance(scene, SevenPanelsScene):
        height = width_px * 5 // 8
    return width_px // 2 * 2, height // 2 * 2


def draw(scene: Scene, *, theme: Theme = "light", width_px: int = DESIGN_PX) -> Figure:
    """A scene as a figure of its own.

    Raises:
        DataError: The width is out of range.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style = STYLES[theme]
    width, height = size_of(scene, width_px)
    dots = DOTS_PER_INCH * width / DESIGN_PX
    figure = Figure(figsize=(width / dots, height / dots), dpi=dots, facecolor=style.paper)
    FigureCanvasAgg(figure)
    paint, scale = _DRAW[type(scene)]
    paint(figure, scene, style)
    head = plain(scene.caption.line)
    figure.text(0.5, 0.965, head, ha="center", va="center", fontsize=9, color=style.ink)
    figure.text(0.5, 0.018, plain(scale(scene)), ha="center", fontsize=7, color=style.ink)
    return figure


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """A figure as pixels [rows, columns, 3]."""
    canvas = cast("Any", figure.canvas)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba(), np.uint8)[..., :3].copy()


def encode(figure: Figure, format: Format) -> bytes:
    """A figure as the bytes of a file."""
    stream = io.BytesIO()
    if format == "png":
        figure.savefig(
            stream, format="png", dpi=figure.dpi, facecolor=figure.get_facecolor(), metadata=_PNG
        )
    else:
        from matplotlib import rc_context

        with _svg_guard, rc_context({"svg.hashsalt": "netlapse"}):
            figure.savefig(stream, format="svg", facecolor=figure.get_facecolor(), metadata=_SVG)
    return stream.getvalue()


# Neither a date nor a version: the same figure is the same file.
_PNG: Any = {"Software": None}
_SVG: Any = {"Date": None, "Creator": "netlapse"}


def format_of(path: str) -> Format:
    """The format that the end of a file's name asks for.

    Raises:
        DataError: It is neither `.png` nor `.svg`.

    >>> format_of("boundary.SVG")
    'svg'
    """
    for format in FORMATS:
        if path.lower().endswith(f".{format}"):
            return format
    raise DataError("A figure is a .png or a .svg file.", place=path)
