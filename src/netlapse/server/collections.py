"""Collections of images on this machine, and the one that is being fetched, in a thread."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

from netlapse.data import COLLECTIONS, Collection, folder_of
from netlapse.data.images.fetch import FetchStoppedError, fetch, received_bytes
from netlapse.errors import NetlapseError, NotFoundError, Problem, RunError, StateError
from netlapse.protocol.messages import ProblemPart
from netlapse.protocol.rest.datasets import ImageShape
from netlapse.protocol.rest.images import CollectionEntry

log = logging.getLogger("netlapse.server")


@dataclass
class _Job:
    """A fetch that is under way."""

    name: str
    received: int
    total: int
    stop: Event = field(default_factory=Event)


class Collections:
    """Says which collections are here and fetches them, one at a time. Safe for threads.

    Args:
        folder: The data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Collection] = {**COLLECTIONS}
        self._lock = Lock()
        self._job: _Job | None = None
        self._thread: Thread | None = None
        self._problems: dict[str, Problem] = {}

    def entries(self) -> list[CollectionEntry]:
        """All collections."""
        return [self.entry(name) for name in self._known]

    def entry(self, name: str) -> CollectionEntry:
        """One collection.

        Raises:
            NotFoundError: There is none of this name.
        """
        collection = self._collection(name)
        folder = folder_of(collection, self._folder)
        with self._lock:
            job = self._job if self._job and self._job.name == name else None
            problem = None if job else self._problems.get(name)
        total = collection.packed_bytes
        received = total
        if job:
            state = "fetching"
            received, total = job.received, job.total
        elif folder.complete and problem is None:
            state = "present"
        else:
            state = "failed" if problem else "absent"
            received = received_bytes(folder)
            if folder.given:
                problem = folder.absent().problem
        height, width, channels = collection.image_shape
        return CollectionEntry(
            name=collection.name,
            title=collection.title,
            state=state,
            received_bytes=received,
            total_bytes=total,
            problem=ProblemPart(**asdict(problem)) if problem else None,
            can_fetch=bool(collection.files) and not folder.given,
            image=ImageShape(height=height, width=width, channels=channels),
            class_names=collection.class_names,
            train=collection.train,
            test=collection.test,
        )

    def start(self, name: str) -> CollectionEntry:
        """Fetch what is missing or wrong of a collection, in the background.

        Raises:
            NotFoundError: There is none of this name.
            StateError: Another one is being fetched, or this one is not downloaded.
        """
        collection = self._collection(name)
        folder = folder_of(collection, self._folder)
        if folder.given:
            raise StateError(
                f"{collection.title} is read from a folder of yours and is not downloaded.",
                place=str(folder.path),
                remedy=f"Put its files there, or unset {collection.variable}.",
            )
        if not collection.files:
            raise StateError(f"{collection.title} comes with netlapse; nothing is downloaded.")
        with self._lock:
            if self._job and self._job.name != name:
                title = self._known[self._job.name].title
                raise StateError(
                    f"{title} is being fetched already.", remedy="Wait for it, or cancel it."
                )
            if self._job is None:
                self._problems.pop(name, None)
                self._job = _Job(name, received_bytes(folder), collection.packed_bytes)
                # A thread that was told to stop may still hold the unfinished file.
                work = (self._job, self._thread)
                self._thread = Thread(target=self._run, args=work, daemon=True)
                self._thread.start()
        return self.entry(name)

    def cancel(self, name: str) -> CollectionEntry:
        """Stop fetching a collection; what was received is kept. A failure is put aside."""
        self._collection(name)
        with self._lock:
            self._problems.pop(name, None)
            if self._job and self._job.name == name:
                self._job.stop.set()
                self._job = None
        return self.entry(name)

    def close(self) -> None:
        """Stop what is under way."""
        with self._lock:
            if self._job:
                self._job.stop.set()

    def _run(self, job: _Job, before: Thread | None) -> None:
        if before:
            before.join()

        def report(received: int, total: int) -> None:
            job.received, job.total = received, total

        problem: Problem | None = None
        try:
            folder = folder_of(self._known[job.name], self._folder)
            fetch(folder, report=report, stopped=job.stop.is_set)
        except FetchStoppedError:
            pass
        except NetlapseError as error:
            problem = error.problem
        except Exception:
            log.exception("Fetching %s failed", job.name)
            problem = RunError(f"{self._known[job.name].title} could not be fetched.").problem
        with self._lock:
            if self._job is job:  # else it was cancelled, and nobody waits for it
                self._job = None
                if problem:
                    self._problems[job.name] = problem

    def _collection(self, name: str) -> Collection:
        if name not in self._known:
            raise NotFoundError(
                f"There is no collection `{name:.80}`; there are: {', '.join(self._known)}.",
                place="name",
            )
        return self._known[name]
