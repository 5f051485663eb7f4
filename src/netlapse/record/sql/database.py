"""The database: one connection that writes, some that read, and the sentences for what fails.

SQLite keeps a write-ahead log and syncs it at every commit (`synchronous=FULL`), so a commit
survives the machine; readers never wait for the writer. On a network file system the log's shared
memory would be shared by one machine only: there SQLite keeps its rollback journal, which is slower
and right as long as the file system's locks are, and a sentence says so. To refuse would keep out
everybody whose home is on such a system.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from netlapse.errors import InputError
from netlapse.record.disk import make_private, one_sentence
from netlapse.record.sql.migrate import format_of, migrate
from netlapse.record.sql.network import network_file_system
from netlapse.record.sql.problems import database_error
from netlapse.record.sql.tables import FORMAT

FILE = "netlapse.db"
BUSY_S = 5.0
"""How long a writer waits for another process."""

_PAGES_FREED = 5_000
_log = logging.getLogger("netlapse.record")


class Database:
    """Opened at its first use; made, or brought to the newest format, where it has to be.

    Args:
        folder: The data folder.
        url: The address of a PostgreSQL database; none for SQLite in the data folder.

    Raises:
        InputError: The address is none, or psycopg is missing.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self._folder = folder
        self._url = _postgres_url(url) if url else None
        self._opening = threading.Lock()
        self._writing = threading.RLock()
        self._engines: dict[str, Engine] = {}

    @property
    def is_postgres(self) -> bool:
        """Whether the rows lie on a server."""
        return self._url is not None

    @property
    def place(self) -> str:
        """What errors name: the file, or the address without its password."""
        if self._url is not None:
            return self._url.set(drivername="postgresql").render_as_string(hide_password=True)
        return str(self._folder / FILE)

    @contextlib.contextmanager
    def write(self, *, still: bool = False) -> Generator[Connection, None, None]:
        """A transaction that writes, one at a time; committed at the end, or not at all.

        Args:
            still: Whether what it reads must stay as it is at its begin. SQLite's always does.

        Raises:
            RunError: The database does not take it.
        """
        engine = self._engine("writing")
        if still and self.is_postgres:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with self._writing, self.sentences(), engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Generator[Connection, None, None]:
        """A transaction that reads: all of it sees the same moment.

        Raises:
            RunError: The database cannot be read.
        """
        engine = self._engine("reading")
        with self.sentences(), engine.connect() as connection:
            yield connection

    def standing(self) -> Connection:
        """A connection of one's own, without transactions: for locks that last."""
        with self.sentences():
            engine = self._engine("writing").execution_options(isolation_level="AUTOCOMMIT")
            return engine.connect()

    def shrink(self) -> None:
        """Give the room of deleted rows back to the disk, where it can be done now."""
        if self.is_postgres:
            return
        engine = self._engine("writing")
        pages = 1
        with contextlib.suppress(SQLAlchemyError, sqlite3.Error):
            while pages:
                with self._writing, contextlib.closing(engine.raw_connection()) as connection:
                    cursor: Any = connection.cursor()
                    # Some at a time, so that others get their turn; as a script, because it is done
                    # only when its last row was fetched.
                    cursor.executescript(f"PRAGMA incremental_vacuum({_PAGES_FREED})")
                    pages = cursor.execute("PRAGMA freelist_count").fetchone()[0]

    def close(self) -> None:
        """Give all connections back."""
        with self._opening:
            engines, self._engines = self._engines, {}
        for engine in engines.values():
            engine.dispose()

    @contextlib.contextmanager
    def sentences(self) -> Generator[None, None, None]:
        """Turn what the database says into a `RunError`."""
        try:
            yield
        except SQLAlchemyError as error:
            raise database_error(error, self.place) from error

    def _engine(self, name: str) -> Engine:
        with self._opening:
            if not self._engines:
                self._engines = self._open()
            return self._engines[name]

    def _open(self) -> dict[str, Engine]:
        with one_sentence(self._folder):
            make_private(self._folder)
        engines = self._postgres() if self.is_postgres else self._sqlite()
        try:
            with self.sentences():
                with engines["reading"].connect() as connection:
                    is_new = format_of(connection) == FORMAT
                if not is_new:  # only this needs the right to write
                    with engines["writing"].begin() as connection:
                        migrate(connection, self.place)
        except BaseException:
            for engine in engines.values():
                engine.dispose()
            raise
        return engines

    def _postgres(self) -> dict[str, Engine]:
        assert self._url is not None
        return {
            "writing": create_engine(self._url, pool_pre_ping=True),
            "reading": create_engine(
                self._url, pool_pre_ping=True, isolation_level="REPEATABLE READ"
            ),
        }

    def _sqlite(self) -> dict[str, Engine]:
        system = network_file_system(self._folder)
        if system:
            _log.warning(
                "%s lies on a network file system (%s): recording is slower there; set "
                "NETLAPSE_HOME to a local folder.",
                self._folder,
                system,
            )
        file = self._folder / FILE
        with one_sentence(self._folder):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # for its user alone
        url = URL.create("sqlite", database=str(file))
        journal = "TRUNCATE" if system else "WAL"
        return {
            "writing": _sqlite_engine(url, journal, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0),
            "reading": _sqlite_engine(url, journal, "BEGIN"),
        }


# Counts come from numpy, too; SQLite would take such a number for some bytes.
sqlite3.register_adapter(np.int64, int)
sqlite3.register_adapter(np.int32, int)
sqlite3.register_adapter(np.float32, float)


def _sqlite_engine(url: URL, journal: str, begin: str, **pool: int) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_S, "check_same_thread": False}, **pool
    )

    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, and nowhere else
        if connection.execute("PRAGMA page_count").fetchone() == (0,):
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-8000")
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync=ON")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _postgres_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise InputError(
            "The address of the database must be of PostgreSQL, "
            "such as postgresql://user@host/netlapse.",
            place="NETLAPSE_DATABASE_URL",
        )
    try:
        import psycopg as psycopg
    except ImportError:
        raise InputError(
            "A record in PostgreSQL needs psycopg, which is not installed.",
            place="NETLAPSE_DATABASE_URL",
            remedy='Install it with: pip install "netlapse[postgres]".',
        ) from None
    return parsed.set(drivername="postgresql+psycopg")
