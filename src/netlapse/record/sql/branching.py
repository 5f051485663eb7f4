"""A new run with the history of another, copied within the database."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, literal, select, update

from netlapse.errors import StateError
from netlapse.record.contract import Origin
from netlapse.record.sql import chunks, library, reading
from netlapse.record.sql.chunks import BLOCK
from netlapse.record.sql.keyframe_files import KeyframeFiles
from netlapse.record.sql.tables import (
    evaluations,
    interventions,
    keyframes,
    metric_chunks,
    metric_levels,
    notes,
    runs,
    specs,
    vitals,
)
from netlapse.record.sql.writing import score_values


def copy_history(
    connection: Connection, files: KeyframeFiles, run: str, made: str, step: int
) -> None:
    """Make the run `made`, with all that `run` has up to `step`.

    Raises:
        NotFoundError: There is no such run.
        StateError: Its record does not reach so far.
        RunError: A state cannot be copied.
    """
    parent = library.summary(connection, run, ())
    recorded = reading.run_row(connection, run).steps
    if step > recorded:
        raise StateError(
            f"The record ends at step {recorded:,}, before step {step:,}.", place=f"run {run}"
        )
    spec = connection.execute(select(specs.c.document).where(specs.c.run == run)).scalar_one()
    status = replace(parent.status, state="paused", step=step, problem=None, note="")
    origin = Origin(run, step)
    new = library.NewRun(made, parent.name, spec, status, time.time(), origin)
    library.insert_run(connection, new)
    for table in (interventions, notes, evaluations, vitals):
        _copy(connection, table, run, made, table.c.step <= step)
    end = metric_chunks.c.first_step + metric_chunks.c.count
    _copy(connection, metric_chunks, run, made, end <= step + 1)
    _cut_last_chunk(connection, run, made, step)
    _copy(connection, metric_levels, run, made, metric_levels.c.block < step // BLOCK)
    _copy(connection, keyframes, run, made, (keyframes.c.step <= step) & (keyframes.c.file == ""))
    rows = [row for row in reading.read_keyframes(connection, run) if row.step <= step]
    copied = files.copy(run, made, rows)
    if copied:
        connection.execute(insert(keyframes), [{"run": made, **asdict(row)} for row in copied])
    _count(connection, made, step)


def _copy(connection: Connection, table: Table, run: str, made: str, which: Any) -> None:
    others = [column for column in table.c if column.name != "run"]
    query: Select[Any] = select(literal(made), *others).where(table.c.run == run, which)
    names = ["run", *(column.name for column in others)]
    connection.execute(insert(table).from_select(names, query))


def _cut_last_chunk(connection: Connection, run: str, made: str, step: int) -> None:
    c = metric_chunks.c
    last = select(func.max(c.first_step)).where(c.run == run, c.first_step <= step)
    first = connection.execute(last).scalar()
    if first is None:
        return
    (part,) = reading.read_metrics(connection, run, first, step) or [None]
    is_whole = select(c.first_step).where(c.run == made, c.first_step == first)
    if part is None or connection.execute(is_whole).first() is not None:
        return
    data, crc32 = chunks.encode(part)
    connection.execute(
        insert(metric_chunks).values(
            run=made, first_step=first, count=len(part.loss), crc32=crc32, data=data
        )
    )


def _count(connection: Connection, made: str, step: int) -> None:
    used = select(func.coalesce(func.sum(keyframes.c.bytes_used), 0))
    keyframe_bytes = int(connection.execute(used.where(keyframes.c.run == made)).scalar_one())
    query = select(evaluations.c.number, evaluations.c.data).where(evaluations.c.run == made)
    newest = connection.execute(query.order_by(evaluations.c.number.desc()).limit(1)).first()
    documents = 0
    for column in (
        interventions.c.document,
        evaluations.c.data,
        vitals.c.data,
        notes.c["values"],
    ):
        length = select(func.coalesce(func.sum(func.length(column)), 0))
        documents += connection.execute(length.where(column.table.c.run == made)).scalar_one()
    connection.execute(
        update(runs)
        .where(runs.c.id == made)
        .values(
            steps=step,
            evaluations=newest.number + 1 if newest else 0,
            bytes_used=runs.c.bytes_used + 8 * step + keyframe_bytes + documents,
            keyframe_bytes=keyframe_bytes,
            **score_values(json.loads(newest.data) if newest else None),
        )
    )
