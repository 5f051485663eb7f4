"""All layers. A new layer is one module here and its name in the union."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netlapse.spec.layers.activation import ActivationLayer
from netlapse.spec.layers.base import INPUT, Layer, LayerId, Parameter, Pass, Shape
from netlapse.spec.layers.conv import Conv2D
from netlapse.spec.layers.dense import Dense
from netlapse.spec.layers.dropout import Dropout, SpatialDropout2D
from netlapse.spec.layers.flatten import Flatten
from netlapse.spec.layers.merge import Add, Concatenate
from netlapse.spec.layers.normalization import BatchNorm, LayerNorm
from netlapse.spec.layers.pooling import AveragePool2D, GlobalPool2D, MaxPool2D
from netlapse.spec.layers.separable import SeparableConv2D

AnyLayer = Annotated[
    Dense
    | Conv2D
    | SeparableConv2D
    | MaxPool2D
    | AveragePool2D
    | GlobalPool2D
    | BatchNorm
    | LayerNorm
    | Dropout
    | SpatialDropout2D
    | Flatten
    | ActivationLayer
    | Add
    | Concatenate,
    Field(discriminator="kind"),
]

__all__ = [
    "INPUT",
    "ActivationLayer",
    "Add",
    "AnyLayer",
    "AveragePool2D",
    "BatchNorm",
    "Concatenate",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalPool2D",
    "Layer",
    "LayerId",
    "LayerNorm",
    "MaxPool2D",
    "Parameter",
    "Pass",
    "SeparableConv2D",
    "Shape",
    "SpatialDropout2D",
]
