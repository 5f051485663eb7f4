"""What the Studio shows of a dataset before training: facts, columns, balance, points to plot."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data import PARTS, Dataset, RawInput, TableStore, describe, facts_of, load
from netlapse.data.images.album import Album
from netlapse.protocol.rest.datasets import (
    CategoryCount,
    ClassBalance,
    ColumnSummary,
    DatasetPreview,
    ImageShape,
    PointsPart,
)
from netlapse.server.albums import Albums
from netlapse.spec.data import Data, ImageDocument
from netlapse.spec.network import Facts

MAX_POINTS = 5000
MAX_NUMBERS = 400_000
"""Points times columns of a preview: about 4 MB of JSON."""
MIN_POINTS = 100
SHOWN_ROWS = 20
CACHED = 8
_NO_POINTS = PointsPart(inputs=(), target=(), validation=())

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Seen:
    """What is kept of a dataset after it has been looked at."""

    facts: Facts
    preview: bytes
    """A `DatasetPreview` as JSON."""


class Datasets:
    """Looks at datasets and remembers the newest few, by their documents. Safe for threads."""

    def __init__(self, tables: TableStore, albums: Albums | None = None) -> None:
        self._tables = tables
        self._albums = albums or Albums(tables.folder.parent)
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._lock = Lock()

    def recall(self, data: Data) -> Seen | None:
        """What is remembered of a dataset; none where it must be loaded."""
        with self._lock:
            return self._seen.get(_key(data))

    def look(self, data: Data) -> Seen:
        """Load a dataset and look at it.

        Raises:
            DataError: The data cannot be used.
            NotFoundError: The table does not exist.
        """
        seen = self.recall(data)
        if seen is None:
            seen = self._look(data)
        with self._lock:
            key = _key(data)
            self._seen[key] = seen
            self._seen.move_to_end(key)
            while len(self._seen) > CACHED:
                self._seen.popitem(last=False)
        return seen

    def _look(self, data: Data) -> Seen:
        if isinstance(data, ImageDocument):
            album = self._albums.open(data)
            return Seen(album.facts, _json(image_preview(album)))
        dataset = load(data, tables=self._tables)
        return Seen(facts_of(dataset), _json(preview_of(dataset)))

    def forget(self) -> None:
        """Forget everything: a table or images were deleted."""
        self._albums.forget()
        with self._lock:
            self._seen.clear()


def _key(data: Data) -> str:
    """What looks depend on: augmentation changes nothing of what the data holds."""
    return data.model_dump_json(exclude={"augmentation"})


def _json(preview: DatasetPreview) -> bytes:
    return preview.model_dump_json().encode()


def image_preview(album: Album) -> DatasetPreview:
    """What the Studio shows of images: parts and classes; their pixels come page by page."""
    names = album.pictures.class_names
    counts = {part: np.bincount(album.labels(part), minlength=len(names)) for part in PARTS}
    height, width, channels = album.image_shape
    both = counts["train"] + counts["validation"]
    target = ColumnSummary(
        name=album.pictures.target_name,
        read_as="categorical",
        categories=tuple(
            CategoryCount(name=name, count=count)
            for name, count in zip(names, both.tolist(), strict=True)
        ),
    )
    return DatasetPreview(
        name=album.pictures.name,
        task=album.facts.task,
        **{part: int(counts[part].sum()) for part in PARTS},
        image=ImageShape(height=height, width=width, channels=channels),
        feature_names=(),
        raw_names=(),
        target_name=target.name,
        class_names=names,
        dropped_rows=0,
        columns=(target,),
        balance=tuple(
            ClassBalance(name=name, **{part: int(counts[part][index]) for part in PARTS})
            for index, name in enumerate(names)
        ),
        points=_NO_POINTS,
        rows=(),
    )


def preview_of(dataset: Dataset) -> DatasetPreview:
    """What the Studio shows of a dataset that is no images."""
    described = describe(dataset)
    return DatasetPreview(
        name=dataset.name,
        task=dataset.task,
        train=len(dataset.train_inputs),
        validation=len(dataset.validation_inputs),
        feature_names=dataset.feature_names,
        raw_names=dataset.raw_names,
        target_name=dataset.target_name,
        class_names=dataset.class_names,
        dropped_rows=dataset.dropped_rows,
        columns=(*_input_columns(dataset), _target_column(dataset)),
        balance=tuple(ClassBalance.model_validate(entry) for entry in described["classes"]),
        points=_points(dataset),
        rows=_rows(dataset),
    )


def _input_columns(dataset: Dataset) -> list[ColumnSummary]:
    raw = np.concatenate([dataset.train_raw, dataset.validation_raw]).astype(np.float64)
    return [_input_column(column, raw[:, i]) for i, column in enumerate(dataset.raw_inputs)]


def _input_column(column: RawInput, values: Numbers) -> ColumnSummary:
    shared: dict[str, Any] = {
        "name": column.name,
        "read_as": column.kind,
        "low": column.low,
        "high": column.high,
        "median": column.median,
        "missing": column.missing,
    }
    if column.categories:
        return ColumnSummary(**shared, categories=_counts(column.categories, values))
    return ColumnSummary(**shared, **_extent(values))


def _target_column(dataset: Dataset) -> ColumnSummary:
    values = np.concatenate([_targets(dataset, validation=False), _targets(dataset)])
    if dataset.class_names:
        counts = _counts(dataset.class_names, values)
        return ColumnSummary(name=dataset.target_name, read_as="categorical", categories=counts)
    low, high = dataset.target_range
    extent = _extent(values)
    return ColumnSummary(name=dataset.target_name, read_as="numeric", low=low, high=high, **extent)


def _targets(dataset: Dataset, *, validation: bool = True) -> Numbers:
    """Indices of classes, or values in the unit of the source [n]."""
    stored = dataset.validation_targets if validation else dataset.train_targets
    values = stored.astype(np.float64).reshape(-1)
    return values if dataset.class_names else dataset.original(values)


def _counts(names: tuple[str, ...], values: Numbers) -> tuple[CategoryCount, ...]:
    counts = np.bincount(values.astype(np.intp), minlength=len(names)).tolist()
    return tuple(CategoryCount(name=n, count=c) for n, c in zip(names, counts, strict=True))


def _extent(values: Numbers) -> dict[str, Any]:
    return {
        "minimum": float(values.min()),
        "maximum": float(values.max()),
        "mean": float(values.mean()),
        "standard_deviation": float(values.std()),
    }


def _points(dataset: Dataset) -> PointsPart:
    columns = len(dataset.raw_inputs) + 1
    limit = min(MAX_POINTS, max(MIN_POINTS, MAX_NUMBERS // columns))
    train, validation = len(dataset.train_raw), len(dataset.validation_raw)
    # Both parts are in shuffled order, so their beginnings are fair samples of them.
    share = min(1.0, limit / (train + validation))
    kept, held = math.ceil(train * share), int(validation * share)
    raw = np.concatenate([dataset.train_raw[:kept], dataset.validation_raw[:held]])
    target = np.concatenate([_targets(dataset, validation=False)[:kept], _targets(dataset)[:held]])
    return PointsPart(
        inputs=tuple(_rounded(column) for column in raw.T),
        target=_rounded(target),
        validation=(False,) * kept + (True,) * held,
        components=_components(dataset, raw, kept, held),
    )


def _components(
    dataset: Dataset, raw: NDArray[np.float32], kept: int, held: int
) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    if len(dataset.raw_inputs) < 3:
        return None
    inputs = (dataset.train_inputs[:kept], dataset.validation_inputs[:held])
    across, up = dataset.plane_points("pca", (2, 2)).coordinates(raw, np.concatenate(inputs)).T
    return _rounded(across), _rounded(up)


def _rounded(values: Numbers) -> tuple[float, ...]:
    """Seven digits of the largest value: no plot shows more, and the text is half as long."""
    largest = float(np.abs(values).max(initial=0.0))
    decimals = 6 - math.floor(math.log10(largest)) if largest > 0 else 0
    return tuple(np.round(values.astype(np.float64), decimals).tolist())


def _rows(dataset: Dataset) -> tuple[tuple[str, ...], ...]:
    raw, targets = dataset.train_raw[:SHOWN_ROWS], _targets(dataset, validation=False)
    names = [column.categories for column in dataset.raw_inputs]
    return tuple(
        (
            *(_cell(float(value), labels) for value, labels in zip(row, names, strict=True)),
            _cell(float(target), dataset.class_names),
        )
        for row, target in zip(raw, targets, strict=False)
    )


def _cell(value: float, labels: tuple[str, ...]) -> str:
    return labels[int(value)] if labels else f"{value:.6g}"
