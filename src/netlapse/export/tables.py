"""Results as tables: metrics of every step, evaluations, predictions of a part.

Each is an Arrow table; `write_table` makes a CSV, Parquet, JSON or HDF5 file of it by the end of
its name. Text that a spreadsheet would take for a formula gets an apostrophe in a CSV file.
"""

from __future__ import annotations

import importlib
import io
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError, InputError
from netlapse.export.film import Film
from netlapse.export.writing import whole_file
from netlapse.protocol.messages import SplitMetrics
from netlapse.protocol.views import Part
from netlapse.version import __version__

Table = Any
"""A `pyarrow.Table`: pyarrow ships no types."""

SCORES = ("loss", "accuracy", "precision", "recall", "f1", "mae", "rmse", "r2")
MOST_RAW = 100
"""Raw inputs that stand beside predictions; images are left out."""
ROWS = 2_000
"""Rows of one question to the network."""
JSON_ROWS = 10_000
TABLE_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "h5": "application/x-hdf5",
}
"""What a table is written as: the end of the file's name, and the kind of its content."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What the first letter of a formula is, in one spreadsheet or another."""


def metrics_table(film: Film) -> Table:
    """Every step: `step`, `epoch` after it, `loss` of its batch before it, `gradient_norm`."""
    last = film.last_step
    kept = film.store.metrics(film.run, 1, last)
    steps = np.arange(1, len(kept.loss) + 1, dtype=np.int64)
    return _table(
        {
            "step": steps,
            "epoch": film.epochs(steps),
            "loss": kept.loss,
            "gradient_norm": kept.gradient_norm,
        }
    )


def evaluations_table(film: Film) -> Table:
    """Every evaluation: `step`, `epoch`, and `train_…` and `validation_…` of the task's metrics."""
    entries = film.store.evaluations(film.run)
    columns: dict[str, Any] = {
        "step": np.array([entry["step"] for entry in entries], np.int64),
        "epoch": np.array([entry["epoch"] for entry in entries], np.float64),
    }
    assert set(SCORES) <= set(SplitMetrics.model_fields)
    for part in ("train", "validation"):
        for score in SCORES:
            found = [(entry.get(part) or {}).get(score) for entry in entries]
            if any(value is not None for value in found):
                values = [math.nan if value is None else value for value in found]
                columns[f"{part}_{score}"] = np.array(values, np.float64)
    return _table(columns)


def predictions_table(film: Film, part: Part = "validation", step: int | None = None) -> Table:
    """What the network says of every sample of a part.

    Columns: `index`, the raw inputs by name (not of images), `truth`, `predicted`; of classes their
    names and `probability_<class>` of each.

    Raises:
        DataError: The data has no such part.
        StateError: The record does not reach so far.
    """
    data = film.dataset
    inputs, targets = data.part(part)
    if not len(inputs):
        raise DataError(f"The data has no {part} part.", place="part")
    is_image = data.image_shape is not None
    raw = inputs if is_image else data.train_raw if part == "train" else data.validation_raw
    moment = film.at(film.last_step if step is None else step)
    outputs = np.concatenate(
        [moment.predict(raw[begin : begin + ROWS]) for begin in range(0, len(raw), ROWS)]
    )
    columns: dict[str, Any] = {"index": np.arange(len(raw), dtype=np.int64)}
    if not is_image:
        for place, column in enumerate(data.raw_inputs[:MOST_RAW]):
            values = raw[:, place]
            named = column.categories
            columns[_own_name(column.name)] = (
                [named[int(value)] for value in values] if named else values.astype(np.float64)
            )
    names = data.class_names
    if not names:
        columns["truth"] = np.asarray(data.original(targets[:, 0].astype(np.float64)))
        columns["predicted"] = outputs[:, 0]
        return _table(columns)
    shares = np.concatenate([1 - outputs, outputs], axis=1) if len(names) == 2 else outputs
    columns["truth"] = [names[int(label)] for label in targets.reshape(-1)]
    columns["predicted"] = [names[int(label)] for label in shares.argmax(axis=1)]
    for label, name in enumerate(names):
        columns[f"probability_{name}"] = shares[:, label]
    return _table(columns)


