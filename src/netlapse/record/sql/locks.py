"""Who writes a run: one process, whose lock goes with it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from netlapse.errors import RunError
from netlapse.record.disk import make_private, one_sentence
from netlapse.record.lock import WriterLock, is_locked
from netlapse.record.sql.database import Database

PATIENCE_S = 0.5
"""Because a look whether somebody holds a lock holds it for a moment, as does thinning."""


class RunLocks(Protocol):
    """The locks that one store holds. Callers see to it that two threads never ask at a time."""

    def take(self, run: str, patience_s: float = PATIENCE_S) -> bool:
        """Take a run's lock; says whether it was free. Not where this store holds it."""
        ...

    def give_back(self, run: str, *, is_gone: bool = False) -> None:
        """Give a lock back; nothing where it is not held.

        Args:
            run: The run.
            is_gone: Whether nobody will ask for it again.
        """
        ...

    def taken(self, runs: Iterable[str]) -> set[str]:
        """Those of some runs that somebody writes, here or elsewhere."""
        ...

    def renew(self) -> None:
        """Take all again that were lost without our doing, where nobody else has them.

        Raises:
            RunError: The database does not answer.
        """
        ...


class FileLocks:
    """Locks on files in a folder, for processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, WriterLock] = {}

    def take(self, run: str, patience_s: float = PATIENCE_S) -> bool:
        """As the protocol says."""
        if run in self._held:
            return False
        lock = WriterLock(self._path(run))
        with one_sentence(self._folder):
            make_private(self._folder)
            if not lock.acquire(patience_s):
                return False
        self._held[run] = lock
        return True

    def give_back(self, run: str, *, is_gone: bool = False) -> None:
        """As the protocol says."""
        lock = self._held.pop(run, None)
        if lock is not None:
            if is_gone:
                with contextlib.suppress(OSError):
                    self._path(run).unlink()
            lock.release()

    def taken(self, runs: Iterable[str]) -> set[str]:
        """As the protocol says."""
        return {run for run in runs if run in self._held or is_locked(self._path(run))}

    def renew(self) -> None:
        """As the protocol says; a file's lock is never lost."""

    def _path(self, run: str) -> Path:
        return self._folder / f"{run}.lock"


class AdvisoryLocks:
    """PostgreSQL's advisory locks, on a connection that is kept; a run's id is its key."""

    _ALL = text(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
        " AND granted AND objsubid = 1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def take(self, run: str, patience_s: float = PATIENCE_S) -> bool:
        """As the protocol says; a look holds no lock here, so there is nothing to wait for."""
        del patience_s
        with self._guard:
            if run in self._held:
                return False
            is_free = self._try(run)
            if is_free:
                self._held.add(run)
            self._let_go()
            return is_free

    def give_back(self, run: str, *, is_gone: bool = False) -> None:
        """As the protocol says."""
        del is_gone
        with self._guard:
            if run not in self._held:
                return
            self._held.discard(run)
            with contextlib.suppress(RunError):
                self._ask("SELECT pg_advisory_unlock(:key)", run)
            self._let_go()

    def taken(self, runs: Iterable[str]) -> set[str]:
        """As the protocol says."""
        asked = list(runs)
        if not asked:
            return set()
        with self._database.read() as connection:
            keys = set(connection.execute(self._ALL).scalars())
        return {run for run in asked if _key(run) in keys}

    def renew(self) -> None:
        """As the protocol says."""
        with self._guard:
            if self._connection is None:
                return
            try:
                self._connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self._connection.close()
                self._connection = None
                for run in self._held:
                    self._try(run)

    def _let_go(self) -> None:
        """Give the connection back where no lock needs it."""
        if not self._held and self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, run: str) -> bool:
        return bool(self._ask("SELECT pg_try_advisory_lock(:key)", run))

    def _ask(self, statement: str, run: str) -> object:
        with self._database.sentences():
            if self._connection is None:
                self._connection = self._database.standing()
            return self._connection.execute(text(statement), {"key": _key(run)}).scalar()


def _key(run: str) -> int:
    """The id as the signed number of 64 bits that it is.

    >>> _key("ffffffffffffffff")
    -1
    """
    number = int(run, 16)
    return number - 2**64 if number >= 2**63 else number
