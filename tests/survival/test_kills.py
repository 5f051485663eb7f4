"""Ten kills of the worker and ten of the server; `make chaos` does two hundred of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netlapse.record.sql.store import SqlStore
from netlapse.session.pool import WorkerPool
from tests.survival.kills import kill_server, kill_worker

SEEDS = range(10)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs are compiled once for all servers."""
    return tmp_path_factory.mktemp("compiled")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_worker_loses_nothing(seed: int, tmp_path: Path, pool: WorkerPool) -> None:
    store = SqlStore(tmp_path)
    try:
        kill_worker(seed, store, pool)
    finally:
        store.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_server_loses_nothing_that_was_saved(
    seed: int, tmp_path: Path, compiled: Path, pool: WorkerPool
) -> None:
    kill_server(seed, tmp_path / "home", compiled, pool)
