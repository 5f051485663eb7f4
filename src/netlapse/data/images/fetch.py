"""Fetching a collection: from one mirror or the next, resumed where it broke off, verified.

What was received of a file lies beside its place under the ending `.part` and gets its name when
its content is the right one. After a broken connection or a stop, the next attempt goes on there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from netlapse.data.disk import put
from netlapse.data.images.catalog import Collection, CollectionFile
from netlapse.data.images.files import CollectionFolder, max_packed_bytes, verified
from netlapse.errors import DataError, InputError, RunError, StateError

if TYPE_CHECKING:
    from http.client import HTTPResponse

TIMEOUT_S = 20.0
"""How long a mirror may take to answer, or to send the next bytes."""
CHUNK_BYTES = 1 << 16
MAX_BREAKS = 20
"""How often one mirror may break off, if each time some bytes arrive."""
MIRROR_VARIABLE = "NETLAPSE_MIRROR"
"""Names an address that is asked instead of the known mirrors: `<address>/mnist/<file>.gz`."""

Report = Callable[[int, int], None]
"""Called with the bytes received so far and those expected in all."""


class FetchStoppedError(StateError):
    """Someone stopped it; what was received is kept."""


class _BrokenOffError(Exception):
    """A mirror did not answer, or the connection ended early; the text says which."""


@dataclass
class _Progress:
    expected: int
    report: Report
    stopped: Callable[[], bool]
    before: int = 0
    """Bytes of the files that are complete."""

    def tell(self, received: int) -> None:
        if self.stopped():
            raise FetchStoppedError(
                "Fetching was stopped; what was received is kept for the next time."
            )
        done = self.before + received
        self.report(done, max(done, self.expected))


def fetch(
    folder: CollectionFolder,
    *,
    report: Report = lambda _received, _expected: None,
    stopped: Callable[[], bool] = lambda: False,
    timeout_s: float = TIMEOUT_S,
) -> None:
    """Fetch what is missing of a collection, and what is not as it should be.

    A folder that the user named is only verified.

    Args:
        folder: Whose files, and where to.
        report: Told how far it is, about every 64 KB.
        stopped: Asked as often; true stops it.
        timeout_s: How long a mirror may be silent.

    Raises:
        DataError: No mirror gave the right files, or those in the user's folder are wrong.
        FetchStoppedError: It was stopped.
        StateError: Another program fetches it already.
        RunError: The folder may not be written, or the disk is full.
    """
    collection = folder.collection
    progress = _Progress(collection.packed_bytes, report, stopped)
    for file in collection.files:
        if folder.given:
            folder.read(file)
        elif not _is_right(folder, file):
            _fetch_file(folder, file, progress, timeout_s)
        progress.before += file.packed_bytes
        progress.tell(0)


def mirrors_of(collection: Collection) -> tuple[str, ...]:
    """Addresses of folders that have the files, the preferred one first.

    Raises:
        InputError: The one that the environment names is no address.
    """
    named = os.environ.get(MIRROR_VARIABLE, "").strip()
    if not named:
        return collection.mirrors
    if not named.startswith(("http://", "https://")):
        raise InputError(
            f"A mirror's address begins with http:// or https://, got {named[:80]!r}.",
            place=MIRROR_VARIABLE,
            remedy=f"Mend or unset {MIRROR_VARIABLE}.",
        )
    return (f"{named.rstrip('/')}/{collection.name}/",)


def received_bytes(folder: CollectionFolder) -> int:
    """How much of a collection's files is here, compressed, unfinished ones included."""
    received = 0
    for file in folder.collection.files:
        part = folder.path / f"{file.name}.gz.part"
        if folder.find(file):
            received += file.packed_bytes
        elif part.is_file():
            received += min(part.stat().st_size, file.packed_bytes)
    return received


def _is_right(folder: CollectionFolder, file: CollectionFile) -> bool:
    if folder.find(file) is None:
        return False
    try:
        folder.read(file)
    except DataError:
        return False
    return True


def _fetch_file(
    folder: CollectionFolder, file: CollectionFile, progress: _Progress, timeout_s: float
) -> None:
    path = folder.path / f"{file.name}.gz"
    part = path.with_name(f"{path.name}.part")
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _part(part, folder.collection) as stream:
            _receive(stream, folder.collection, file, progress, timeout_s)
            stream.flush()
            os.fsync(stream.fileno())
        put(part, path)
    except OSError as error:
        raise RunError(
            f"{folder.collection.title} cannot be kept: {error.strerror or error}.",
            place=str(folder.path),
            remedy="Free some space, or set NETLAPSE_HOME to a folder that can be written.",
        ) from error


