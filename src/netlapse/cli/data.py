"""`netlapse data`: describe a dataset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from netlapse.cli.fetch import fetch_collection
from netlapse.cli.show import console, number, print_json, print_table
from netlapse.data import (
    COLLECTIONS,
    PARTS,
    Collection,
    Part,
    TableStore,
    describe,
    load,
    parse_table,
    preview,
    suggest,
)
from netlapse.data.tables.load import load_table
from netlapse.errors import DataError, InputError, NotFoundError
from netlapse.folders import tables_folder
from netlapse.spec.data import Bundled, Data, Images
from netlapse.spec.document import read_spec
from netlapse.spec.presets import PRESETS

_PART_NAMES: dict[Part, str] = {"train": "training", "validation": "validation", "test": "test"}
_NOT_BY_NAME = ("bundled", "images", "own-images", "table", "points")


def describe_data(name: str, *, fetch: bool = False, as_json: bool) -> None:
    """Print what a dataset holds.

    Args:
        name: Of a dataset, a preset or a file.
        fetch: Whether to download the collection of images first, where it is not here.
        as_json: Whether to print JSON for programs.

    Raises:
        NotFoundError: There is none of that name.
        DataError: The file cannot be read as a table, or the collection cannot be fetched.
        InputError: The dataset is no collection that could be fetched.
    """
    if fetch:
        fetch_collection(_collection(name))
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
        known = ", ".join(dict.fromkeys((*PRESETS, *_collections(), *_bundled(), *_generators())))
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


def _collection(name: str) -> Collection:
    """The collection of that name, or of the preset of that name."""
    document = _named(name)
    chosen = document.name if isinstance(document, Images) else name
    for collection in COLLECTIONS.values():
        if collection.name == chosen:
            return collection
    known = ", ".join(collection.name for collection in COLLECTIONS.values() if collection.files)
    raise InputError(f"--fetch is for collections of images ({known}), got `{name:.200}`.")


def _named(name: str) -> Data | None:
    if name in PRESETS:
        return PRESETS[name].spec.data
    adapter: TypeAdapter[Data] = TypeAdapter(Data)
    if name in _collections():
        return adapter.validate_python({"kind": "images", "name": name})
    if name in _bundled():
        return adapter.validate_python({"kind": "bundled", "name": name})
    if name in _generators():
        return adapter.validate_python({"kind": name})
    return None


def _collections() -> tuple[str, ...]:
    """Those that have no other name already: the digits are a classical dataset."""
    return tuple(name for name in COLLECTIONS if name not in _bundled())


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
    tested = f", {samples['test']:,} for the test" if samples["test"] else ""
    out.print(
        f"{samples['train']:,} training samples, {samples['validation']:,} for validation{tested}"
    )
    if description["dropped_rows"]:
        out.print(f"{description['dropped_rows']:,} rows are left out: a cell is missing")
    if description["image"]:
        out.print(_image(description["image"]))
    else:
        _print_columns(description)
    if description["classes"]:
        parts: list[Part] = [part for part in PARTS if samples[part] or part != "test"]
        print_table(
            ("class", *(_PART_NAMES[part] for part in parts)),
            ((c["name"], *(str(c[part]) for part in parts)) for c in description["classes"]),
            numbers=range(1, 1 + len(parts)),
        )


def _image(image: dict[str, int]) -> str:
    color = "grayscale" if image["channels"] == 1 else "color"
    return f"Images: {image['width']}×{image['height']} pixels, {color}"


def _print_columns(description: dict[str, Any]) -> None:
    console().print(f"Features: {', '.join(description['features'])}", soft_wrap=True)
    columns = [_column(column) for column in description["columns"]]
    columns.append((f"{description['target']['name']} (target)", *_extent(description["target"])))
    print_table(("column", "minimum", "mean", "maximum"), columns, numbers=(1, 2, 3))


def _column(column: dict[str, Any]) -> tuple[str, str, str, str]:
    missing = f" ({column['missing']:,} missing)" if column["missing"] else ""
    return (column["name"] + missing, *_extent(column))


def _extent(column: dict[str, Any]) -> tuple[str, str, str]:
    minimum, mean, maximum = (number(column.get(key)) for key in ("minimum", "mean", "maximum"))
    return minimum, mean, maximum
