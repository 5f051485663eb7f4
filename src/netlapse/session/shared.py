"""What all runs of one program share: warm workers, and the record in the data folder."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from netlapse.folders import data_folder
from netlapse.record.contract import Store
from netlapse.record.memory import MemoryStore
from netlapse.session.pool import WorkerPool

if TYPE_CHECKING:
    from netlapse.record.sql.store import SqlStore

_guard = threading.Lock()
_pools: list[WorkerPool] = []
_stores: dict[Path, SqlStore] = {}


def shared_pool() -> WorkerPool:
    """The program's pool: keeps one idle worker, so that the next run starts warm."""
    with _guard:
        if not _pools:
            _pools.append(WorkerPool(1))
            atexit.register(_pools[0].close)
        return _pools[0]


def shared_store(*, record: bool) -> Store:
    """The record in the data folder, or one in memory that nobody else sees."""
    if not record:
        return MemoryStore()
    from netlapse.record.sql.store import open_store  # here, so that `import netlapse` stays light

    folder = data_folder()
    with _guard:
        if folder not in _stores:
            _stores[folder] = open_store(folder)
            atexit.register(_stores[folder].close)
        return _stores[folder]
