"""The library of runs: lines of the list, found, sorted, described, hidden."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from netlapse.errors import Problem
from netlapse.record.contract import Origin, RunQuery, RunStatus, RunSummary
from netlapse.record.sql.reading import missing, run_row
from netlapse.record.sql.tables import evaluations, runs, specs, tags
from netlapse.record.sql.writing import plain, status_values

INTERRUPTED = "The program ended while this run was open."
ACTIVE = ("opening", "compiling", "training")
"""States that only a run with a writer can be in."""


@dataclass(frozen=True)
class NewRun:
    """What a run's row begins with."""

    run: str
    name: str
    spec: str
    status: RunStatus
    created: float
    origin: Origin | None = None


def insert_run(connection: Connection, new: NewRun) -> None:
    """A run with nothing recorded."""
    name = plain(new.name)
    connection.execute(
        insert(runs).values(
            id=new.run,
            name=name,
            sort_name=name.casefold(),
            search=_searched(new.run, name, (), ""),
            remark="",
            created=new.created,
            parent=new.origin.run if new.origin else None,
            parent_step=new.origin.step if new.origin else None,
            steps=0,
            evaluations=0,
            bytes_used=len(new.spec),
            keyframe_bytes=0,
            writer="",
            **status_values(new.status),
        )
    )
    connection.execute(insert(specs).values(run=new.run, document=new.spec))


def describe(
    connection: Connection,
    run: str,
    new_name: str | None,
    new_tags: Sequence[str] | None,
    new_remark: str | None,
) -> None:
    """Change what is given.

    Raises:
        NotFoundError: There is no such run.
    """
    row = run_row(connection, run)
    name = row.name if new_name is None else plain(new_name)
    remark = row.remark if new_remark is None else plain(new_remark)
    if new_tags is not None:
        kept = sorted({plain(tag) for tag in new_tags})
        connection.execute(delete(tags).where(tags.c.run == run))
        if kept:
            connection.execute(insert(tags), [{"run": run, "tag": tag} for tag in kept])
    else:
        kept = tags_of(connection, run)
    connection.execute(
        update(runs)
        .where(runs.c.id == run)
        .values(
            name=name,
            sort_name=name.casefold(),
            remark=remark,
            search=_searched(run, name, kept, remark),
        )
    )


def set_hidden(connection: Connection, run: str, *, hidden: bool) -> None:
    """Hide a run, or bring it back.

    Raises:
        NotFoundError: There is no such run.
    """
    value = time.time() if hidden else None
    changed = connection.execute(update(runs).where(runs.c.id == run).values(hidden=value))
    if changed.rowcount == 0:
        raise missing(run)


def tags_of(connection: Connection, run: str) -> list[str]:
    """A run's tags, in the order of the alphabet."""
    return sorted(connection.execute(select(tags.c.tag).where(tags.c.run == run)).scalars())


def active_runs(connection: Connection) -> list[str]:
    """Those whose status says that something is going on."""
    return list(connection.execute(select(runs.c.id).where(runs.c.state.in_(ACTIVE))).scalars())


def count(connection: Connection, query: RunQuery, interrupted: Collection[str]) -> int:
    """How many runs fit."""
    found = select(func.count()).select_from(runs).where(_fits(query, interrupted))
    return connection.execute(found).scalar_one()


def page(connection: Connection, query: RunQuery, interrupted: Collection[str]) -> list[RunSummary]:
    """The lines that fit, in order."""
    found = select(runs).where(_fits(query, interrupted)).order_by(*_order(query, interrupted))
    found = found.limit(query.limit).offset(query.offset or None)
    return summaries(connection, found, interrupted)


def summary(connection: Connection, run: str, interrupted: Collection[str]) -> RunSummary:
    """One run's line.

    Raises:
        NotFoundError: There is no such run.
    """
    found = summaries(connection, select(runs).where(runs.c.id == run), interrupted)
    if not found:
        raise missing(run)
    return found[0]


def summaries(
    connection: Connection, found: Select[Any], interrupted: Collection[str]
) -> list[RunSummary]:
    """The lines of some rows of `runs`."""
    rows = connection.execute(found).all()
    ids = found.with_only_columns(runs.c.id).subquery()
    newest = select(evaluations.c.run, evaluations.c.data).join(
        runs,
        (runs.c.id == evaluations.c.run) & (evaluations.c.number == runs.c.evaluations - 1),
    )
    inside = select(ids.c.id)
    scores = dict(connection.execute(newest.where(runs.c.id.in_(inside))).all())
    tagged: dict[str, list[str]] = {}
    for run, tag in connection.execute(select(tags).where(tags.c.run.in_(inside))):
        tagged.setdefault(run, []).append(tag)
    return [
        _summary(row, tagged.get(row.id, ()), scores.get(row.id), row.id in interrupted)
        for row in rows
    ]


def _summary(
    row: Row[Any], its_tags: Iterable[str], evaluation: str | None, is_interrupted: bool
) -> RunSummary:
    problem = Problem(**json.loads(row.problem)) if row.problem else None
    status = RunStatus(row.state, row.step, row.epoch, row.epochs, problem, row.note)
    if is_interrupted:
        status = replace(status, state="paused", step=row.steps, note=INTERRUPTED)
    return RunSummary(
        row.id,
        row.name,
        status,
        row.created,
        row.bytes_used,
        origin=Origin(row.parent, row.parent_step) if row.parent else None,
        tags=tuple(sorted(its_tags)),
        remark=row.remark,
        evaluation=json.loads(evaluation) if evaluation else None,
        hidden=row.hidden,
    )


def _fits(query: RunQuery, interrupted: Collection[str]) -> ColumnElement[bool]:
    c = runs.c
    conditions: list[ColumnElement[bool]] = [
        c.hidden.is_not(None) if query.hidden else c.hidden.is_(None)
    ]
    for word in plain(query.search).casefold().split():
        conditions.append(c.search.contains(word, autoescape=True))
    if query.states:
        shown = _shown(c.state, literal("paused"), interrupted)
        conditions.append(shown.in_(query.states))
    for tag in query.tags:
        tagged = select(tags.c.run).where(tags.c.run == c.id, tags.c.tag == plain(tag))
        conditions.append(tagged.exists())
    return and_(*conditions)


def _order(query: RunQuery, interrupted: Collection[str]) -> list[ColumnElement[Any]]:
    c = runs.c
    newest_first = [c.created.desc(), c.id]
    by: dict[str, ColumnElement[Any]] = {
        "created": c.created,
        "name": c.sort_name,
        "step": _shown(c.step, c.steps, interrupted),
        "loss": c.loss,
        "accuracy": c.accuracy,
        "size": c.bytes_used,
    }
    column = by[query.sort]
    direction = column.asc() if query.ascending else column.desc()
    is_missing = [column.is_(None)] if query.sort in ("loss", "accuracy") else []
    return [*is_missing, direction, *newest_first]


def _shown(
    column: ColumnElement[Any], instead: ColumnElement[Any], interrupted: Collection[str]
) -> ColumnElement[Any]:
    """A column as `_summary` shows it."""
    if not interrupted:
        return column
    return case((runs.c.id.in_(interrupted), instead), else_=column)


def _searched(run: str, name: str, its_tags: Iterable[str], remark: str) -> str:
    return " ".join((name, *its_tags, remark, run)).casefold()
