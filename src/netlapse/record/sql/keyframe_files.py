"""The states of keyframes: large ones are files in `<data folder>/keyframes/<run>`.

Small ones, up to 64 KiB, lie in their rows. A fast training of a small network makes twenty of them
a second and thousands in all: as files, each would be synced by itself, and take a block and a name
of the file system, for a few thousand bytes that the commit writes anyway.

A file is named after its place in the history and its content, so it never changes: what is there
under a name is either whole, or is not what the row's checksum says.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from netlapse.record.contract import Keyframe
from netlapse.record.disk import make_private, one_sentence, sync_folder, write_whole

INLINE_BYTES = 65_536
"""States up to this size lie in their rows."""


@dataclass(frozen=True)
class KeyframeRow:
    """What the index knows of a keyframe."""

    step: int
    interventions: int
    seconds: float
    final: bool
    bytes_used: int
    sha256: str
    file: str
    """The name of the file with its state; empty where that lies in the row."""

    def with_state(self, data: bytes | None) -> Keyframe | None:
        """The whole keyframe; none where this is not its state."""
        if data is None or hashlib.sha256(data).hexdigest() != self.sha256:
            return None
        return Keyframe(self.step, self.interventions, self.final, data, self.seconds)


def row_of(keyframe: Keyframe) -> KeyframeRow:
    """The row of a keyframe that is to be kept."""
    sha256 = hashlib.sha256(keyframe.data).hexdigest()
    name = f"{keyframe.step:012d}-{keyframe.interventions:06d}-{sha256[:16]}.safetensors"
    return KeyframeRow(
        keyframe.step,
        keyframe.interventions,
        keyframe.seconds,
        keyframe.final,
        len(keyframe.data),
        sha256,
        name if len(keyframe.data) > INLINE_BYTES else "",
    )


class KeyframeFiles:
    """The folder of all states that are files. What has no file is passed over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, run: str, states: Iterable[tuple[KeyframeRow, bytes]]) -> None:
        """Write states; durable on return.

        Raises:
            RunError: The disk does not take them.
        """
        folder = self._folder / run
        files = [(row.file, data) for row, data in states if row.file]
        if files:
            with one_sentence(self._folder):
                self._make(folder)
                for name, data in files:
                    write_whole(folder / name, data)
                sync_folder(folder)

    def read(self, run: str, row: KeyframeRow) -> bytes | None:
        """What a state's file holds; none where it is missing."""
        try:
            return (self._folder / run / row.file).read_bytes()
        except OSError:
            return None

    def copy(self, run: str, other: str, rows: Iterable[KeyframeRow]) -> list[KeyframeRow]:
        """Give another run the same states, by links where the file system has them.

        Gives the rows whose files were there; durable on return.
        """
        copied: list[KeyframeRow] = []
        source, target = self._folder / run, self._folder / other
        with one_sentence(self._folder):
            for row in filter(_has_file, rows):
                self._make(target)
                with contextlib.suppress(FileNotFoundError):
                    _link(source / row.file, target / row.file)
                    copied.append(row)
            if copied:
                sync_folder(target)
        return copied

    def drop(self, run: str, rows: Iterable[KeyframeRow]) -> None:
        """Delete states that no row names any more."""
        for row in filter(_has_file, rows):
            with contextlib.suppress(OSError):
                (self._folder / run / row.file).unlink()

    def sweep(self, run: str, known: Collection[str]) -> None:
        """Delete what no row names: left by a program that ended between file and row."""
        with contextlib.suppress(OSError):
            for path in (self._folder / run).iterdir():
                if path.name not in known:
                    path.unlink()

    def drop_all(self, run: str) -> None:
        """Delete the states of a run that is gone."""
        shutil.rmtree(self._folder / run, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            make_private(self._folder)
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder)


def _has_file(row: KeyframeRow) -> bool:
    return bool(row.file)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        write_whole(target, source.read_bytes())
