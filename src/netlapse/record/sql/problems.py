"""What went wrong in a database, in one sentence."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from netlapse.errors import RunError
from netlapse.record.disk import FORBIDDEN, FULL, KEPT

_LOCKED = (
    "The run cannot be saved: another program keeps the record locked.",
    "Close that program; what was appended is written as soon as it can be.",
)
_DAMAGED = ("The record is damaged.", "Move this file away, or put an older copy back.")
_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: FORBIDDEN,
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_POSTGRES = {
    "53100": ("The run cannot be saved: the database's disk is full.", KEPT),
    "25006": ("The run cannot be saved: the database may only be read.", KEPT),
    "42501": (
        "The run cannot be saved: this user may not write the database.",
        "Ask its administrator for the right to create tables.",
    ),
    "55P03": _LOCKED,
}
_UNREACHABLE = (
    "The database cannot be reached: {reason}.",
    "Check NETLAPSE_DATABASE_URL and the server; what was appended is written when it is back.",
)


def database_error(error: SQLAlchemyError, place: str) -> RunError:
    """What to say about a statement or a connection that failed."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    reason = str(cause or error).strip().splitlines()[0].rstrip(".")
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the rest of it is detail
        message, remedy = _SQLITE.get(code, (f"The run cannot be saved: {reason}.", KEPT))
    else:
        state = getattr(cause, "sqlstate", None)
        message, remedy = _POSTGRES.get(state or "", (f"The record failed: {reason}.", KEPT))
        is_connection = state is None and isinstance(error, OperationalError | InterfaceError)
        if is_connection or (state or "").startswith(("08", "57P")):
            message, remedy = _UNREACHABLE
    return RunError(message.format(reason=reason), place=place, remedy=remedy)
