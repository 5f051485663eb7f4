"""The stores that the tests of the record run over."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netlapse.record.contract import Store
from netlapse.record.memory import MemoryStore
from netlapse.record.settings import RecordSettings
from netlapse.record.spacing import MOST_BYTES
from netlapse.record.sql import keyframe_files
from netlapse.record.sql.store import SqlStore
from tests.record.postgres import NoPostgresError, Server
from tests.record.postgres import postgres as started

MakeStore = Callable[..., Store]
MakeSqlStore = Callable[..., SqlStore]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; its absence fails in CI, and skips elsewhere."""
    try:
        with started() as server:
            yield server
    except NoPostgresError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where rows go, in turn: a database without runs; empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    server: Server = request.getfixturevalue("postgres")
    yield server.url()
    server.clear()


@pytest.fixture
def sql_store(url: str, tmp_path: Path) -> Iterator[MakeSqlStore]:
    """Makes stores over one data folder and one database, as processes would, and closes them."""
    with contextlib.ExitStack() as stack:

        def make(**settings: int) -> SqlStore:
            made = SqlStore(tmp_path, RecordSettings(url=url, **settings))
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every state is a file, however small."""
    monkeypatch.setattr(keyframe_files, "INLINE_BYTES", 0)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Makes a store of every kind there is, in turn."""
    server: Server | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
    with contextlib.ExitStack() as stack:

        def make(keyframe_bytes: int = MOST_BYTES) -> Store:
            if request.param == "memory":
                return MemoryStore(keyframe_bytes)
            url = server.url() if server else ""
            made = SqlStore(tmp_path, RecordSettings(url=url, keyframe_bytes=keyframe_bytes))
            stack.callback(made.close)
            return made

        yield make
    if server is not None:
        server.clear()


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """Every store there is, in turn."""
    return make_store()
