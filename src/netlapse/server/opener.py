"""Opens runs in worker processes."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

from netlapse.record.contract import Store
from netlapse.server.seams import OpenRun
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session
from netlapse.spec.document import Spec


class SessionOpener:
    """Sessions over one record and one pool of warm workers.

    Args:
        store: Where runs are recorded.
        pool: Where workers come from.
        tables: Folder of the user's tables.
    """

    def __init__(self, store: Store, pool: WorkerPool, tables: Path) -> None:
        self._store = store
        self._pool = pool
        self._tables = tables

    def create(self, spec: Spec, *, confirmed: bool) -> tuple[OpenRun, Future[Any]]:
        """Start a new run, paused at step 0."""
        session = Session(self._store, self._pool, tables=self._tables)
        return session, session.open(spec, confirmed=confirmed)

    def open(self, run: str) -> tuple[OpenRun, Future[Any]]:
        """Open a recorded run, paused at its recorded step."""
        session = Session(self._store, self._pool, tables=self._tables)
        return session, session.reopen(run)

    def refill(self) -> None:
        """Start a spare worker where there is none."""
        self._pool.refill()

    def close(self) -> None:
        """End the spare workers."""
        self._pool.close()
