"""Sessions over the fake worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlapse.record.sql.store import SqlStore
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session

FAKE = [sys.executable, str(Path(__file__).with_name("fake_worker.py"))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(tmp_path)
    yield made
    made.close()


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1, command=FAKE)
    yield made
    made.close()


@pytest.fixture
def session(store: SqlStore, pool: WorkerPool) -> Iterator[Session]:
    made = Session(store, pool)
    yield made
    made.close()
