"""`netlapse data`: describe a dataset, fetch a collection, keep own tables and images."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from netlapse.cli.fetch import fetch_collection
from netlapse.cli.show import console, count, number, print_json, print_table
from netlapse.data import (
    COLLECTIONS,
    PARTS,
    Collection,
    Color,
    ImageStore,
    Part,
    TableStore,
    describe,
    load,
    parse_table,
    preview,
    read_images,
    suggest,
)
from netlapse.data.images.load import dataset_of, own_pictures
from netlapse.data.tables.load import load_table
from netlapse.errors import DataError, InputError, NotFoundError
from netlapse.folders import images_folder, tables_folder
from netlapse.spec.data import Bundled, Data, Images, OwnImages
from netlapse.spec.document import read_spec
from netlapse.spec.presets import PRESETS

_PART_NAMES: dict[Part, str] = {"train": "training", "validation": "validation", "test": "test"}
_NOT_BY_NAME = ("bundled", "images", "own-images", "table", "points")


@dataclass(frozen=True)
class Wish:
    """What to do with a dataset beside describing it."""

    fetch: bool = False
    """Download the collection of images first, where it is not here."""
    keep: bool = False
    """Keep the table or the images in the data folder, so that a spec can name them."""
    size: int | None = None
    """Height and width that own images are scaled to."""
    color: Color = "auto"


def describe_data(name: str, wish: Wish = Wish(), *, as_json: bool) -> None:
    """Print what a dataset holds.

    Args:
        name: Of a dataset, a preset, a file, or a folder of images.
        wish: What else to do.
        as_json: Whether to print JSON for programs.

    Raises:
        NotFoundError: There is none of that name.
        DataError: The file cannot be read, or the collection cannot be fetched.
        InputError: A wish does not fit the data.
    """
    if wish.fetch:
        fetch_collection(_collection(name))
    description = _description(name, wish)
    if as_json:
        print_json(description)
    else:
        _print(description)


def _description(name: str, wish: Wish) -> dict[str, Any]:
    document = _named(name)
    path = Path(name)
    is_images = document is None and (os.path.isdir(name) or path.suffix.lower() == ".zip")
    _refuse_unfit(
        name, wish, is_images=is_images, is_own=document is None and path.suffix != ".json"
    )
    if document is not None:
        return describe(load(document, tables=TableStore(tables_folder())))
    if not os.path.exists(name):  # not Path's, which raises where a name is too long
        known = ", ".join(dict.fromkeys((*PRESETS, *_collections(), *_bundled(), *_generators())))
        raise NotFoundError(f"There is no file and no dataset `{name:.200}`; there are: {known}.")
    if is_images:
        return _own_images(path, wish)
    if path.suffix == ".json":
        return describe(load(read_spec(path).data, tables=TableStore(tables_folder())))
    try:
        table = parse_table(path, path.name)
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=name) from error
    suggestion = suggest(table)
    found = preview(table, rows=0)
    if wish.keep:
        TableStore(tables_folder()).add(table)
    return describe(load_table(suggestion, table)) | {
        "table": {"rows": found["row_count"], "columns": found["columns"]},
        "kept": wish.keep,
        "suggestion": suggestion.to_dict(),
    }


def _own_images(path: Path, wish: Wish) -> dict[str, Any]:
    images = read_images(path, size=wish.size, color=wish.color)
    document = OwnImages(kind="own-images", images=images.id)
    dataset = dataset_of(document, own_pictures(images))
    if wish.keep:
        ImageStore(images_folder()).add(images)
    return describe(dataset) | {
        "notes": list(images.notes),
        "kept": wish.keep,
        "suggestion": document.to_dict(),
    }


def _refuse_unfit(name: str, wish: Wish, *, is_images: bool, is_own: bool) -> None:
    if not is_images and (wish.size is not None or wish.color != "auto"):
        raise InputError(
            f"--size and --color are for a folder or an archive of images, got `{name:.200}`."
        )
    if not is_own and wish.keep:
        raise InputError(f"--keep is for a table or images of yours, got `{name:.200}`.")


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
        f"{count(samples['train'], 'training sample')}, "
        f"{samples['validation']:,} for validation{tested}"
    )
    if description["dropped_rows"]:
        left_out = count(description["dropped_rows"], "row")
        out.print(f"Left out because a cell is missing: {left_out}")
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
    _print_kept(description)


def _print_kept(description: dict[str, Any]) -> None:
    """What was done while images were read, and how a spec names what was kept."""
    for note in description.get("notes", ()):
        console().print(note, soft_wrap=True, markup=False)
    if description.get("kept"):
        document = json.dumps(description["suggestion"])
        console().print(f"Kept. As the data of a spec: {document}", soft_wrap=True, markup=False)


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
