"""Room for the keyframes of all runs: those of runs that are not open give way first."""

from __future__ import annotations

from sqlalchemy import func, select

from netlapse.record.spacing import drop_over
from netlapse.record.sql import reading
from netlapse.record.sql.database import Database
from netlapse.record.sql.keyframe_files import KeyframeFiles, KeyframeRow
from netlapse.record.sql.locks import RunLocks
from netlapse.record.sql.tables import keyframes, runs
from netlapse.record.sql.writing import Saving

_LOOKED_AT = 64
"""Runs that are looked at in turn, the largest first, the oldest of equal ones."""


def excess_of(database: Database, most_bytes: int) -> int:
    """By how much the keyframes of all runs are over their room; 0 where they fit."""
    with database.read() as connection:
        used = connection.execute(select(func.sum(runs.c.keyframe_bytes))).scalar()
    return max(0, int(used or 0) - most_bytes)


def thin_closed(database: Database, files: KeyframeFiles, locks: RunLocks, excess: int) -> int:
    """Drop keyframes of runs that nobody has open; gives what is over still.

    Raises:
        RunError: The database does not take it.
    """
    c = keyframes.c
    query = select(c.run).group_by(c.run).having(func.count() > 2)  # first and newest stay
    query = query.join(runs, runs.c.id == c.run).order_by(
        func.sum(c.bytes_used).desc(), func.min(runs.c.created)
    )
    with database.read() as connection:
        found = list(connection.execute(query.limit(_LOOKED_AT)).scalars())
    for run in found:
        if excess <= 0:
            break
        if not locks.take(run, 0):
            continue
        try:
            dropped = _thin(database, run, excess)
            files.drop(run, dropped)
            excess -= sum(row.bytes_used for row in dropped)
        finally:
            locks.give_back(run)
    return max(0, excess)


def _thin(database: Database, run: str, excess: int) -> list[KeyframeRow]:
    with database.read() as connection:
        index = {(r.step, r.interventions): r for r in reading.read_keyframes(connection, run)}
        flagged = {each.step for each in reading.read_interventions(connection, run)}
    used = sum(row.bytes_used for row in index.values())
    dropped = drop_over(index, max(0, used - excess), flagged)
    if dropped:
        with database.write() as connection:
            saving = Saving(connection, run, reading.run_row(connection, run).writer)
            saving.keyframes([], dropped)
            saving.finish(0)
    return dropped
