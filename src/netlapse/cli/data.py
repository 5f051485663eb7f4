"""`netlapse data`: describe a dataset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from netlapse.cli.show import console, number, print_json, print_table
from netlapse.data import TableStore, describe, load, parse_table, preview, suggest
from netlapse.data.tables.load import load_table
from netlapse.errors import DataError, NotFoundError
from netlapse.folders import tables_folder
from netlapse.spec.data import Bundled, Data
from netlapse.spec.document import read_spec
from netlapse.spec.presets import PRESETS

_NOT_BY_NAME = ("bundled", "table", "points")


def describe_data(name: str, *, as_json: bool) -> None:
    """Print what a dataset holds.

    Raises:
        NotFoundError: There is none of that name.
        DataError: The file cannot be read as a table.
    """
    description = _description(name)
    if as_json:
        print_json(description)
    else:
        _print(description)


def _description(name: str) -> dict[str, Any]:
    document = _named(name)
    if document is not None:
        return describe(load(document, tables=TableStore(tables_folder())))
    path = Path(name)
    if os.path.isdir(name):
        raise DataError("A table is a file, got a folder.", place=name)
    if not os.path.exists(name):  # not Path's, which raises where a name is too long
        known = ", ".join(dict.fromkeys((*PRESETS, *_bundled(), *_generators())))
        raise NotFoundError(f"There is no file and no dataset `{name:.200}`; there are: {known}.")
    if path.suffix == ".json":
        return describe(load(read_spec(path).data, tables=TableStore(tables_folder())))
    try:
        table = parse_table(path, path.name)
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=name) from error
    suggestion = suggest(table)
    found = preview(table, rows=0)
    return describe(load_table(suggestion, table)) | {
        "table": {"rows": found["row_count"], "columns": found["columns"]},
        "suggestion": suggestion.to_dict(),
    }


def _named(name: str) -> Data | None:
    if name in PRESETS:
        return PRESETS[name].spec.data
    adapter: TypeAdapter[Data] = TypeAdapter(Data)
    if name in _bundled():
        return adapter.validate_python({"kind": "bundled", "name": name})
    if name in _generators():
        return adapter.validate_python({"kind": name})
    return None


def _bundled() -> tuple[str, ...]:
    return get_args(Bundled.model_fields["name"].annotation)


def _generators() -> tuple[str, ...]:
    union = get_args(Data)[0]
    kinds = [get_args(member.model_fields["kind"].annotation)[0] for member in get_args(union)]
    return tuple(kind for kind in kinds if kind not in _NOT_BY_NAME)


def _print(description: dict[str, Any]) -> None:
    samples = description["samples"]
    out = console()
    out.print(f"{description['name']}: {description['task']}", soft_wrap=True)
    out.print(f"{samples['train']:,} training samples, {samples['validation']:,} for validation")
    if description["dropped_rows"]:
        out.print(f"{description['dropped_rows']:,} rows are left out: a cell is missing")
    out.print(f"Features: {', '.join(description['features'])}", soft_wrap=True)
    columns = [_column(column) for column in description["columns"]]
    columns.append((f"{description['target']['name']} (target)", *_extent(description["target"])))
    print_table(("column", "minimum", "mean", "maximum"), columns, numbers=(1, 2, 3))
    if description["classes"]:
        print_table(
            ("class", "training", "validation"),
            ((c["name"], str(c["train"]), str(c["validation"])) for c in description["classes"]),
            numbers=(1, 2),
        )


def _column(column: dict[str, Any]) -> tuple[str, str, str, str]:
    missing = f" ({column['missing']:,} missing)" if column["missing"] else ""
    return (column["name"] + missing, *_extent(column))


def _extent(column: dict[str, Any]) -> tuple[str, str, str]:
    minimum, mean, maximum = (number(column.get(key)) for key in ("minimum", "mean", "maximum"))
    return minimum, mean, maximum
