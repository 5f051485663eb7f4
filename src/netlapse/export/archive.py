"""A zip archive of strangers: its directory is judged before anything in it is read.

Sizes, names and counts are checked from the directory; what is then read is compared with it. No
entry is ever written to a path of its own name.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from netlapse.errors import DataError
from netlapse.export.bundle_format import (
    MOST_BYTES,
    MOST_ENTRIES,
    MOST_RATIO,
    MOST_TEXT_BYTES,
    FileEntry,
)

_END = struct.Struct("<4s4H2IH")
_END_MARK = b"PK\x05\x06"
_LARGE_MARK = b"PK\x06\x07"
_LARGE_SIZE = 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)


def not_a_bundle(why: str, place: str = "") -> DataError:
    """The one sentence that a bundle is refused with."""
    return DataError(f"This is not a netlapse bundle that can be used: {why}.", place=place)


class Archive:
    """The entries of a zip archive that passed all checks.

    Args:
        file: The archive.
        is_known: Whether a name is one of ours.
        is_text: Whether a name is that of a text, which may be compressed.

    Raises:
        DataError: It is no such archive.
    """

    def __init__(
        self, file: BinaryIO, is_known: Callable[[str], bool], is_text: Callable[[str], bool]
    ) -> None:
        size = file.seek(0, 2)
        if size > MOST_BYTES:
            raise not_a_bundle(f"it has {size:,} bytes, and at most {MOST_BYTES:,} are read")
        _check_end(file, size)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN:
            raise not_a_bundle("its directory cannot be read") from None
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        if len(self._entries) != len(self._zip.infolist()):
            raise not_a_bundle("an entry stands in it twice")
        if len(self._entries) > MOST_ENTRIES:
            raise not_a_bundle(f"it has more than {MOST_ENTRIES:,} entries")
        packed = unpacked = 0
        for entry in self._entries.values():
            _check_entry(entry, is_known, is_text)
            packed += entry.compress_size
            unpacked += entry.file_size
        if packed > size:  # entries that lie over each other
            raise not_a_bundle("its entries are larger than the file")
        if unpacked > MOST_BYTES:
            raise not_a_bundle(f"it unpacks to {unpacked:,} bytes, more than {MOST_BYTES:,}")

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order of the directory."""
        return tuple(self._entries)

    def size(self, name: str) -> int:
        """Bytes of an entry, unpacked."""
        return self._entries[name].file_size

    def read(self, name: str, expected: FileEntry | None = None) -> bytes:
        """An entry, unpacked.

        Args:
            name: Its name.
            expected: What the manifest says of it.

        Raises:
            DataError: It is damaged, or not what was expected.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise not_a_bundle(f"`{name}` is missing")
        try:
            with self._zip.open(entry) as stream:
                content = stream.read(entry.file_size)
                rest = stream.read(1)
        except _BROKEN:
            raise not_a_bundle("it is damaged", name) from None
        if rest or len(content) != entry.file_size:
            raise not_a_bundle("its size is not the one that the directory says", name)
        if expected is not None and (
            expected.bytes != len(content) or hashlib.sha256(content).hexdigest() != expected.sha256
        ):
            raise not_a_bundle("its checksum is wrong", name)
        return content


def _check_end(file: BinaryIO, size: int) -> None:
    """The end of the archive: it decides how much of a directory is read."""
    length = min(size, _END.size + _LARGE_SIZE)
    file.seek(size - length)
    tail = file.read(length)
    if len(tail) < _END.size:
        raise not_a_bundle("it is too short")
    mark, disk, first, here, entries, directory, offset, comment = _END.unpack(tail[-_END.size :])
    whole = mark == _END_MARK and comment == 0 and disk == first == 0 and here == entries
    if not whole or directory + offset + _END.size != size:
        raise not_a_bundle("it is no zip archive, or cut off")
    if tail.startswith(_LARGE_MARK) and len(tail) > _END.size:
        raise not_a_bundle("it is a zip archive of the large kind")
    if entries > MOST_ENTRIES:
        raise not_a_bundle(f"it has {entries:,} entries, and at most {MOST_ENTRIES:,} are read")


def _check_entry(
    entry: zipfile.ZipInfo, is_known: Callable[[str], bool], is_text: Callable[[str], bool]
) -> None:
    name = entry.orig_filename
    if name != entry.filename or not is_known(name):
        raise not_a_bundle(f"the entry `{name[:60]!a}` is not known")
    if entry.flag_bits & ~0x0806:  # encrypted, or a size that is told after the content
        raise not_a_bundle("an entry is encrypted or streamed", name)
    if entry.compress_size < 0 or entry.file_size < 0:
        raise not_a_bundle("an entry has no size", name)
    if entry.compress_type == zipfile.ZIP_STORED:
        if entry.compress_size != entry.file_size:
            raise not_a_bundle("its two sizes differ", name)
    elif entry.compress_type != zipfile.ZIP_DEFLATED or not is_text(name):
        raise not_a_bundle("it is compressed in another way", name)
    if is_text(name) and (
        entry.file_size > MOST_TEXT_BYTES
        or entry.file_size > MOST_RATIO * max(64, entry.compress_size)
    ):
        raise not_a_bundle("it unpacks to more than a text may have", name)
