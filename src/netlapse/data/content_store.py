"""A folder of what the user has added, each a file that is called by the id of its content."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar

from netlapse.errors import DataError, NotFoundError, RunError

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Entry:
    """What is stored, without its content."""

    id: str
    name: str
    size_bytes: int
    added_s: float
    """When it was added, in seconds since 1970."""


class HasId(Protocol):
    """Content that knows its id: 32 hexadecimal digits, made from itself."""

    @cached_property
    def id(self) -> str: ...


Content = TypeVar("Content", bound=HasId)
AnyEntry = TypeVar("AnyEntry", bound=Entry)


class ContentStore(ABC, Generic[Content, AnyEntry]):
    """Keeps contents of one kind in a folder of its own.

    Content never changes: its id is made from it, so adding the same again keeps what is there, its
    name too. A file is complete or absent, and is checked against its id when it is read.

    Args:
        folder: Where the files are; made at the first `add`.
    """

    ending: ClassVar[str]
    """The ending of the files, with its dot."""
    what: ClassVar[str]
    """What people call the content."""
    unknown: ClassVar[tuple[str, str, str]]
    """Where there is no such id: what is said, the place, and what helps."""
    damaged: ClassVar[tuple[str, str]]
    """Where a file is not what its name says, `{id}`: what is said, and what helps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    def add(self, content: Content) -> str:
        """Keep content.

        Returns:
            Its id.

        Raises:
            StateError: There is no room for it beside the others.
            RunError: The folder may not be written, or the disk is full.
        """
        path = self._path(content.id)
        try:
            if not path.exists():
                self._write(content, path)
        except OSError as error:
            raise RunError(
                f"The {self.what} cannot be kept: {error.strerror or error}.",
                place=str(self._folder),
                remedy="Free some space, or set NETLAPSE_HOME to a folder that can be written.",
            ) from error
        return content.id

    def get(self, content_id: str) -> Content:
        """The content of an id.

        Raises:
            NotFoundError: There is none.
            DataError: Its file is damaged.
        """
        found = self._read(self._existing(content_id))
        if found is None or found.id != content_id:
            sentence, remedy = self.damaged
            raise DataError(sentence.format(id=content_id), remedy=remedy)
        return found

    def list(self) -> tuple[AnyEntry, ...]:
        """All that can be read, the newest first."""
        found = (self._entry(path) for path in self._files())
        return tuple(
            sorted((entry for entry in found if entry), key=lambda e: (-e.added_s, e.name))
        )

    def delete(self, content_id: str) -> None:
        """Remove content.

        Raises:
            NotFoundError: There is none.
        """
        self._existing(content_id).unlink(missing_ok=True)

    @abstractmethod
    def _write(self, content: Content, path: Path) -> None:
        """Make the file, complete or not at all."""

    @abstractmethod
    def _read(self, path: Path) -> Content | None:
        """All of a file; none where it cannot be read."""

    @abstractmethod
    def _entry(self, path: Path) -> AnyEntry | None:
        """A file without its content; none where it cannot be read."""

    def _files(self) -> Iterator[Path]:
        return (p for p in self._folder.glob(f"*{self.ending}") if _ID.fullmatch(p.stem))

    def _existing(self, content_id: str) -> Path:
        path = self._path(content_id) if _ID.fullmatch(content_id) else None
        if path is None or not path.is_file():
            raise self._unknown()
        return path

    def _unknown(self) -> NotFoundError:
        sentence, place, remedy = self.unknown
        return NotFoundError(sentence, place=place, remedy=remedy)

    def _path(self, content_id: str) -> Path:
        return self._folder / f"{content_id}{self.ending}"
