"""From rows of a table to a dataset: choose, read, leave out or fill, divide, encode."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlapse.data.assemble import Samples, Values, assemble, divide
from netlapse.data.dataset import Dataset
from netlapse.data.inputs import RawColumn, column_encoding, mean_and_scale
from netlapse.data.tables.limits import MAX_FEATURE_VALUES, MAX_FEATURES
from netlapse.data.tables.read import Cells, as_categories, as_numbers
from netlapse.data.tables.table import Table
from netlapse.errors import DataError
from netlapse.spec.data import ColumnType, MissingRule, TableData


def load_table(data: TableData, table: Table) -> Dataset:
    """The dataset that a document makes of a table.

    A row without a target is always left out. What fills an empty input, and what standardizes,
    is measured on the training part alone.

    Raises:
        DataError: A column does not exist or cannot be read as chosen, too few rows remain, all
            have one class, or the dataset would be too large.
    """
    target = _cells(table, data.target, data.target_as, "data.target")
    inputs = [
        _cells(table, choice.name, choice.read_as, f"data.inputs[{index}]")
        for index, choice in enumerate(data.inputs)
    ]
    kept = ~np.isnan(target.values)
    if data.missing == "drop-row":
        kept &= ~np.any([np.isnan(cells.values) for cells in inputs], axis=0)
    rows = np.flatnonzero(kept)
    _check_rows(table, rows, target)
    _check_features(inputs, len(rows))
    samples = _samples(table, data, inputs, target, rows)
    train, validation = divide(samples, data.validation_fraction, data.seed)
    fills = _fills(inputs, train[0], data.missing)
    train, validation = (
        (_filled(train[0], fills), train[1]),
        (
            _filled(validation[0], fills),
            validation[1],
        ),
    )
    encoding, names = column_encoding(samples.columns, train[0], standardize=data.standardize)
    scaled = data.target_as == "numeric" and data.standardize_target
    return assemble(
        samples,
        train,
        validation,
        encoding,
        names,
        target=mean_and_scale(train[1]) if scaled else (0.0, 1.0),
        dropped_rows=table.row_count - len(rows),
    )


def _cells(table: Table, name: str, read_as: ColumnType, place: str) -> Cells:
    column = table.column(name, place)
    return as_numbers(table, column) if read_as == "numeric" else as_categories(table, column)


def _check_rows(table: Table, rows: NDArray[np.intp], target: Cells) -> None:
    if len(rows) < 2:
        raise DataError(
            f"Training needs two rows or more, got {len(rows)} of {table.row_count:,} "
            "without a missing cell.",
            place=table.name,
            remedy="Fill the missing cells, or choose columns with fewer of them.",
        )
    if not target.categories:
        return
    classes = np.unique(target.values[rows])
    if len(classes) < 2:
        name = target.categories[int(classes[0])]
        raise DataError(
            f"Training needs two classes or more, got `{name}` in all {len(rows):,} rows.",
            place=f"Column `{target.name}`",
            remedy="Choose another target, or add rows of another class.",
        )


def _check_features(inputs: list[Cells], rows: int) -> None:
    features = sum(max(1, len(cells.categories)) for cells in inputs)
    if features > MAX_FEATURES or features * rows > MAX_FEATURE_VALUES:
        raise DataError(
            f"The inputs may make at most {MAX_FEATURES:,} features and {MAX_FEATURE_VALUES:,} "
            f"values in all, got {features:,} features for {rows:,} rows.",
            place="data.inputs",
            remedy="Choose fewer input columns; each category of a column is one feature.",
        )


def _samples(
    table: Table,
    data: TableData,
    inputs: list[Cells],
    target: Cells,
    rows: NDArray[np.intp],
) -> Samples:
    raw = np.stack([cells.values[rows] for cells in inputs], axis=1)
    target = _only_used(target, rows)
    return Samples(
        name=table.name,
        columns=tuple(
            RawColumn(cells.name, cells.categories, missing=int(np.isnan(cells.values).sum()))
            for cells in inputs
        ),
        raw=raw,
        targets=target.values,
        target_name=data.target,
        class_names=target.categories,
    )


def _only_used(target: Cells, rows: NDArray[np.intp]) -> Cells:
    """The target of the kept rows, without classes that went with the rows left out."""
    values = target.values[rows]
    if not target.categories:
        return replace(target, values=values)
    used, codes = np.unique(values, return_inverse=True)
    names = tuple(target.categories[int(index)] for index in used)
    return replace(target, values=codes.astype(np.float64), categories=names)


def _fills(inputs: list[Cells], train: Values, rule: MissingRule) -> Values:
    """What an empty cell of each column becomes [r], from the training part [n, r]."""
    return np.array(
        [_fill(cells, train[:, index], rule) for index, cells in enumerate(inputs)], np.float64
    )


def _fill(cells: Cells, train: Values, rule: MissingRule) -> float:
    if not np.isnan(cells.values).any():
        return 0.0  # nothing to fill
    known = train[~np.isnan(train)]
    if rule == "drop-row":
        return 0.0
    if not len(known):
        raise DataError(
            "An input needs one cell or more that is not empty in the training part, got none.",
            place=f"Column `{cells.name}`",
            remedy="Leave this column out.",
        )
    if cells.categories or rule == "most-frequent":
        values, counts = np.unique(known, return_counts=True)
        return float(values[counts.argmax()])
    return float(known.mean() if rule == "mean" else np.median(known))


def _filled(raw: Values, fills: Values) -> Values:
    return np.where(np.isnan(raw), fills, raw)
