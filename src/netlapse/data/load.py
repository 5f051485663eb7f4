"""From a data document to a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netlapse.data.assemble import Samples, assemble, divide
from netlapse.data.bundled import bundled_samples
from netlapse.data.dataset import Dataset
from netlapse.data.encoding import Power, point_encoding
from netlapse.data.generators import generate
from netlapse.data.images.load import load_images
from netlapse.data.inputs import RawColumn, column_encoding
from netlapse.data.points import PLANE, point_samples
from netlapse.data.split import generator
from netlapse.data.tables.load import load_table
from netlapse.errors import DataError
from netlapse.spec.data import (
    Blobs,
    Bundled,
    Data,
    DataDocument,
    ImageDocument,
    MultiGaussian,
    Plane,
    PlaneDocument,
    Points,
    Spirals,
    TableData,
    TruthTable,
)

if TYPE_CHECKING:
    from netlapse.data.tables.store import TableStore


def load(data: Data, *, tables: TableStore | None = None, folder: Path | None = None) -> Dataset:
    """The dataset that a document describes: the same document gives the same bits.

    Args:
        data: Any data document.
        tables: Where the user's tables are; needed for documents of the kind `table` alone.
        folder: The data folder, where images lie; by default the one that holds `tables`, else the
            user's own.

    Raises:
        DataError: The data cannot be used; the message names row and column where there are any.
        NotFoundError: The table or the images do not exist.

    >>> from netlapse.spec.data import Xor
    >>> dataset = load(Xor(kind="xor", samples=10, features=("x", "y", "xy")))
    >>> dataset.train_inputs.shape, dataset.task
    ((5, 3), 'binary')
    """
    if folder is None and tables is not None:
        folder = tables.folder.parent
    match data:
        case ImageDocument():
            return load_images(data, folder)
        case TableData():
            if tables is None:
                raise DataError("This data needs the folder of tables, got none.", place="data")
            return load_table(data, tables.get(data.table))
        case Bundled():
            return _columns(data, bundled_samples(data))
        case Points():
            return _plane(data, point_samples(data))
        case PlaneDocument():
            return _plane(data, _generated(data, _plane_columns(data), _classes(data)))
        case _:
            samples = _generated(data, (RawColumn("x", domain=(-1.1, 1.1)),), ())
            parts = divide(samples, data.validation_fraction, data.seed)
            return assemble(samples, *parts, (Power((0,), (1,)),), ("x",))


def _generated(
    data: DataDocument, columns: tuple[RawColumn, ...], class_names: tuple[str, ...]
) -> Samples:
    raw, targets = generate(data, generator(data.seed, 0))
    target_name = "class" if class_names else "target" if len(columns) == 2 else "y"
    return Samples(data.title, columns, raw, targets, target_name, class_names)


def _plane_columns(data: PlaneDocument) -> tuple[RawColumn, ...]:
    if isinstance(data, TruthTable):
        return (RawColumn("x", domain=(-0.5, 1.5)), RawColumn("y", domain=(-0.5, 1.5)))
    return PLANE


def _classes(data: PlaneDocument) -> tuple[str, ...]:
    if isinstance(data, Plane | MultiGaussian):
        return ()
    count = data.classes if isinstance(data, Spirals | Blobs) else 2
    return tuple(str(index) for index in range(count))


def _plane(data: PlaneDocument, samples: Samples) -> Dataset:
    parts = divide(samples, data.validation_fraction, data.seed)
    return assemble(samples, *parts, point_encoding(data.features), data.features)


def _columns(data: Bundled, samples: Samples) -> Dataset:
    train, validation = divide(samples, data.validation_fraction, data.seed)
    encoding, names = column_encoding(samples.columns, train[0], standardize=data.standardize)
    return assemble(samples, train, validation, encoding, names)
