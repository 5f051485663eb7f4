"""A folder of the user's own images, each set a file that is called by the id of its content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.data.content_store import ContentStore, Entry
from netlapse.data.disk import whole_file
from netlapse.data.images.own.image_set import ImageSet
from netlapse.data.images.own.limits import MAX_STORED_BYTES
from netlapse.errors import StateError

_ARRAYS = ("images", "labels", "test_images", "test_labels")


@dataclass(frozen=True)
class ImagesEntry(Entry):
    """A stored set, without its pixels."""

    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    train: int
    """Images of the training and validation parts together."""
    test: int
    notes: tuple[str, ...]


class ImageStore(ContentStore[ImageSet, ImagesEntry]):
    """Keeps sets of images in a folder of its own. All sets together have a bound.

    Args:
        folder: Where the files are; made at the first `add`.
        max_bytes: Of all sets together.
    """

    ending = ".safetensors"
    what = "images"
    unknown = "There are no images of this id.", "data.images", "Add them again, or choose others."
    damaged = "The stored images {id} are damaged.", "Delete and add them again."

    def __init__(self, folder: Path, max_bytes: int = MAX_STORED_BYTES) -> None:
        super().__init__(folder)
        self._max_bytes = max_bytes

    def entry(self, images_id: str) -> ImagesEntry:
        """A set without its pixels.

        Raises:
            NotFoundError: There is none, or it cannot be read.
        """
        found = self._entry(self._existing(images_id))
        if found is None:
            raise self._unknown()
        return found

    def _write(self, content: ImageSet, path: Path) -> None:
        from safetensors.numpy import save

        arrays = {name: np.ascontiguousarray(getattr(content, name)) for name in _ARRAYS}
        self._make_room(sum(array.nbytes for array in arrays.values()))
        about = {"name": content.name, "class_names": content.class_names, "notes": content.notes}
        saved = save(arrays, {"netlapse": json.dumps(about)})
        with whole_file(path) as stream:
            stream.write(saved)

    def _make_room(self, more: int) -> None:
        used = sum(path.stat().st_size for path in self._files())
        if used + more > self._max_bytes:
            raise StateError(
                f"Your images may take at most {self._max_bytes / 2**30:,.1f} GB together, got "
                f"{(used + more) / 2**30:,.1f} GB.",
                remedy="Delete some that were added before.",
            )

    def _read(self, path: Path) -> ImageSet | None:
        from safetensors import safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                about = json.loads(file.metadata()["netlapse"])
                arrays: dict[str, Any] = {name: file.get_tensor(name) for name in _ARRAYS}
            return ImageSet(str(about["name"]), tuple(map(str, about["class_names"])), **arrays)
        except Exception:  # safetensors raises its own kind, which is no public class
            return None

    def _entry(self, path: Path) -> ImagesEntry | None:
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
            size_bytes=state.st_size,
            added_s=state.st_mtime,
            class_names=tuple(map(str, about["class_names"])),
            image_shape=(shape[0], shape[1], shape[2]),
            train=train,
            test=test,
            notes=tuple(map(str, about["notes"])),
        )
