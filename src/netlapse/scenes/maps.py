"""Feature maps: what every layer makes of one image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.scenes.caption import Caption

MOST_MAPS = 16
"""Maps of one layer that are drawn."""
MOST_LAYERS = 12


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """What one layer makes of the image."""

    layer: str
    shape: tuple[int, ...]
    """Shape of its output."""
    maps: NDArray[np.float32]
    """The first of them [k, h, w]; values of a flat layer are one row [1, 1, units]."""
    limit: float
    """The scale: from -limit to limit, the same for all maps of the layer."""


@dataclass(frozen=True, eq=False)
class FeatureMapsScene:
    """An image on its way through the network."""

    caption: Caption
    subject: str
    """Which image."""
    image: NDArray[np.float32] | None
    """The image itself [h, w, 1 or 3], 0 to 1; none where it is not at hand."""
    layers: tuple[LayerMaps, ...]
    left_out: int
    """Layers there was no room for."""


def feature_maps_scene(
    caption: Caption,
    subject: str,
    image: NDArray[np.float32] | None,
    activations: Mapping[str, NDArray[Any]],
) -> FeatureMapsScene:
    """The scene of the activations of all layers.

    Args:
        caption: Which run and step.
        subject: Which image, in words.
        image: The image.
        activations: By layer, of the shape of its output.

    Raises:
        DataError: There are none.
    """
    found = [_layer(name, np.asarray(values, np.float32)) for name, values in activations.items()]
    if not found:
        raise DataError("There are no feature maps of this network.", place="feature-maps")
    chosen = found[:MOST_LAYERS]
    return FeatureMapsScene(caption, subject, image, tuple(chosen), len(found) - len(chosen))


def _layer(name: str, values: NDArray[np.float32]) -> LayerMaps:
    is_image = values.ndim == 3
    maps = np.moveaxis(values, -1, 0)[:MOST_MAPS] if is_image else values.reshape(1, 1, -1)
    finite = np.abs(values[np.isfinite(values)])
    limit = float(finite.max()) if finite.size else 0.0
    return LayerMaps(name, values.shape, maps, limit)
