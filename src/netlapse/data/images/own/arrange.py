"""Which file shows what: classes by folders, and a test part where there is one.

cats/1.png  dogs/7.jpg                     classes are the folders
pets/cats/1.png  pets/dogs/7.jpg           folders around all of it do not count
train/cats/1.png  test/dogs/7.jpg          a test part of its own
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from netlapse.data.images.own.decode import ENDINGS
from netlapse.data.images.own.entries import Entries, Entry, Parts, shown
from netlapse.data.images.own.limits import MAX_CLASSES, MAX_FILES, MAX_NAME_LENGTH
from netlapse.errors import DataError

Shown = tuple[Entry, int]
"""A file and the index of its class."""
_ARCHIVES = (".zip", ".tar", ".tgz", ".7z", ".rar", ".gz", ".bz2", ".xz")
_OTHER_PICTURES = (".tif", ".tiff", ".heic", ".heif", ".avif", ".svg", ".ico", ".psd", ".jp2")
_PARTS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}


@dataclass(frozen=True)
class Arranged:
    """Files by part, each with its class."""

    class_names: tuple[str, ...]
    train: tuple[Shown, ...]
    test: tuple[Shown, ...]
    notes: tuple[str, ...]


def arrange(entries: Entries) -> Arranged:
    """Find the classes.

    Raises:
        DataError: There are no images, images without a class, an empty class, one class only or
            too many, or an archive within.
    """
    images = [entry for entry in entries.files if _ends(entry, ENDINGS)]
    _refuse_others(entries.files)
    if not images:
        raise DataError(
            "There must be images (PNG, JPEG, GIF, BMP or WebP), got none.",
            remedy="Put the images of each class into a folder of its own.",
        )
    depth = _around([entry.parts for entry in images], entries.folders)
    parted = _is_parted(images, depth)
    found = [_classed(entry, depth + parted) for entry in images]
    folders = {
        parts[depth + parted] for parts in entries.folders if len(parts) == depth + parted + 1
    }
    names = _checked_names({name for _, name in found} | folders)
    _refuse_empty(names, {name for _, name in found})
    index = {name: at for at, name in enumerate(names)}
    parts = [_part(entry, depth) if parted else "train" for entry in images]
    chosen = [(entry, index[name], part) for (entry, name), part in zip(found, parts, strict=True)]
    train = tuple((entry, label) for entry, label, part in chosen if part != "test")
    test = tuple((entry, label) for entry, label, part in chosen if part == "test")
    _refuse_untrained(names, train)
    return Arranged(names, train, test, tuple(_notes(entries, images, parts)))


def _ends(entry: Entry, endings: tuple[str, ...]) -> bool:
    return entry.parts[-1].lower().endswith(endings)


def _refuse_others(files: Iterable[Entry]) -> None:
    for entry in files:
        if _ends(entry, _ARCHIVES):
            raise DataError(
                f"Images must not lie in an archive within, got `{entry.place}`.",
                remedy="Unpack it, and pack the images themselves.",
            )
        if _ends(entry, _OTHER_PICTURES):
            raise DataError(
                f"Images must be PNG, JPEG, GIF, BMP or WebP, got `{entry.place}`.",
                remedy="Convert it, or take it out.",
            )


def _around(images: list[Parts], folders: tuple[Parts, ...]) -> int:
    """How many folders lie around all of it."""
    depth = 0
    while all(len(parts) > depth + 2 for parts in images):
        if len({parts[depth] for parts in (*images, *folders) if len(parts) > depth}) > 1:
            break
        depth += 1
    return depth


def _is_parted(images: list[Entry], depth: int) -> bool:
    tops = {_PARTS.get(entry.parts[depth].lower()) for entry in images}
    return None not in tops and "train" in tops and len(tops) > 1


def _part(entry: Entry, depth: int) -> str:
    return _PARTS[entry.parts[depth].lower()]


def _classed(entry: Entry, depth: int) -> tuple[Entry, str]:
    if len(entry.parts) < depth + 2:
        raise DataError(
            f"Every image must lie in the folder of its class, got `{entry.place}` in none.",
            remedy="Put the images of each class into a folder of its own.",
        )
    return entry, entry.parts[depth]


def _checked_names(names: set[str]) -> tuple[str, ...]:
    if len(names) < 2:
        raise DataError(
            f"There must be at least two classes, got only `{shown(min(names))}`.",
            remedy="Add a folder with the images of another class.",
        )
    if len(names) > MAX_CLASSES:
        raise DataError(
            f"There may be at most {MAX_CLASSES} classes, got {len(names):,}.",
            remedy="Put several classes into one folder.",
        )
    for name in names:
        if len(name) > MAX_NAME_LENGTH or not name.isprintable():
            raise DataError(
                f"The name of a class may have at most {MAX_NAME_LENGTH} printable characters, "
                f"got `{shown(name)}`.",
                remedy="Rename its folder.",
            )
    return tuple(sorted(names, key=_natural))


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Names in the order of people: 2 before 10."""
    pieces = re.findall(r"\d+|\D+", name)
    return tuple(
        (0, int(piece[:18]), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces
    )


def _refuse_empty(names: tuple[str, ...], used: set[str]) -> None:
    empty = [name for name in names if name not in used]
    if empty:
        raise DataError(
            f"Every class must have images, got none in the folder `{shown(empty[0])}`.",
            remedy="Put some into it, or take the folder out.",
        )


def _refuse_untrained(names: tuple[str, ...], train: tuple[Shown, ...]) -> None:
    trained = {label for _, label in train}
    for label, name in enumerate(names):
        if label not in trained:
            raise DataError(
                f"Every class of the test part must have training images, got none of `{name}`.",
                remedy="Put some into its folder, or take the class out.",
            )
    if len(train) > MAX_FILES:
        raise DataError(f"There may be at most {MAX_FILES:,} images, got {len(train):,}.")


def _notes(entries: Entries, images: list[Entry], parts: list[str]) -> Iterable[str]:
    others = [entry for entry in entries.files if not _ends(entry, ENDINGS)]
    if others:
        many = f"{len(others):,} files that are no images were"
        said = many if len(others) > 1 else "1 file that is no image was"
        yield f"{said} left out: {others[0].place}{' and others' if len(others) > 1 else ''}."
    if "validation" in parts:
        yield "The folder of validation images was added to the training images."
