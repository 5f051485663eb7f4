"""A folder of the user's own images, each set a file that is called by the id of its content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.data.disk import whole_file
from netlapse.data.images.own.image_set import ImageSet
from netlapse.data.images.own.limits import MAX_STORED_BYTES
from netlapse.errors import DataError, NotFoundError, RunError, StateError

_ID = re.compile(r"[0-9a-f]{32}")
_ARRAYS = ("images", "labels", "test_images", "test_labels")


@dataclass(frozen=True)
class ImagesEntry:
    """A stored set, without its pixels."""

    id: str
    name: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    train: int
    """Images of the training and validation parts together."""
    test: int
    size_bytes: int
    added_s: float
    """When it was added, in seconds since 1970."""
    notes: tuple[str, ...]


class ImageStore:
    """Keeps sets of images in a folder of its own.

    A set never changes: its id is made from its content, so adding the same images again keeps what
    is there, its name too. A file is complete or absent, and is checked against its id when it is
    read. All sets together have a bound.

    Args:
        folder: Where the files are; made at the first `add`.
        max_bytes: Of all sets together.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_STORED_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    def add(self, images: ImageSet) -> str:
        """Keep a set.

        Returns:
            Its id.

        Raises:
            StateError: There is no room for it beside the others.
            RunError: The folder may not be written, or the disk is full.
        """
        from safetensors.numpy import save

        path = self._path(images.id)
        try:
            if path.exists():
                return images.id
            arrays = {name: np.ascontiguousarray(getattr(images, name)) for name in _ARRAYS}
            self._make_room(sum(array.nbytes for array in arrays.values()))
            about = {
                "name": images.name,
                "class_names": images.class_names,
                "notes": images.notes,
            }
            content = save(arrays, {"netlapse": json.dumps(about)})
            with whole_file(path) as stream:
                stream.write(content)
        except OSError as error:
            raise RunError(
                f"The images cannot be kept: {error.strerror or error}.",
                place=str(self._folder),
                remedy="Free some space, or set NETLAPSE_HOME to a folder that can be written.",
            ) from error
        return images.id

    def get(self, images_id: str) -> ImageSet:
        """The set of an id.

        Raises:
            NotFoundError: There is none.
            DataError: Its file is damaged.
        """
        path = self._existing(images_id)
        try:
            found = _read(path)
        except Exception:  # safetensors raises its own kind, which is no public class
            found = None
        if found is None or found.id != images_id:
            raise DataError(
                f"The stored images {images_id} are damaged.", remedy="Delete and add them again."
            )
        return found

    def entry(self, images_id: str) -> ImagesEntry:
        """A set without its pixels.

        Raises:
            NotFoundError: There is none, or it cannot be read.
        """
        found = _entry(self._existing(images_id))
        if found is None:
            raise self._unknown()
        return found

    def list(self) -> tuple[ImagesEntry, ...]:
        """All sets that can be read, the newest first."""
        found = (_entry(path) for path in self._files())
        return tuple(
            sorted((entry for entry in found if entry), key=lambda e: (-e.added_s, e.name))
        )

    def delete(self, images_id: str) -> None:
        """Remove a set.

        Raises:
            NotFoundError: There is none.
        """
        self._existing(images_id).unlink(missing_ok=True)

    def _make_room(self, more: int) -> None:
        used = sum(path.stat().st_size for path in self._files())
        if used + more > self._max_bytes:
            raise StateError(
                f"Your images may take at most {self._max_bytes / 2**30:,.1f} GB together, got "
                f"{(used + more) / 2**30:,.1f} GB.",
                remedy="Delete some that were added before.",
            )

    def _files(self) -> list[Path]:
        return [p for p in self._folder.glob("*.safetensors") if _ID.fullmatch(p.stem)]

    def _existing(self, images_id: str) -> Path:
        path = self._path(images_id) if _ID.fullmatch(images_id) else None
        if path is None or not path.is_file():
            raise self._unknown()
        return path

    @staticmethod
    def _unknown() -> NotFoundError:
        return NotFoundError(
            "There are no images of this id.",
            place="data.images",
            remedy="Add them again, or choose others.",
        )

    def _path(self, images_id: str) -> Path:
        return self._folder / f"{images_id}.safetensors"


def _read(path: Path) -> ImageSet:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        about = json.loads(file.metadata()["netlapse"])
        arrays: dict[str, Any] = {name: file.get_tensor(name) for name in _ARRAYS}
    return ImageSet(str(about["name"]), tuple(map(str, about["class_names"])), **arrays)


def _entry(path: Path) -> ImagesEntry | None:
    from safetensors import safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            about = json.loads(file.metadata()["netlapse"])
            train, *shape = file.get_slice("images").get_shape()
            test = file.get_slice("test_images").get_shape()[0]
        state = path.stat()
    except Exception:  # as above: a file that is none of ours is passed over
        return None
    return ImagesEntry(
        id=path.stem,
        name=str(about["name"]),
        class_names=tuple(map(str, about["class_names"])),
        image_shape=(shape[0], shape[1], shape[2]),
        train=train,
        test=test,
        size_bytes=state.st_size,
        added_s=state.st_mtime,
        notes=tuple(map(str, about["notes"])),
    )