@contextmanager
def _part(path: Path, collection: Collection) -> Generator[IO[bytes]]:
    """The unfinished file, for this process alone."""
    with path.open("a+b") as stream:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StateError(
                    f"{collection.title} is being fetched already by another program.",
                    remedy="Wait until it is done.",
                ) from None
        yield stream


def _receive(
    stream: IO[bytes],
    collection: Collection,
    file: CollectionFile,
    progress: _Progress,
    timeout_s: float,
) -> None:
    """The right content, from the first mirror that gives it.

    Every mirror is asked from where the last one broke off. If what comes together is wrong, it is
    thrown away, and every mirror is asked once more for the whole file.
    """
    reasons: dict[str, str] = {}
    mirrors = mirrors_of(collection)
    for _ in range(2):
        for mirror in mirrors:
            try:
                _complete(stream, mirror + file.name + ".gz", file, progress, timeout_s)
                stream.seek(0)
                verified(file, stream.read(max_packed_bytes(file)))
                return
            except _BrokenOffError as error:
                reasons[mirror] = str(error)
            except DataError as error:
                reasons[mirror] = f"not the right file: {error.message[:1].lower()}"
                reasons[mirror] += error.message[1:].rstrip(".")
                stream.truncate(0)
        if not any("not the right file" in reason for reason in reasons.values()):
            break
    raise _nothing_came(collection, reasons)


def _nothing_came(collection: Collection, reasons: dict[str, str]) -> DataError:
    said = "; ".join(f"{mirror.split('/')[2]}: {reason}" for mirror, reason in reasons.items())
    return DataError(
        f"{collection.title} could not be fetched ({said}).",
        remedy=f"Try again with a network, name a folder that has the files in "
        f"{collection.variable}, or use the bundled digits.",
    )


def _complete(
    stream: IO[bytes], address: str, file: CollectionFile, progress: _Progress, timeout_s: float
) -> None:
    """Ask one mirror until the file is complete, as long as some bytes arrive each time."""
    for attempt in range(MAX_BREAKS):
        before = stream.seek(0, os.SEEK_END)
        try:
            _ask(stream, address, file, progress, timeout_s)
            return
        except _BrokenOffError:
            if stream.tell() <= before or attempt == MAX_BREAKS - 1:
                raise


def _ask(
    stream: IO[bytes], address: str, file: CollectionFile, progress: _Progress, timeout_s: float
) -> None:
    have = stream.seek(0, os.SEEK_END)
    progress.tell(have)
    answer = _answer(address, have, timeout_s)
    if answer is None:
        return  # all of it is here already, or more: its content decides
    with answer:
        begins = f"bytes {have}-"
        if answer.status != 206 or not answer.headers.get("Content-Range", "").startswith(begins):
            if answer.status == 206:
                stream.truncate(0)
                raise DataError("The mirror sent another part than was asked for.")
            have = 0
            stream.truncate(0)
        length = answer.headers.get("Content-Length", "")
        expected = have + int(length) if length.isdecimal() else None
        if (expected or 0) > max_packed_bytes(file):
            raise DataError(f"It has {expected:,} bytes.")
        while chunk := _next(answer):
            stream.write(chunk)
            have += len(chunk)
            if have > max_packed_bytes(file):
                raise DataError(f"It has more than {max_packed_bytes(file):,} bytes.")
            progress.tell(have)
    if expected is not None and have < expected:
        raise _BrokenOffError(f"the connection ended after {have:,} of {expected:,} bytes")


def _answer(address: str, have: int, timeout_s: float) -> HTTPResponse | None:
    """The answer from byte `have` on; none where the mirror has no more."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    headers = {"User-Agent": "netlapse", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        return urlopen(Request(address, headers=headers), timeout=timeout_s)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            return None
        raise _BrokenOffError(f"it answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise _BrokenOffError(_reason(error)) from None


def _next(answer: HTTPResponse) -> bytes:
    from http.client import HTTPException

    try:
        return answer.read1(CHUNK_BYTES)
    except (OSError, HTTPException, ValueError) as error:
        raise _BrokenOffError(_reason(error)) from None


def _reason(error: Exception) -> str:
    """Why a mirror could not be reached, in few words."""
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return "it did not answer in time"
    text = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return text[:1].lower() + text[1:]
