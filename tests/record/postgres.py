"""A PostgreSQL of the tests' own: started in a temporary folder, on a socket there, and stopped.

Its programs are those of this machine; where there are none and we may install, Debian's. It never
runs as root.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/opt/homebrew/bin")
_START_S = 60


class NoPostgresError(Exception):
    """There is none, in one sentence."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    folder: Path

    def url(self, database: str = "netlapse") -> str:
        """The address of one of its databases."""
        return f"postgresql://netlapse@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "netlapse") -> None:
        """Run a statement on its own, without a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def clear(self) -> None:
        """Drop all runs."""
        known = "to_regclass('runs') IS NOT NULL"
        self.execute(f"DO $$ BEGIN IF {known} THEN DELETE FROM runs; END IF; END $$")

    @contextlib.contextmanager
    def empty(self, name: str) -> Iterator[str]:
        """The address of a new database, dropped at the end."""
        self.execute(f"CREATE DATABASE {name}", "postgres")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)", "postgres")


@contextlib.contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[Server]:
    """Start a server with an empty database `netlapse`, and stop it.

    Args:
        is_durable: Whether it syncs, as one that is used does.

    Raises:
        NoPostgresError: There is no PostgreSQL, and none can be installed.
    """
    if sys.platform == "win32":
        raise NoPostgresError("PostgreSQL is not started by tests on Windows.")
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="netlapse-pg-"))
    who = _unprivileged()
    try:
        if who:
            shutil.chown(folder, who["user"])
        data = folder / "data"
        made = [programs / "initdb", "-D", data, "-U", "netlapse", "-A", "trust", "-E", "UTF8"]
        _run([*made, "--no-sync"], who)
        with _running(programs, folder, data, who, is_durable):
            server = Server(folder)
            server.execute("CREATE DATABASE netlapse", "postgres")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(
    programs: Path, folder: Path, data: Path, who: dict[str, Any], is_durable: bool
) -> Iterator[None]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "on" if is_durable else "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = (folder / "log").open("wb")
    command = [programs / "postgres", "-D", data, *options]
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **who)
    try:
        deadline = time.monotonic() + _START_S
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(Server(folder).url("postgres")).close()
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgresError((folder / "log").read_text().strip()[-400:])
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(2)  # end all connections, and stop
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _programs() -> Path:
    found = _find()
    if found is None and getpass.getuser() == "root" and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
            subprocess.run(
                ["apt-get", "--quiet", *words], env=environment, check=False, capture_output=True
            )
        found = _find()
    if found is None:
        raise NoPostgresError("PostgreSQL is not installed: install it to test the record on it.")
    return found


def _find() -> Path | None:
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    for place in _PLACES:
        folders += sorted(Path("/").glob(place[1:]), reverse=True)
    whole = (
        each for each in folders if (each / "initdb").exists() and (each / "postgres").exists()
    )
    return next(whole, None)


def _unprivileged() -> dict[str, Any]:
    """As whom it runs: as ourselves, unless we are root."""
    if os.geteuid() != 0:
        return {}
    import pwd  # Windows has none

    known = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in known else "nobody"
    group = pwd.getpwnam(user).pw_gid
    return {"user": user, "group": group, "extra_groups": []}


def _run(command: list[Any], who: dict[str, Any]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **who)
    if ended.returncode:
        raise NoPostgresError(f"PostgreSQL cannot be started: {ended.stderr.strip()[-400:]}")
