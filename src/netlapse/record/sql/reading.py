"""What the tables say of one run, for whoever writes it or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, func, select

from netlapse.errors import NotFoundError
from netlapse.record.contract import EvaluationData, MetricRange, Note, VitalsEntry
from netlapse.record.sql import chunks
from netlapse.record.sql.chunks import BLOCK, Extremes, decode_levels
from netlapse.record.sql.keyframe_files import KeyframeRow
from netlapse.record.sql.tables import (
    evaluations,
    interventions,
    keyframes,
    metric_chunks,
    metric_levels,
    notes,
    runs,
    vitals,
)
from netlapse.record.thinned import Evaluations, VitalsList
from netlapse.spec.changes import Intervention

_KEYFRAMES = select(
    keyframes.c.step,
    keyframes.c.interventions,
    keyframes.c.seconds,
    keyframes.c.final,
    keyframes.c.bytes_used,
    keyframes.c.sha256,
    keyframes.c.file,
)


def missing(run: str) -> NotFoundError:
    """What to say about a run that is not there."""
    return NotFoundError("There is no such run.", place=f"run {run[:40]}")


def run_row(connection: Connection, run: str) -> Row[Any]:
    """A run's own row.

    Raises:
        NotFoundError: There is none.
    """
    row = connection.execute(select(runs).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise missing(run)
    return row


def read_interventions(connection: Connection, run: str) -> list[Intervention]:
    """All interventions, as they were made."""
    query = select(interventions.c.document).where(interventions.c.run == run)
    found = connection.execute(query.order_by(interventions.c.number)).scalars()
    return [Intervention.model_validate_json(document) for document in found]


def read_notes(connection: Connection, run: str) -> list[Note]:
    """All notes, oldest first."""
    query = select(notes.c.step, notes.c.kind, notes.c.text, notes.c["values"])
    found = connection.execute(query.where(notes.c.run == run).order_by(notes.c.number))
    return [Note(step, kind, text, json.loads(values)) for step, kind, text, values in found]


def read_evaluations(connection: Connection, run: str) -> Evaluations:
    """The evaluations that are kept."""
    query = select(evaluations.c.number, evaluations.c.data).where(evaluations.c.run == run)
    found = connection.execute(query.order_by(evaluations.c.number))
    kept: list[tuple[int, EvaluationData]] = [(number, json.loads(data)) for number, data in found]
    return Evaluations.of(kept)


def read_all_vitals(connection: Connection, run: str) -> VitalsList:
    """The vitals that are kept."""
    c = vitals.c
    query = select(c.number, c.step, c.data).where(c.run == run).order_by(c.number)
    found = connection.execute(query)
    return VitalsList.of([(number, VitalsEntry(step, data)) for number, step, data in found])


def newest_vitals(connection: Connection, run: str) -> int | None:
    """The step of the newest vitals."""
    return connection.execute(select(func.max(vitals.c.step)).where(vitals.c.run == run)).scalar()


def read_keyframes(connection: Connection, run: str) -> list[KeyframeRow]:
    """All keyframes, by step, those of one step by interventions."""
    c = keyframes.c
    query = _KEYFRAMES.where(c.run == run).order_by(c.step, c.interventions)
    return [KeyframeRow(*row) for row in connection.execute(query)]


def keyframes_before(connection: Connection, run: str, step: int) -> Iterator[KeyframeRow]:
    """Those at or before a step, the newest first; nearly always the first will do."""
    c = keyframes.c
    query = _KEYFRAMES.where(c.run == run, c.step <= step)
    query = query.order_by(c.step.desc(), c.interventions.desc())
    for part in (query.limit(1), query.offset(1)):
        for row in connection.execute(part):
            yield KeyframeRow(*row)


def read_state(connection: Connection, run: str, row: KeyframeRow) -> bytes | None:
    """The state that lies in a keyframe's row; none where it is gone."""
    c = keyframes.c
    query = select(c.data).where(
        c.run == run, c.step == row.step, c.interventions == row.interventions
    )
    return connection.execute(query).scalar()


def read_metrics(
    connection: Connection, run: str, first_step: int, last_step: int
) -> list[MetricRange]:
    """The parts of a range that are saved, in order.

    Raises:
        RunError: A checksum is wrong, or steps are missing between others.
    """
    c = metric_chunks.c
    query = select(c.first_step, c.count, c.crc32, c.data).where(
        c.run == run, c.first_step > first_step - BLOCK, c.first_step <= last_step
    )
    found = connection.execute(query.order_by(c.first_step))
    parts: list[MetricRange] = []
    following = first_step
    for row in found:
        if row.first_step + row.count > first_step:
            part = chunks.select(chunks.decode(*row), first_step, last_step)
            if part.first_step != following:
                raise chunks.damaged(following, part.first_step - 1)
            parts.append(part)
            following = part.last_step + 1
    return parts


def read_levels(connection: Connection, run: str, first: int, stop: int) -> Extremes:
    """The groups of the complete blocks from `first` to before `stop`, counted from 0."""
    c = metric_levels.c
    query = select(c.data).where(c.run == run, c.block >= first, c.block < stop)
    return decode_levels(list(connection.execute(query.order_by(c.block)).scalars()))