def write_table(table: Table, path: Path, about: dict[str, str]) -> None:
    """Write a table as `.csv`, `.parquet`, `.json` or `.h5`.

    Args:
        table: The table.
        path: The file; it is there when it is whole.
        about: What Parquet and HDF5 files say of themselves, such as the run.

    Raises:
        DataError: The end of the name is another, or the file cannot be written.
        InputError: An `.h5` is asked for and `netlapse[hdf5]` is not installed.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise DataError(
            f"A table is written as {', '.join(_WRITERS)}, got `{path.suffix}`.", place=str(path)
        )
    if write is _write_hdf5:
        _h5py()
    with whole_file(path) as beside, beside.open("w+b") as file:
        write(table, file, about)


def about_run(run: str) -> dict[str, str]:
    """What a file of a run says of itself."""
    return {"run": run, "netlapse": __version__}


def as_frame(table: Table) -> Any:
    """A table as a pandas data frame.

    Raises:
        InputError: pandas is not installed.
    """
    try:
        importlib.import_module("pandas")
    except ImportError:
        raise InputError(
            "A data frame needs pandas, which is not installed.",
            remedy="Install it with `pip install pandas`, or use `to_arrow()`.",
        ) from None
    return table.to_pandas()


def _own_name(name: str) -> str:
    """The name of a raw input, beside the columns that are ours."""
    ours = name in ("index", "truth", "predicted") or name.startswith("probability_")
    return f"input {name}" if ours else name


def _table(columns: dict[str, Any]) -> Table:
    """Columns as a table."""
    arrow = importlib.import_module("pyarrow")
    return arrow.table([arrow.array(values) for values in columns.values()], names=list(columns))


def table_bytes(table: Table, format: str, about: dict[str, str]) -> bytes:
    """A table as the content of a file.

    Args:
        table: The table.
        format: One of `TABLE_MEDIA`.
        about: As in `write_table`.

    Raises:
        InputError: HDF5 is asked for and `netlapse[hdf5]` is not installed.
    """
    stream = io.BytesIO()
    _WRITERS[f".{format}"](table, stream, about)
    return stream.getvalue()


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), neutral("cat"), neutral("-1")
    ("'=1+1", 'cat', "'-1")
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_csv(table: Table, file: BinaryIO, about: dict[str, str]) -> None:
    del about
    arrow, csv = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.csv")
    columns = [
        arrow.array([neutral(text) for text in column.to_pylist()])
        if arrow.types.is_string(column.type)
        else column
        for column in table.columns
    ]
    names = [neutral(name) for name in table.column_names]
    csv.write_csv(arrow.table(columns, names=names), file)


def _write_parquet(table: Table, file: BinaryIO, about: dict[str, str]) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    parquet.write_table(table.replace_schema_metadata(about), file)


def _write_json(table: Table, file: BinaryIO, about: dict[str, str]) -> None:
    """A list of rows; what is not finite is null."""
    del about
    names = table.column_names
    before = b"[\n"
    for batch in table.to_batches(max_chunksize=JSON_ROWS):
        columns = [[_plain(value) for value in column.to_pylist()] for column in batch.columns]
        rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows]
        if lines:
            file.write(before + ",\n".join(lines).encode())
            before = b",\n"
    file.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _h5py() -> Any:
    try:
        return importlib.import_module("h5py")
    except ImportError:
        raise InputError(
            "An HDF5 file needs h5py, which is not installed.",
            remedy='Install it with `pip install "netlapse[hdf5]"`, or write a .parquet.',
        ) from None


def _write_hdf5(table: Table, file: BinaryIO, about: dict[str, str]) -> None:
    h5py = _h5py()
    with h5py.File(file, "w") as made:
        for key, value in about.items():
            made.attrs[key] = value
        made.attrs["columns"] = [str(name) for name in table.column_names]
        for index, column in enumerate(table.columns):
            values: NDArray[Any] | Sequence[str] = column.to_numpy()
            kind = (
                h5py.string_dtype()
                if getattr(values, "dtype", np.dtype("f8")).kind == "O"
                else None
            )
            # A name may hold a slash, which would make a group of it.
            name = table.column_names[index].replace("/", "∕").strip(". ") or f"column {index}"
            made.create_dataset(name, data=values, dtype=kind)


_WRITERS: dict[str, Callable[[Table, BinaryIO, dict[str, str]], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".json": _write_json,
    ".h5": _write_hdf5,
    ".hdf5": _write_hdf5,
}
