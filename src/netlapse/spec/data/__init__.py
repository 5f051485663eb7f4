"""What is learned from. A new source is one document here and its loader in `netlapse.data`.

Every source is a document with a required `kind`. It says which samples there are, how they are
divided into a training and a validation part, and which features the network sees.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netlapse.spec.data.augmentation import Augmentation
from netlapse.spec.data.base import ColumnType, DataDocument, Feature, ValidationFraction
from netlapse.spec.data.bundled import Bundled
from netlapse.spec.data.curves import Line, Parabola, Sine
from netlapse.spec.data.images import CollectionName, ImageDocument, Images, OwnImages
from netlapse.spec.data.plane import (
    Blobs,
    Circle,
    Gaussians,
    Moons,
    MultiGaussian,
    Plane,
    PlaneDocument,
    Spiral,
    Spirals,
    TruthTable,
    Xor,
)
from netlapse.spec.data.points import DrawnPoint, Points
from netlapse.spec.data.table import ColumnChoice, MissingRule, TableData

Data = Annotated[
    Circle
    | Xor
    | Gaussians
    | Spiral
    | Moons
    | Spirals
    | Blobs
    | TruthTable
    | Plane
    | MultiGaussian
    | Line
    | Parabola
    | Sine
    | Bundled
    | Images
    | OwnImages
    | TableData
    | Points,
    Field(discriminator="kind"),
]

__all__ = [
    "Augmentation",
    "Blobs",
    "Bundled",
    "Circle",
    "CollectionName",
    "ColumnChoice",
    "ColumnType",
    "Data",
    "DataDocument",
    "DrawnPoint",
    "Feature",
    "Gaussians",
    "ImageDocument",
    "Images",
    "Line",
    "MissingRule",
    "Moons",
    "MultiGaussian",
    "OwnImages",
    "Parabola",
    "Plane",
    "PlaneDocument",
    "Points",
    "Sine",
    "Spiral",
    "Spirals",
    "TableData",
    "TruthTable",
    "ValidationFraction",
    "Xor",
]
