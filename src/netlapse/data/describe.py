"""A dataset in numbers, as plain data for the command line and the Studio."""

from __future__ import annotations

from typing import Any

import numpy as np

from netlapse.data.dataset import PARTS, Dataset
from netlapse.data.inputs import RawInput


def describe(dataset: Dataset) -> dict[str, Any]:
    """Samples of each part, balance of the classes, and each raw input in numbers.

    Images have `image` (height, width, channels) instead of features and columns.
    Minimum, maximum and mean are over both parts, in the units of the source; `missing` counts
    the empty cells of the source, before rows were left out or cells filled.

    >>> from netlapse.data.load import load
    >>> from netlapse.spec.data import TruthTable
    >>> describe(load(TruthTable(kind="truth-table", gate="and")))["classes"]
    [{'name': '0', 'train': 3, 'validation': 0, 'test': 0},
     {'name': '1', 'train': 1, 'validation': 0, 'test': 0}]
    """
    shape = dataset.image_shape
    return {
        "name": dataset.name,
        "task": dataset.task,
        "samples": {
            "train": len(dataset.train_inputs),
            "validation": len(dataset.validation_inputs),
            "test": len(dataset.test_inputs),
        },
        "image": shape and dict(zip(("height", "width", "channels"), shape, strict=True)),
        "features": [] if shape else list(dataset.feature_names),
        "output_units": dataset.output_units,
        "dropped_rows": dataset.dropped_rows,
        "classes": _classes(dataset),
        "columns": []
        if shape
        else [_column(dataset, index) for index in range(len(dataset.raw_inputs))],
        "target": _target(dataset),
    }


def class_indices(targets: np.ndarray) -> np.ndarray:
    """The class of each sample, from targets in either form ([n] or [n, 1])."""
    return targets.reshape(-1).astype(np.intp)


def _classes(dataset: Dataset) -> list[dict[str, Any]]:
    count = len(dataset.class_names)
    if not count:
        return []
    counts = {
        part: np.bincount(class_indices(dataset.part(part)[1]), minlength=count).tolist()
        for part in PARTS
    }
    return [
        {"name": name, **{part: counts[part][index] for part in PARTS}}
        for index, name in enumerate(dataset.class_names)
    ]


def _column(dataset: Dataset, index: int) -> dict[str, Any]:
    column = dataset.raw_inputs[index]
    both = np.concatenate([dataset.train_raw[:, index], dataset.validation_raw[:, index]])
    base = {"name": column.name, "kind": column.kind, "missing": column.missing}
    return base | (_counts(column, both) if column.categories else _extent(both))


def _counts(column: RawInput, values: np.ndarray) -> dict[str, Any]:
    counts = np.bincount(values.astype(np.intp), minlength=len(column.categories))
    return {"categories": dict(zip(column.categories, counts.tolist(), strict=True))}


def _target(dataset: Dataset) -> dict[str, Any]:
    base: dict[str, Any] = {"name": dataset.target_name}
    if dataset.task != "regression":
        return base
    both = np.concatenate([dataset.train_targets, dataset.validation_targets])
    return base | _extent(dataset.original(both.astype(np.float64)))


def _extent(values: np.ndarray) -> dict[str, float]:
    return {
        "minimum": float(values.min()),
        "maximum": float(values.max()),
        "mean": float(values.mean(dtype=np.float64)),
    }
