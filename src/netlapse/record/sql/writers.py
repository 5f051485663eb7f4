"""The runs that one store writes: their locks, their writers, and the thread that flushes them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Generator, Iterable

from netlapse.errors import NetlapseError, NotFoundError, StateError
from netlapse.record.settings import RecordSettings
from netlapse.record.sql import budget, reading
from netlapse.record.sql.database import Database
from netlapse.record.sql.keyframe_files import KeyframeFiles
from netlapse.record.sql.locks import RunLocks
from netlapse.record.sql.writer import RunWriter

FLUSH_S = 0.2
"""How long something waits to be written, so that it is durable within a quarter of a second."""
_RETRY_S = 1.0
_HOPELESS_S = 10.0


class Writers:
    """Makes writers, and ends them.

    `guard` is held by whoever adds or removes one: it comes before every other lock.
    """

    def __init__(
        self, database: Database, files: KeyframeFiles, locks: RunLocks, settings: RecordSettings
    ) -> None:
        self.guard = threading.RLock()
        self._database = database
        self._files = files
        self._locks = locks
        self._settings = settings
        self._writers: dict[str, RunWriter] = {}
        self._total_due = 0.0
        self._dirty = threading.Event()
        self._closed = threading.Event()
        self._flusher: threading.Thread | None = None

    def get(self, run: str) -> RunWriter | None:
        """The writer of a run; none where this store does not write it."""
        return self._writers.get(run)

    # --- life ------------------------------------------------------------------------------

    def acquire(self, run: str) -> None:
        """Become the writer of a run; nothing where we are.

        Raises:
            NotFoundError: There is no such run.
            StateError: Another program writes it.
        """
        with self.guard:
            if run in self._writers:
                return
            if not self._locks.take(run):
                with self._database.read() as connection:
                    reading.run_row(connection, run)
                raise StateError(
                    "This run is open in another program.",
                    place=f"run {run}",
                    remedy="Close it there first.",
                )
            self._begin(run)

    @contextlib.contextmanager
    def making(self, run: str) -> Generator[None, None, None]:
        """Hold a new run's lock while its rows are made, and write it from then on."""
        with self.guard:
            self._locks.take(run)
            try:
                yield
            except BaseException:
                self._files.drop_all(run)
                self._locks.give_back(run, is_gone=True)
                raise
            self._begin(run)

    @contextlib.contextmanager
    def removing(self, run: str) -> Generator[None, None, None]:
        """Hold a run's lock while its rows are deleted, and delete its files then.

        Raises:
            NotFoundError: There is no such run.
            StateError: Another program writes it.
        """
        with self.guard:
            self.acquire(run)
            self._writers.pop(run).discard()
            is_gone = False
            try:
                yield
                is_gone = True
                self._files.drop_all(run)
            finally:
                self._locks.give_back(run, is_gone=is_gone)

    def release(self, run: str) -> None:
        """Save everything and stop writing a run; nothing where we do not.

        Raises:
            RunError: Something could not be saved; the lock is given back all the same.
        """
        with self.guard:
            writer = self._writers.pop(run, None)
        if writer is not None:
            try:
                writer.stop()
            finally:
                with self.guard:
                    self._locks.give_back(run)

    def close(self) -> None:
        """Release all runs.

        Raises:
            RunError: Something could not be saved.
        """
        self._closed.set()
        self._dirty.set()
        if self._flusher is not None:
            self._flusher.join(timeout=5)
        with contextlib.ExitStack() as stack:
            for run in list(self._writers):
                stack.callback(self.release, run)

    def without_writer(self, runs: Iterable[str]) -> set[str]:
        """Those of some runs that nobody writes, here or elsewhere."""
        others = [run for run in runs if run not in self._writers]
        return set(others) - self._locks.taken(others)

    def _begin(self, run: str) -> None:
        try:
            writer = RunWriter(self._database, self._files, run, self._settings.keyframe_bytes)
        except BaseException as error:  # a full disk today must not lock the run for tomorrow
            self._locks.give_back(run, is_gone=isinstance(error, NotFoundError))
            raise
        self._writers[run] = writer
        if self._flusher is None:
            self._flusher = threading.Thread(
                target=self._keep_flushing, name="netlapse-flusher", daemon=True
            )
            self._flusher.start()

    # --- flushing --------------------------------------------------------------------------

    def wake(self) -> None:
        """Something waits to be written."""
        self._dirty.set()

    def flush(self, writer: RunWriter) -> None:
        """Write what waits, and make room where keyframes came.

        Raises:
            RunError: The disk does not take it.
        """
        if writer.flush():
            with contextlib.suppress(NetlapseError):
                self._keep_total()

    def flush_all(self) -> bool:
        """Write what waits; errors are raised by the next calls that append."""
        is_well = True
        for writer in list(self._writers.values()):
            try:
                self.flush(writer)
            except NetlapseError:
                is_well = False
        return is_well

    def _keep_flushing(self) -> None:
        while self._dirty.wait() and not self._closed.wait(FLUSH_S):
            self._dirty.clear()
            with contextlib.suppress(NetlapseError):
                self._locks.renew()
            if not self.flush_all():
                self._closed.wait(_RETRY_S)
                self._dirty.set()

    def _keep_total(self) -> None:
        room = self._settings.total_bytes
        if time.monotonic() < self._total_due or not budget.excess_of(self._database, room):
            return
        with self.guard:
            excess = budget.excess_of(self._database, room - room // 20)  # not again at once
            excess = budget.thin_closed(self._database, self._files, self._locks, excess)
            for writer in self._writers.values():
                if excess > 0:
                    excess -= writer.thin(excess)
            if excess > 0:  # nothing more can go
                self._total_due = time.monotonic() + _HOPELESS_S
