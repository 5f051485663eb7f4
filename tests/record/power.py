"""What SQLite asks of the disk, recorded; and disks as a loss of power may leave them.

Between two syncs of a file, a disk may keep any of the writes, in any order, and of each any
sectors. The functions of SQLite's own layer are exchanged while a recorder is active; the library
must be the one that Python's module uses, which it is where both are shared.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SECTOR = 512
_METHODS = 19
_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_WRITE = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
_VFS_OPEN, _VFS_DELETE = 5, 6
_FILE_WRITE, _FILE_TRUNCATE, _FILE_SYNC = 3, 4, 5
"""Places in the tables of functions, in words of the machine."""


@dataclass(frozen=True)
class Event:
    """One thing that the disk was asked for."""

    kind: str
    """`write`, `truncate`, `sync` or `delete`, which lasts at once: SQLite syncs the folder."""
    path: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Recorder:
    """Everything in order."""

    events: list[Event] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    """Functions and tables that SQLite may still point to."""


_recorders: list[Recorder] = []


def library() -> ctypes.CDLL | None:
    """The shared library of SQLite that this Python uses; none where it has its own."""
    import _sqlite3

    if not sys.platform.startswith("linux"):
        return None
    found = subprocess.run(["ldd", _sqlite3.__file__], capture_output=True, text=True, check=False)
    paths = [line.split()[2] for line in found.stdout.splitlines() if "libsqlite3" in line]
    return ctypes.CDLL(paths[0]) if paths else None


@contextlib.contextmanager
def recording(sqlite: ctypes.CDLL) -> Iterator[Recorder]:
    """Record what files that are opened now are asked for."""
    recorder = Recorder()
    _recorders.append(recorder)  # for ever: a connection may outlive the test
    sqlite.sqlite3_vfs_find.restype = ctypes.c_void_p
    address = sqlite.sqlite3_vfs_find(None)
    vfs = (ctypes.c_void_p * 7).from_address(address)
    original = vfs[_VFS_OPEN], vfs[_VFS_DELETE]
    real_open, real_delete = _OPEN(original[0]), _DELETE(original[1])

    def opened(place: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        code = real_open(place, name, file, flags, out)
        if code == 0 and name:
            _wrap(recorder, file, ctypes.string_at(name).decode())
        return code

    def deleted(place: int, name: bytes, is_synced: int) -> int:
        code = real_delete(place, name, is_synced)
        recorder.events.append(Event("delete", name.decode()))
        return code

    mine = (_OPEN(opened), _DELETE(deleted))
    recorder.kept.append(mine)
    vfs[_VFS_OPEN], vfs[_VFS_DELETE] = (ctypes.cast(f, ctypes.c_void_p).value for f in mine)
    try:
        yield recorder
    finally:
        vfs[_VFS_OPEN], vfs[_VFS_DELETE] = original


def _wrap(recorder: Recorder, file: int, path: str) -> None:
    """Give an open file a table of functions that tell before they act."""
    pointer = ctypes.c_void_p.from_address(file)
    table = (ctypes.c_void_p * _METHODS)()
    ctypes.memmove(table, pointer.value, ctypes.sizeof(table))
    real_write, real_truncate = _WRITE(table[_FILE_WRITE]), _TRUNCATE(table[_FILE_TRUNCATE])
    real_sync = _SYNC(table[_FILE_SYNC])

    def write(this: int, data: int, count: int, offset: int) -> int:
        recorder.events.append(Event("write", path, offset, ctypes.string_at(data, count)))
        return real_write(this, data, count, offset)

    def truncate(this: int, size: int) -> int:
        recorder.events.append(Event("truncate", path, size))
        return real_truncate(this, size)

    def sync(this: int, flags: int) -> int:
        code = real_sync(this, flags)
        recorder.events.append(Event("sync", path))
        return code

    mine = (_WRITE(write), _TRUNCATE(truncate), _SYNC(sync))
    for place, function in zip((_FILE_WRITE, _FILE_TRUNCATE, _FILE_SYNC), mine, strict=True):
        table[place] = ctypes.cast(function, ctypes.c_void_p).value
    recorder.kept.append((mine, table))
    pointer.value = ctypes.addressof(table)


def disk_after(events: list[Event], folder: Path, seed: int) -> None:
    """Make the files as they may be when power goes after some events.

    What was written before a file's last sync is there. Of what came after, some is: in any order,
    and in part.
    """
    chance = random.Random(seed)
    for path in dict.fromkeys(event.path for event in events):
        mine = [event for event in events if event.path == path]
        if mine[-1].kind == "delete":
            continue
        last = max((at for at, event in enumerate(mine) if event.kind == "sync"), default=-1)
        content = bytearray()
        for event in mine[: last + 1]:
            _apply(content, event)
        loose = [event for event in mine[last + 1 :] if chance.random() < 0.7]
        chance.shuffle(loose)
        for event in loose:
            _apply(content, _torn(event, chance))
        (folder / Path(path).name).write_bytes(content)


def _torn(event: Event, chance: random.Random) -> Event:
    if event.kind != "write" or chance.random() < 0.5:
        return event
    start = chance.randrange(0, len(event.data), _SECTOR)
    stop = chance.randrange(start, len(event.data) + _SECTOR, _SECTOR)
    return Event("write", event.path, event.offset + start, event.data[start:stop])


def _apply(content: bytearray, event: Event) -> None:
    match event.kind:
        case "write" if event.data:
            end = event.offset + len(event.data)
            content.extend(bytes(max(0, end - len(content))))
            content[event.offset : end] = event.data
        case "truncate" | "delete":
            del content[event.offset :]
        case _:
            pass
