"""Files of a folder or an archive, by their paths; nothing is ever unpacked to disk.

What could lead out of the archive or blow up when it is unpacked is refused as a whole.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from netlapse.data.images.own.limits import (
    FREE_UNPACKED_BYTES,
    MAX_ARCHIVE_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
)
from netlapse.errors import DataError

Parts = tuple[str, ...]
_END = b"PK\5\6"
_END64 = b"PK\6\7"
_DRIVE = re.compile(r"[A-Za-z]:")
_LEFT_OUT = ("__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Entry:
    """One file."""

    parts: Parts
    """Its path: folders, then its name."""
    read: Callable[[], bytes]
    """Its content.

    Raises:
        DataError: It is damaged or too large.
    """

    @property
    def place(self) -> str:
        """Its path as people read it."""
        return shown("/".join(self.parts))


@dataclass(frozen=True)
class Entries:
    """What a folder or an archive holds, without what systems put there themselves."""

    files: tuple[Entry, ...]
    folders: tuple[Parts, ...]
    """Those that are listed, empty ones included."""


def shown(path: str) -> str:
    """A path as a part of a sentence: without what cannot be printed, and not too long.

    >>> shown("cats/\\x00a.png")
    'cats/�a.png'
    """
    safe = "".join(c if c.isprintable() else "\ufffd" for c in path)
    return safe if len(safe) <= 80 else f"…{safe[-79:]}"


# --- folders --------------------------------------------------------------------------------


def folder_entries(folder: Path) -> Entries:
    """The files below a folder. Links are not followed.

    Raises:
        DataError: It cannot be read, holds a link, or too much.
    """
    files: list[Entry] = []
    folders: list[Parts] = []
    total = 0
    for at, names, file_names in os.walk(folder, onerror=_raise):
        here = Path(at)
        above = here.relative_to(folder).parts
        for name in sorted(names):
            _refuse_link(here / name)
            folders.append((*above, name))
        for name in sorted(file_names):
            path = here / name
            _refuse_link(path)
            size = path.stat().st_size
            total += size
            _check_sizes(len(files) + 1, size, total, shown(name))
            files.append(Entry((*above, name), _reader(path)))
    return _without_junk(files, folders)


def _raise(error: OSError) -> None:
    raise DataError(
        f"The folder cannot be read: {error.strerror}.", place=str(error.filename or "")
    )


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise _refused(f"links, got `{shown(path.name)}`", "Put the file itself there.")


def _reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with path.open("rb") as stream:
                return stream.read(MAX_FILE_BYTES)
        except OSError as error:
            raise DataError(
                f"The file cannot be read: {error.strerror}.", place=str(path)
            ) from error

    return read


# --- archives -------------------------------------------------------------------------------


def zip_entries(stream: BinaryIO) -> Entries:
    """The files of a zip archive; the stream must stay open while they are read.

    Raises:
        DataError: It is no zip archive, is damaged or encrypted, or holds what it must not.
    """
    size = stream.seek(0, os.SEEK_END)
    if size > MAX_ARCHIVE_BYTES:
        raise DataError(
            f"An archive may have at most {MAX_ARCHIVE_BYTES >> 20} MB, "
            f"got {size / 2**20:,.0f} MB.",
            remedy="Make the images smaller, or take fewer.",
        )
    _check_directory(stream, size)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        raise _damaged() from error
    files: list[Entry] = []
    folders: list[Parts] = []
    seen: set[Parts] = set()
    unpacked = packed = 0
    for info in archive.infolist():
        parts = _checked(info)
        if info.is_dir():
            folders.append(parts)
            continue
        unpacked, packed = unpacked + info.file_size, packed + info.compress_size
        _check_sizes(len(files) + 1, info.file_size, unpacked, shown(info.filename))
        if parts in seen:
            raise _refused(f"a file twice, got `{shown(info.filename)}` twice")
        seen.add(parts)
        files.append(Entry(parts, _unpacker(archive, info)))
    if packed > size or unpacked > max(FREE_UNPACKED_BYTES, MAX_RATIO * size):
        raise DataError(
            f"An archive may become at most {MAX_RATIO} times as large when it is unpacked, got "
            f"{unpacked / max(1, size):,.0f} times.",
            remedy="Pack the images themselves, as PNG or JPEG.",
        )
    return _without_junk(files, folders)


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Refuse by the record at the archive's end, before the list of files is read."""
    start = max(0, size - (1 << 16) - 22)
    stream.seek(start)
    tail = stream.read(size - start)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise DataError(
            "This is no zip archive." if size else "The file is empty.",
            remedy="Give a zip archive, or a folder, with one folder of images for each class.",
        )
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory > MAX_DIRECTORY_BYTES or tail[max(0, at - 20) : at].startswith(_END64):
        raise _too_many()


def _checked(info: zipfile.ZipInfo) -> Parts:
    """The path of an archive's entry.

    Raises:
        DataError: It leads elsewhere, is a link or encrypted, or packed in an unusual way.
    """
    name = info.filename.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    quoted = f"`{shown(info.filename)}`"
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts or not parts:
        raise _refused(f"paths that lead out of it, got {quoted}")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refused(f"links, got {quoted}")
    if info.flag_bits & 1:
        raise _refused(f"encrypted files, got {quoted}", "Pack them without a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(f"files packed in another way than deflate, got {quoted}", "Use plain zip.")
    return parts


def _unpacker(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as stream:
                return stream.read(MAX_FILE_BYTES)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
            struct.error,
            OSError,
        ) as error:
            raise _damaged(f" at `{shown(info.filename)}`") from error

    return read


# --- both -----------------------------------------------------------------------------------


def _without_junk(files: list[Entry], folders: list[Parts]) -> Entries:
    def is_junk(parts: Parts) -> bool:
        return any(part.startswith(".") or part in _LEFT_OUT for part in parts)

    return Entries(
        tuple(entry for entry in files if not is_junk(entry.parts)),
        tuple(parts for parts in folders if not is_junk(parts)),
    )


def _check_sizes(count: int, size: int, total: int, name: str) -> None:
    if count > MAX_FILES:
        raise _too_many()
    if size > MAX_FILE_BYTES:
        raise DataError(
            f"A file may have at most {MAX_FILE_BYTES >> 20} MB, "
            f"got `{name}` of {size / 2**20:,.0f} MB.",
            remedy="Take it out, or make it smaller.",
        )
    if total > MAX_UNPACKED_BYTES:
        raise DataError(
            f"All files together may have at most {MAX_UNPACKED_BYTES >> 20:,} MB, unpacked.",
            remedy="Make the images smaller, or take fewer.",
        )


def _too_many() -> DataError:
    return DataError(
        f"There may be at most {MAX_FILES:,} files.", remedy="Take fewer images, or IDX files."
    )


def _refused(what: str, remedy: str = "Pack the folder anew.") -> DataError:
    return DataError(f"Images must come without {what}.", remedy=remedy)


def _damaged(where: str = "") -> DataError:
    return DataError(f"The archive is damaged{where}.", remedy="Pack the folder anew.")
