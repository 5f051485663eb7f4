"""The files of a collection on this machine: where they are, whether they are the right ones."""

from __future__ import annotations

import hashlib
import io
import math
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlapse.data.images.catalog import Collection, CollectionFile
from netlapse.data.images.idx import GZIP, content_of, parse_idx
from netlapse.errors import DataError
from netlapse.folders import collections_folder

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class CollectionFolder:
    """Where the files of a collection lie."""

    collection: Collection
    path: Path
    given: bool
    """Whether the user named this folder: nothing is ever written or deleted there."""

    def find(self, file: CollectionFile) -> Path | None:
        """A file, compressed or not; none where it is absent."""
        for ending in (".gz", ""):
            path = self.path / f"{file.name}{ending}"
            if path.is_file():
                return path
        return None

    @property
    def complete(self) -> bool:
        """Whether all files are there; what they hold is checked when they are read."""
        return all(self.find(file) for file in self.collection.files)

    def read(self, file: CollectionFile) -> Bytes:
        """A file, verified.

        Raises:
            DataError: It is absent, torn, or another one.
        """
        path = self.find(file)
        if path is None:
            raise self.absent()
        try:
            with path.open("rb") as stream:
                packed = stream.read(max_packed_bytes(file) + 1)
            return verified(file, packed)
        except OSError as error:
            problem = f"cannot be read: {error.strerror or error}"
        except DataError as error:
            problem = f"is not the file of {self.collection.title}: {error.message.rstrip('.')}"
        raise DataError(f"`{path.name}` {problem}.", place=str(path), remedy=self._remedy(True))

    def absent(self) -> DataError:
        """What to say where a file is missing."""
        title = self.collection.title
        if self.given:
            missing = [file.name for file in self.collection.files if not self.find(file)]
            return DataError(
                f"The folder of {title} must hold `{missing[0]}`, with or without .gz.",
                place=str(self.path),
                remedy=self._remedy(False),
            )
        return DataError(
            f"{title} is not on this machine yet.", place="data.name", remedy=self._remedy(False)
        )

    def _remedy(self, wrong: bool) -> str:
        name, variable = self.collection.name, self.collection.variable
        if self.given:
            return f"Put the original files there, or unset {variable}."
        again = "anew " if wrong else ""
        return (
            f"Fetch it {again}with `netlapse data {name} --fetch`, name a folder that has it in "
            f"{variable}, or use the bundled digits."
        )


def folder_of(collection: Collection, data: Path | None = None) -> CollectionFolder:
    """The folder that the user named in the environment, else the one in the data folder."""
    named = os.environ.get(collection.variable) if collection.variable else None
    if named:
        return CollectionFolder(collection, Path(named).expanduser().absolute(), True)
    return CollectionFolder(collection, collections_folder(data) / collection.name, False)


def max_packed_bytes(file: CollectionFile) -> int:
    """No file is longer, compressed or not: gzip adds little even to what does not shrink."""
    return content_bytes(file) + content_bytes(file) // 100 + 65_536


def content_bytes(file: CollectionFile) -> int:
    """The length of the uncompressed file."""
    return 4 + 4 * len(file.shape) + math.prod(file.shape)


def verified(file: CollectionFile, packed: bytes) -> Bytes:
    """The array of a file, compressed or not, if it is the right one.

    Raises:
        DataError: It is torn or another one; the message says how that was noticed.
    """
    is_packed = packed[:2] == GZIP
    content = _unpacked(file, packed) if is_packed else packed
    array = parse_idx(content)
    if array.shape != file.shape:
        raise DataError(f"Its shape must be {_sizes(file.shape)}, got {_sizes(array.shape)}.")
    if file.sha256 and hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataError("Its content must have the known SHA-256, got another.")
    # What the authors publish; against accidents, as it is no protection against a forger.
    md5 = file.packed_md5 if is_packed else None
    if md5 and hashlib.md5(packed, usedforsecurity=False).hexdigest() != md5:
        raise DataError("The compressed file must have the published MD5, got another.")
    if file.per_class is not None:
        counts = np.bincount(array, minlength=10)
        if len(counts) != 10 or (counts != file.per_class).any():
            raise DataError(f"Each of 10 classes must have {file.per_class:,} labels, got others.")
    return array


def _unpacked(file: CollectionFile, packed: bytes) -> bytes:
    """All at once where the content is as short as it should be, which is the fast way."""
    limit = content_bytes(file)
    unpack = zlib.decompressobj(wbits=31)
    try:
        content = unpack.decompress(packed, limit + 1)
    except zlib.error as error:
        raise DataError("The compressed file is damaged.") from error
    if unpack.eof and not unpack.unused_data:
        return content
    # Longer than it should be, cut off, or in several members: the slow way tells.
    return content_of(io.BytesIO(packed), limit)


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


__all__ = ["CollectionFolder", "content_bytes", "folder_of", "max_packed_bytes", "verified"]
