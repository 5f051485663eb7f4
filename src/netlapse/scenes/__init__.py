"""Scenes: what a figure shows, as plain data; nothing is drawn here."""

from __future__ import annotations

from netlapse.scenes.boundary import BoundaryScene
from netlapse.scenes.confusion import ConfusionScene
from netlapse.scenes.loss import LossScene
from netlapse.scenes.maps import FeatureMapsScene
from netlapse.scenes.network import NetworkScene
from netlapse.scenes.race import RaceScene
from netlapse.scenes.seven_panels import SevenPanelsScene
from netlapse.scenes.weights import WeightsScene

__all__ = [
    "BoundaryScene",
    "ConfusionScene",
    "FeatureMapsScene",
    "LossScene",
    "NetworkScene",
    "RaceScene",
    "Scene",
    "SevenPanelsScene",
    "WeightsScene",
]

Scene = (
    BoundaryScene
    | LossScene
    | NetworkScene
    | WeightsScene
    | ConfusionScene
    | FeatureMapsScene
    | SevenPanelsScene
    | RaceScene
)
