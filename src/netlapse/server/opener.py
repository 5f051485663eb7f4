"""Opens runs in worker processes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from netlapse.protocol.lab import Apart
from netlapse.record.contract import Store
from netlapse.server.seams import Answer, OpenRun
from netlapse.session.apart import ask
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

    def create(
        self, spec: Spec, *, confirmed: bool, edited_from: str | None
    ) -> tuple[OpenRun, Future[Any]]:
        """Start a new run, paused at step 0."""
        session = Session(self._store, self._pool, tables=self._tables)
        return session, session.open(spec, confirmed=confirmed, edited_from=edited_from)

    def open(self, run: str) -> tuple[OpenRun, Future[Any]]:
        """Open a recorded run, paused at its recorded step."""
        session = Session(self._store, self._pool, tables=self._tables)
        return session, session.reopen(run)

    def ask(self, question: Apart, is_canceled: Callable[[], bool]) -> Answer:
        """The answer to a question that is about no run; waits for it."""
        return ask(self._pool, question, is_canceled=is_canceled)

    def refill(self) -> None:
        """Start a spare worker where there is none."""
        self._pool.refill()

    def close(self) -> None:
        """End the spare workers."""
        self._pool.close()
