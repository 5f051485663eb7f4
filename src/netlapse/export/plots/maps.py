"""Draws the feature maps of an image, a row for each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netlapse.export.plots.style import Style, bare, number, plain
from netlapse.scenes.maps import MOST_MAPS, FeatureMapsScene

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_feature_maps(figure: Figure, scene: FeatureMapsScene, style: Style) -> None:
    """The image, then the maps of each layer."""
    rows = len(scene.layers) + (scene.image is not None)
    height = 0.85 / rows
    top = 0.9
    if scene.image is not None:
        axes = figure.add_axes((0.2, top - 0.9 * height, 0.12, 0.85 * height))
        bare(axes, style)
        shown = scene.image[..., 0] if scene.image.shape[-1] == 1 else scene.image
        axes.imshow(shown, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        _name(figure, style, top - height / 2, "input", "0 to 1")
        top -= height
    for layer in scene.layers:
        _name(figure, style, top - height / 2, layer.layer, f"± {number(layer.limit)}")
        reach = layer.limit or 1.0
        count = len(layer.maps)
        flat = layer.maps.shape[1] == 1
        width = 0.76 if flat else 0.76 / MOST_MAPS
        for index in range(count):
            inset = 0.3 if flat else 0.05
            axes = figure.add_axes(
                (
                    0.2 + index * width,
                    top - (1 - inset) * height,
                    width * (1 if flat else 0.92),
                    (1 - 2 * inset) * height,
                )
            )
            bare(axes, style)
            axes.imshow(
                np.ma.masked_invalid(layer.maps[index]),
                cmap=style.sign_map(),
                vmin=-reach,
                vmax=reach,
                aspect="auto" if flat else "equal",
                interpolation="nearest",
            )
        top -= height


def _name(figure: Figure, style: Style, y: float, name: str, scale: str) -> None:
    text = f"{plain(name)}\n{scale}"
    figure.text(0.18, y, text, ha="right", va="center", fontsize=7, color=style.ink)


def scale_of_feature_maps(scene: FeatureMapsScene) -> str:
    """The scale in words."""
    more = f"; {scene.left_out} more layers are not shown" if scene.left_out else ""
    return f"{scene.subject}; each layer has its own scale, printed beside it{more}"
