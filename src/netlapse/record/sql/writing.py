"""One transaction: what was appended to a run becomes rows, all of it or nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from netlapse.errors import StateError
from netlapse.record.contract import EvaluationData, RunStatus, VitalsEntry
from netlapse.record.listing import score_of
from netlapse.record.pending import Pending
from netlapse.record.sql import chunks
from netlapse.record.sql.chunks import Rows
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


def as_json(value: object) -> str:
    """Plain data as text; other than ASCII is escaped, so that no text is too odd."""
    return json.dumps(value, separators=(",", ":"))


def status_values(status: RunStatus) -> dict[str, Any]:
    """A status as columns of `runs`."""
    problem = as_json(asdict(status.problem)) if status.problem else None
    return {
        "state": status.state,
        "step": status.step,
        "epoch": status.epoch,
        "epochs": status.epochs,
        "problem": problem,
        "note": plain(status.note),
    }


def score_values(evaluation: EvaluationData | None) -> dict[str, float | None]:
    """What runs are sorted by."""
    return {name: _finite(score_of(evaluation, name)) for name in ("loss", "accuracy")}


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def plain(text: str) -> str:
    """Text as every database takes it: without zeros and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Saving:
    """Writes one run's rows in a transaction, and counts the bytes.

    Args:
        connection: The transaction.
        run: The run.
        writer: Who writes it.

    Raises:
        StateError: Another has acquired it since, or it is gone.
    """

    def __init__(self, connection: Connection, run: str, writer: str) -> None:
        self._connection = connection
        self._run = run
        self._bytes = 0
        self._keyframe_bytes = 0
        self._values: dict[str, Any] = {}
        owner = select(runs.c.writer).where(runs.c.id == run).with_for_update()
        if connection.execute(owner).scalar() != writer:
            raise StateError(
                "Another program has taken this run over, or it was deleted.", place=f"run {run}"
            )

    def documents(self, waiting: Pending, counts: Mapping[str, int]) -> None:
        """Interventions and notes.

        Args:
            waiting: What was appended.
            counts: How many of each kind are saved: the numbers of the first ones.
        """
        self._insert(
            interventions,
            (
                {"number": number, "step": each.step, "document": each.to_json()}
                for number, each in enumerate(waiting.interventions, counts["interventions"])
            ),
        )
        self._insert(
            notes,
            (
                {
                    "number": number,
                    "step": each.step,
                    "kind": each.kind,
                    "text": plain(each.text),
                    "values": as_json(dict(each.values)),
                }
                for number, each in enumerate(waiting.notes, counts["notes"])
            ),
        )

    def metrics(self, rows: Rows) -> None:
        """Chunks and levels."""
        c = metric_chunks.c
        if rows.dropped:
            gone = delete(metric_chunks).where(c.run == self._run, c.first_step.in_(rows.dropped))
            self._connection.execute(gone)
        packed = [(chunk, chunks.encode(chunk)) for chunk in rows.chunks]
        self._insert(
            metric_chunks,
            (
                {
                    "first_step": chunk.first_step,
                    "count": len(chunk.loss),
                    "crc32": crc32,
                    "data": data,
                }
                for chunk, (data, crc32) in packed
            ),
            is_counted=False,
        )
        self._insert(
            metric_levels,
            (
                {"block": number, "data": chunks.encode_level(level)}
                for number, level in rows.levels
            ),
        )
        self._values["steps"] = rows.tail.metrics.last_step

    def evaluations(self, given: Mapping[int, EvaluationData], stride: int) -> None:
        """Evaluations by number; what their thinning has dropped goes."""
        if given:
            as_rows = {k: (int(each["step"]), as_json(dict(each))) for k, each in given.items()}
            self._thinned(evaluations, as_rows, stride)
            newest = max(given)
            self._values |= {"evaluations": newest + 1, **score_values(given[newest])}

    def vitals(self, given: Mapping[int, VitalsEntry], stride: int) -> None:
        """Vitals by number; what their thinning has dropped goes."""
        if given:
            as_rows = {number: (each.step, each.data) for number, each in given.items()}
            self._thinned(vitals, as_rows, stride)

    def keyframes(
        self, added: Iterable[tuple[KeyframeRow, bytes]], dropped: Iterable[KeyframeRow]
    ) -> None:
        """The index of keyframes, and the states that have no file; what is replaced is dropped."""
        c = keyframes.c
        for row in dropped:
            self._connection.execute(
                delete(keyframes).where(
                    c.run == self._run, c.step == row.step, c.interventions == row.interventions
                )
            )
            self._keyframe_bytes -= row.bytes_used
        for row, data in added:
            values = {**asdict(row), "data": None if row.file else data}
            self._insert(keyframes, [values], is_counted=False)
            self._keyframe_bytes += row.bytes_used

    def status(self, status: RunStatus | None) -> None:
        """Where the run stands."""
        if status is not None:
            self._values |= status_values(status)

    def finish(self, new_steps: int) -> None:
        """The run's own row, last."""
        used = self._bytes + self._keyframe_bytes + 8 * new_steps
        self._connection.execute(
            update(runs)
            .where(runs.c.id == self._run)
            .values(
                bytes_used=runs.c.bytes_used + used,
                keyframe_bytes=runs.c.keyframe_bytes + self._keyframe_bytes,
                **self._values,
            )
        )

    def _thinned(self, table: Any, given: Mapping[int, tuple[int, Any]], stride: int) -> None:
        """Rows by number, of steps and data; those stay whose number the stride divides, and the
        newest."""
        c, newest = table.c, max(given)
        is_replaced = c.number.in_(given)
        is_thinned = (c.number % stride != 0) & (c.number < newest)
        gone = (c.run == self._run) & (is_replaced | is_thinned)
        sizes = self._connection.execute(select(func.length(c.data)).where(gone)).scalars()
        self._bytes -= sum(sizes)
        self._connection.execute(delete(table).where(gone))
        self._insert(
            table,
            (
                {"number": number, "step": step, "data": data}
                for number, (step, data) in given.items()
                if number % stride == 0 or number == newest
            ),
        )

    def _insert(
        self, table: Any, rows: Iterable[dict[str, Any]], *, is_counted: bool = True
    ) -> None:
        given = list(rows)
        if given:
            self._connection.execute(insert(table), [{"run": self._run, **row} for row in given])
        if is_counted:
            sized = (value for row in given for value in row.values())
            self._bytes += sum(len(value) for value in sized if isinstance(value, str | bytes))
