"""One run for its one writer: what is known of it, and what waits to be written."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping

from sqlalchemy import Connection, update

from netlapse.errors import NetlapseError, StateError
from netlapse.record.contract import (
    EvaluationData,
    Floats,
    Keyframe,
    KeyframeEntry,
    LossColumns,
    MetricRange,
    Note,
    RunStatus,
    VitalsEntry,
)
from netlapse.record.overlap import fresh_part
from netlapse.record.pending import Pending
from netlapse.record.pyramid import MAX_COLUMNS, Pyramid
from netlapse.record.spacing import Place, drop_over
from netlapse.record.sql import chunks, reading
from netlapse.record.sql.chunks import BLOCK, GROUP, Extremes, Tail, rows_for
from netlapse.record.sql.columns import columns
from netlapse.record.sql.database import Database
from netlapse.record.sql.keyframe_files import KeyframeFiles, KeyframeRow, row_of
from netlapse.record.sql.tables import runs
from netlapse.record.sql.writing import Saving
from netlapse.record.thinned import of_range
from netlapse.spec.changes import Intervention

WAITING_BYTES = 64 * 2**20
"""Of keyframes that wait, where the disk does not take them."""


class RunWriter:
    """Takes what is appended at once, and writes it when it is told to flush. From any thread.

    Two locks: `_memory` is held shortly, for what is known; `_disk` while something is written, so
    that appending never waits for the disk. Who holds `_memory` asks for no other.

    Args:
        database: Where the rows go.
        files: Where the states of keyframes go.
        run: The run, whose lock is held.
        most_bytes: How much its keyframes may take.

    Raises:
        NotFoundError: There is no such run.
        RunError: It cannot be written.
    """

    def __init__(self, database: Database, files: KeyframeFiles, run: str, most_bytes: int) -> None:
        self.run = run
        self._database = database
        self._files = files
        self._most_bytes = most_bytes
        self._memory = threading.RLock()
        self._disk = threading.RLock()
        self._writer = secrets.token_hex(8)
        self._pending = Pending()
        self._failure: NetlapseError | None = None
        self._status: RunStatus | None = None
        self._is_over = False
        with database.write() as connection:
            claimed = connection.execute(
                update(runs).where(runs.c.id == run).values(writer=self._writer)
            )
            if claimed.rowcount == 0:
                raise reading.missing(run)
            self._load(connection)
        files.sweep(run, {row.file for row in self._keyframes.values()})

    def _load(self, connection: Connection) -> None:
        self._saved: int = reading.run_row(connection, self.run).steps
        self._recorded = self._saved
        self._interventions = reading.read_interventions(connection, self.run)
        self._notes = reading.read_notes(connection, self.run)
        self._evaluations = reading.read_evaluations(connection, self.run)
        self._vitals = reading.read_all_vitals(connection, self.run)
        self._keyframes: dict[Place, KeyframeRow] = {
            (row.step, row.interventions): row
            for row in reading.read_keyframes(connection, self.run)
        }
        whole = self._saved // BLOCK
        parts = reading.read_metrics(connection, self.run, whole * BLOCK + 1, self._saved)
        rest = chunks.join(parts, whole * BLOCK + 1)
        self._tail = Tail(rest, tuple(part.first_step for part in parts))
        if self._saved > MAX_COLUMNS * GROUP:
            level = reading.read_levels(connection, self.run, 0, whole)
            self._pyramid = Pyramid.of(level.low, level.high, GROUP, whole * BLOCK)
            self._pyramid.append(rest.loss)
        else:  # groups would be too wide
            self._pyramid = Pyramid()
            for part in reading.read_metrics(connection, self.run, 1, self._saved):
                self._pyramid.append(part.loss)

    # --- appending -------------------------------------------------------------------------

    def append_metrics(self, first_step: int, loss: Floats, gradient_norm: Floats) -> bool:
        """Take steps; says whether so many wait that they should be written now."""
        with self._memory:
            self._refuse_if_over()
            given = MetricRange(first_step, loss, gradient_norm)
            fresh = fresh_part(given, self._recorded, self.metrics)
            if fresh is not None:
                self._pending.metrics.append(fresh)
                self._pyramid.append(fresh.loss)
                self._recorded = fresh.last_step
            return self._recorded - self._saved >= BLOCK

    def append_intervention(self, intervention: Intervention) -> None:
        """Take an intervention."""
        with self._memory:
            self._refuse_if_over()
            self._interventions.append(intervention)
            self._pending.interventions.append(intervention)

    def append_evaluation(self, evaluation: EvaluationData) -> None:
        """Take an evaluation."""
        with self._memory:
            self._refuse_if_over()
            if self._evaluations.append(evaluation):
                self._pending.evaluations[self._evaluations.count - 1] = evaluation

    def append_vitals(self, vitals: VitalsEntry) -> None:
        """Take vitals."""
        with self._memory:
            self._refuse_if_over()
            if self._vitals.append(vitals):
                self._pending.vitals[self._vitals.count - 1] = vitals

    def append_note(self, note: Note) -> None:
        """Take a note."""
        with self._memory:
            self._refuse_if_over()
            self._notes.append(note)
            self._pending.notes.append(note)

    def save_keyframe(self, keyframe: Keyframe) -> None:
        """Take a keyframe; it is written with its steps, or after them."""
        with self._memory:
            self._refuse_if_over()
            self._pending.keyframes[keyframe.step, keyframe.interventions] = keyframe
            drop_over(self._pending.keyframes, WAITING_BYTES, self._flagged())

    def set_status(self, status: RunStatus) -> None:
        """Replace the status."""
        with self._memory:
            self._refuse_if_over()
            self._status = self._pending.status = status

    def raise_failure(self) -> None:
        """Say once more why the last flush failed; nothing where it did not."""
        failure = self._failure
        if failure is not None:
            raise type(failure)(failure.message, place=failure.place, remedy=failure.remedy)

    # --- writing ---------------------------------------------------------------------------

    def flush(self) -> bool:
        """Write everything that waits; says whether keyframes were among it.

        Raises:
            RunError: The disk does not take it; it waits on.
            StateError: Another program has acquired the run.
        """
        with self._disk:
            with self._memory:
                waiting = self._pending.snapshot(self._recorded)
            if not waiting:
                return False
            try:
                self._write(waiting)
            except NetlapseError as error:
                self._failure = error
                raise
            self._failure = None
            return bool(waiting.keyframes)

    def stop(self) -> None:
        """Save everything and take nothing more.

        Raises:
            RunError: Something could not be saved.
        """
        with self._disk:
            try:
                self.flush()
            finally:
                with self._memory:
                    self._is_over = True

    def discard(self) -> None:
        """Take nothing more, and write nothing: the run is about to go."""
        with self._disk, self._memory:
            self._is_over = True
            self._pending = Pending()

    def thin(self, by_bytes: int) -> int:
        """Drop keyframes until so many bytes are free, if it can be; gives how many are."""
        with self._disk:
            with self._memory:
                index, flagged = dict(self._keyframes), self._flagged()
            used = sum(row.bytes_used for row in index.values())
            dropped = drop_over(index, max(0, used - by_bytes), flagged)
            if dropped:
                with self._database.write() as connection:
                    saving = Saving(connection, self.run, self._writer)
                    saving.keyframes([], dropped)
                    saving.finish(0)
                self._replace_index(index, dropped)
            return sum(row.bytes_used for row in dropped)

    def _write(self, waiting: Pending) -> None:
        with self._memory:
            index = dict(self._keyframes) if waiting.keyframes else {}
            flagged = self._flagged()
            counts = {
                "interventions": len(self._interventions) - len(self._pending.interventions),
                "notes": len(self._notes) - len(self._pending.notes),
            }
            strides = self._evaluations.stride, self._vitals.stride
        old = dict(index)
        index |= {place: row_of(each) for place, each in waiting.keyframes.items()}
        drop_over(index, self._most_bytes, flagged)
        added = [
            (row, waiting.keyframes[place].data)
            for place, row in index.items()
            if old.get(place) != row
        ]
        dropped = [row for place, row in old.items() if index.get(place) != row]
        self._files.save(self.run, added)  # before their rows
        rows = rows_for(self._tail, chunks.join(waiting.metrics, self._saved + 1))
        with self._database.write() as connection:
            saving = Saving(connection, self.run, self._writer)
            saving.documents(waiting, counts)
            if waiting.metrics:
                saving.metrics(rows)
            saving.evaluations(waiting.evaluations, strides[0])
            saving.vitals(waiting.vitals, strides[1])
            saving.keyframes(added, dropped)
            saving.status(waiting.status)
            saving.finish(rows.tail.metrics.last_step - self._saved)
        with self._memory:
            self._pending.forget(waiting)
            self._tail, self._saved = rows.tail, rows.tail.metrics.last_step
        if waiting.keyframes:
            self._replace_index(index, dropped)

    def _replace_index(self, index: Mapping[Place, KeyframeRow], gone: list[KeyframeRow]) -> None:
        with self._memory:
            self._keyframes = dict(index)
        used = {row.file for row in index.values()}
        self._files.drop(self.run, [row for row in gone if row.file not in used])

    # --- reading ---------------------------------------------------------------------------

    @property
    def recorded_step(self) -> int:
        """The last step that was appended."""
        with self._memory:
            return self._recorded

    @property
    def saved_step(self) -> int:
        """The last step that is committed."""
        with self._memory:
            return self._saved

    @property
    def status(self) -> RunStatus | None:
        """The newest status; none where the writer has not set one."""
        with self._memory:
            return self._status

    def interventions(self) -> list[Intervention]:
        """All interventions, as they were made."""
        with self._memory:
            return list(self._interventions)

    def notes(self) -> list[Note]:
        """All notes."""
        with self._memory:
            return list(self._notes)

    def evaluations(self) -> tuple[EvaluationData, ...]:
        """At most 1,024 of the evaluations."""
        with self._memory:
            return self._evaluations.all()

    def vitals(self, first_step: int, last_step: int | None) -> tuple[VitalsEntry, ...]:
        """At most 512 of the vitals, those of a range."""
        with self._memory:
            return of_range(self._vitals.all(), first_step, last_step)

    def newest_vitals(self) -> int | None:
        """The step of the newest vitals."""
        with self._memory:
            return self._vitals.last_step

    def keyframes(self) -> list[KeyframeEntry]:
        """All keyframes whose steps are there."""
        with self._memory:
            entries = {
                place: KeyframeEntry(*place, row.seconds, row.bytes_used)
                for place, row in self._keyframes.items()
            } | {
                place: KeyframeEntry(*place, each.seconds, len(each.data))
                for place, each in self._pending.keyframes.items()
                if place[0] <= self._recorded
            }
        return [entries[place] for place in sorted(entries)]

    def keyframe_before(self, step: int) -> Keyframe | None:
        """The newest whole keyframe at or before a step."""
        with self._memory:
            last = min(step, self._recorded)
            found: dict[Place, Keyframe | KeyframeRow] = {
                place: each
                for place, each in (self._keyframes | self._pending.keyframes).items()
                if place[0] <= last
            }
        for place in sorted(found, reverse=True):
            each = found[place]
            keyframe = each if isinstance(each, Keyframe) else self._read_keyframe(each)
            if keyframe is not None:
                return keyframe
        return None

    def _read_keyframe(self, row: KeyframeRow) -> Keyframe | None:
        if row.file:
            return row.with_state(self._files.read(self.run, row))
        with self._database.read() as connection:
            return row.with_state(reading.read_state(connection, self.run, row))

    def metrics(self, first_step: int, last_step: int) -> MetricRange:
        """The recorded steps of a range."""
        with self._memory:
            tail = self._tail.metrics
            waiting = [tail, *self._pending.metrics]
        parts = [chunks.select(each, first_step, last_step) for each in waiting]
        if first_step < tail.first_step:
            with self._database.read() as connection:
                last = min(last_step, tail.first_step - 1)
                parts = [*reading.read_metrics(connection, self.run, first_step, last), *parts]
        return chunks.join(parts, first_step)

    def loss_columns(self, first_step: int, last_step: int | None) -> LossColumns:
        """The losses of a range, in columns."""
        with self._memory:
            steps, saved = self._recorded, self._saved
            if first_step <= 1 and (last_step is None or last_step >= steps):
                return self._pyramid.columns()
        last = steps if last_step is None else min(last_step, steps)
        return columns(max(1, first_step), last, steps, self.metrics, self._levels, saved)

    def _levels(self, first: int, stop: int) -> Extremes:
        with self._database.read() as connection:
            return reading.read_levels(connection, self.run, first, stop)

    def _flagged(self) -> set[int]:
        return {intervention.step for intervention in self._interventions}

    def _refuse_if_over(self) -> None:
        if self._is_over:
            raise not_acquired(self.run)


def not_acquired(run: str) -> StateError:
    """What to say to who writes and is not the writer."""
    return StateError("A run must be acquired before it is written.", place=run)
