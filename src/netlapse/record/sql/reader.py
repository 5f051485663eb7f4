"""One run for whoever does not write it: each question is one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Protocol

from sqlalchemy import Connection, select

from netlapse.record.contract import (
    EvaluationData,
    Keyframe,
    KeyframeEntry,
    LossColumns,
    MetricRange,
    Note,
    VitalsEntry,
)
from netlapse.record.sql import chunks, reading
from netlapse.record.sql.columns import columns
from netlapse.record.sql.database import Database
from netlapse.record.sql.keyframe_files import KeyframeFiles
from netlapse.record.sql.tables import runs
from netlapse.record.thinned import of_range
from netlapse.spec.changes import Intervention


class RunView(Protocol):
    """What can be asked of a run, by its writer and by others."""

    @property
    def recorded_step(self) -> int:
        """The last step that was appended."""
        ...

    @property
    def saved_step(self) -> int:
        """The last step that is committed."""
        ...

    def interventions(self) -> list[Intervention]:
        """All interventions, as they were made."""
        ...

    def notes(self) -> list[Note]:
        """All notes."""
        ...

    def evaluations(self) -> tuple[EvaluationData, ...]:
        """At most 1,024 of the evaluations."""
        ...

    def vitals(self, first_step: int, last_step: int | None) -> tuple[VitalsEntry, ...]:
        """At most 512 of the vitals, those of a range."""
        ...

    def newest_vitals(self) -> int | None:
        """The step of the newest vitals."""
        ...

    def keyframes(self) -> list[KeyframeEntry]:
        """All keyframes whose steps are there."""
        ...

    def keyframe_before(self, step: int) -> Keyframe | None:
        """The newest whole keyframe at or before a step."""
        ...

    def metrics(self, first_step: int, last_step: int) -> MetricRange:
        """The recorded steps of a range."""
        ...

    def loss_columns(self, first_step: int, last_step: int | None) -> LossColumns:
        """The losses of a range, in columns."""
        ...


class RunReader:
    """Reads a run as the database has it; each method raises a `NotFoundError` where it has not."""

    def __init__(self, database: Database, files: KeyframeFiles, run: str) -> None:
        self.run = run
        self._database = database
        self._files = files

    @contextlib.contextmanager
    def transaction(self) -> Generator[Connection, None, None]:
        """A moment in which the run is there.

        Raises:
            NotFoundError: It is not.
        """
        with self._database.read() as connection:
            known = connection.execute(select(runs.c.id).where(runs.c.id == self.run)).first()
            if known is None:
                raise reading.missing(self.run)
            yield connection

    @property
    def recorded_step(self) -> int:
        """As the protocol says."""
        with self._database.read() as connection:
            return reading.run_row(connection, self.run).steps

    @property
    def saved_step(self) -> int:
        """As the protocol says."""
        return self.recorded_step

    def interventions(self) -> list[Intervention]:
        """As the protocol says."""
        with self.transaction() as connection:
            return reading.read_interventions(connection, self.run)

    def notes(self) -> list[Note]:
        """As the protocol says."""
        with self.transaction() as connection:
            return reading.read_notes(connection, self.run)

    def evaluations(self) -> tuple[EvaluationData, ...]:
        """As the protocol says."""
        with self.transaction() as connection:
            return reading.read_evaluations(connection, self.run).all()

    def vitals(self, first_step: int, last_step: int | None) -> tuple[VitalsEntry, ...]:
        """As the protocol says."""
        with self.transaction() as connection:
            kept = reading.read_all_vitals(connection, self.run).all()
        return of_range(kept, first_step, last_step)

    def newest_vitals(self) -> int | None:
        """As the protocol says."""
        with self.transaction() as connection:
            return reading.newest_vitals(connection, self.run)

    def keyframes(self) -> list[KeyframeEntry]:
        """As the protocol says."""
        with self.transaction() as connection:
            rows = reading.read_keyframes(connection, self.run)
        return [
            KeyframeEntry(row.step, row.interventions, row.seconds, row.bytes_used) for row in rows
        ]

    def keyframe_before(self, step: int) -> Keyframe | None:
        """As the protocol says."""
        with self.transaction() as connection:
            for row in reading.keyframes_before(connection, self.run, step):
                keyframe = row.with_state(
                    self._files.read(self.run, row)
                    if row.file
                    else reading.read_state(connection, self.run, row)
                )
                if keyframe is not None:
                    return keyframe
        return None

    def metrics(self, first_step: int, last_step: int) -> MetricRange:
        """As the protocol says."""
        with self.transaction() as connection:
            parts = reading.read_metrics(connection, self.run, first_step, last_step)
        return chunks.join(parts, first_step)

    def loss_columns(self, first_step: int, last_step: int | None) -> LossColumns:
        """As the protocol says."""
        with self._database.read() as connection:
            steps = reading.run_row(connection, self.run).steps
            return columns(
                max(1, first_step),
                steps if last_step is None else min(last_step, steps),
                steps,
                lambda first, last: chunks.join(
                    reading.read_metrics(connection, self.run, first, last), first
                ),
                lambda first, stop: reading.read_levels(connection, self.run, first, stop),
                steps,
            )
