"""Opening a recorded run to look at it alone: also one that someone trains at this moment."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path

from netlapse.export.film import Film
from netlapse.folders import tables_folder
from netlapse.record.contract import Store
from netlapse.record.spectator import spectator
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session


@contextlib.contextmanager
def looking_at(
    store: Store, run: str, pool: WorkerPool, tables: Path | None = None
) -> Generator[Film, None, None]:
    """A recorded run as a film, in a worker of its own; its record is not touched.

    Args:
        store: Where it is recorded.
        run: Its id.
        pool: Where the worker comes from.
        tables: The folder of the user's tables.

    Raises:
        NotFoundError: There is no such run, or its data is gone.
        WorkerError: The worker died.
    """
    from netlapse.data import TableStore
    from netlapse.run import Run

    store.summary(run)
    folder = tables or tables_folder()
    session = Session(spectator(store), pool, tables=folder)
    try:
        session.reopen(run).result()
        opened = Run(session)
        yield Film(store, run, opened.at, TableStore(folder))
    finally:
        session.close()
