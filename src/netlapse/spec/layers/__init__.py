"""All layers. A new layer is one module here and its name in the union."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netlapse.spec.layers.activation import ActivationLayer
from netlapse.spec.layers.base import INPUT, Layer, LayerId, Parameter, Pass, Shape
from netlapse.spec.layers.dense import Dense
from netlapse.spec.layers.dropout import Dropout
from netlapse.spec.layers.flatten import Flatten

AnyLayer = Annotated[Dense | ActivationLayer | Dropout | Flatten, Field(discriminator="kind")]

__all__ = [
    "INPUT",
    "ActivationLayer",
    "AnyLayer",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "LayerId",
    "Parameter",
    "Pass",
    "Shape",
]
