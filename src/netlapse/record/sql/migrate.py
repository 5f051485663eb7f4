"""Bringing a database to the newest format, once, whoever opens it first."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from netlapse.errors import RunError
from netlapse.record.sql.tables import FORMAT

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x6E65746C61707365  # "netlapse"


def format_of(connection: Connection) -> str | None:
    """The format of a database; none where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection, place: str) -> None:
    """Run the migrations that are missing, in this transaction, which excludes all other writers.

    Raises:
        RunError: The database is of a newer netlapse.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    found = format_of(connection)
    if found == FORMAT:
        return
    # Here, because a database that is up to date needs none of it.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = [revision.revision for revision in script.walk_revisions()]
    if found is not None and found not in known:
        raise RunError(
            f"The record is of a newer netlapse (format {found}; this one knows {FORMAT}).",
            place=place,
            remedy="Update netlapse, or set NETLAPSE_HOME to another folder.",
        )

    def steps(revision: object, _: object) -> list[object]:
        return list(script._upgrade_revs("head", revision))  # pyright: ignore

    with EnvironmentContext(config, script, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
