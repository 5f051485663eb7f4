"""Samples to learn from: generated, classical, drawn, images, or the user's own tables.

`load` makes a dataset of a data document. Importing this package loads NumPy and nothing heavier;
Arrow and scikit-learn are imported by the functions that need them.
"""

from netlapse.data.dataset import PARTS, Dataset, Part, Task
from netlapse.data.describe import describe
from netlapse.data.encoding import (
    Encoding,
    FeatureCode,
    OneHot,
    Power,
    Sine,
    Standardized,
    encode,
    point_encoding,
)
from netlapse.data.facts import facts_of, known_facts
from netlapse.data.images import (
    COLLECTIONS,
    Collection,
    CollectionFolder,
    Color,
    ImagesEntry,
    ImageSet,
    ImageStore,
    folder_of,
    read_images,
)
from netlapse.data.inputs import RawInput
from netlapse.data.load import load
from netlapse.data.plane import InputPlane
from netlapse.data.tables import (
    Table,
    TableEntry,
    TableStore,
    check_size,
    infer,
    infer_target,
    parse_table,
    preview,
    suggest,
)

__all__ = [
    "COLLECTIONS",
    "PARTS",
    "Collection",
    "CollectionFolder",
    "Color",
    "Dataset",
    "Encoding",
    "FeatureCode",
    "ImageSet",
    "ImageStore",
    "ImagesEntry",
    "InputPlane",
    "OneHot",
    "Part",
    "Power",
    "RawInput",
    "Sine",
    "Standardized",
    "Table",
    "TableEntry",
    "TableStore",
    "Task",
    "check_size",
    "describe",
    "encode",
    "facts_of",
    "folder_of",
    "infer",
    "infer_target",
    "known_facts",
    "load",
    "parse_table",
    "point_encoding",
    "preview",
    "read_images",
    "suggest",
]
