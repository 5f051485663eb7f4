"""One run's folder: its files, what is known of them, and what waits to be written.

spec.json          the spec at the start
status.json        where the run stands, when it was made
interventions.log  JSON lines (`lines`)
evaluations.log
notes.log
metrics.bin        chunks (`chunks`)
keyframes/         the two newest (`keyframes`)
writer.lock        held by the one writer
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from netlapse.errors import RunError, StateError
from netlapse.record import chunks, keyframes
from netlapse.record.contract import (
    EvaluationData,
    Floats,
    Keyframe,
    LossColumns,
    MetricRange,
    Note,
    RunStatus,
)
from netlapse.record.disk import AppendFile, one_sentence
from netlapse.record.lines import encode_lines, read_lines
from netlapse.record.lock import WriterLock
from netlapse.record.overlap import fresh_part
from netlapse.record.pending import Pending
from netlapse.record.status_file import write_status
from netlapse.record.thinned import Evaluations
from netlapse.spec.changes import Intervention

SPEC, STATUS, LOCK, METRICS = "spec.json", "status.json", "writer.lock", "metrics.bin"
STATUS_SECONDS = 2.0
_LOGS: tuple[str, ...] = ("interventions", "evaluations", "notes")


class RunFolder:
    """Reads a run, and after `become_writer` writes it. Safe to use from any thread.

    Two locks: `_memory` is held shortly, for what is known; `_disk` while something is written, so
    that appending never waits for the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._memory = threading.RLock()
        self._disk = threading.RLock()
        self._files: dict[str, AppendFile] | None = None
        self._lock = WriterLock(path / LOCK)
        self._failure: RunError | None = None
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        self._index = chunks.new_index()
        self._recorded = 0
        self._ends = dict.fromkeys(_LOGS, 0)
        self._interventions: list[Intervention] = []
        self._notes: list[Note] = []
        self._evaluations = Evaluations()
        self._pending = Pending()
        self._status: RunStatus | None = None
        self._status_due = 0.0

    # --- reading ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Take in what another program has written since; nothing for the writer itself."""
        with self._memory:
            if self._files is not None:
                return
            chunks.scan(self.path / METRICS, self._index)
            self._recorded = self._index.steps
            takers: dict[str, Callable[[dict[str, Any]], object]] = {
                "interventions": lambda e: self._interventions.append(Intervention(**e)),
                "evaluations": lambda e: self._evaluations.append(e),
                "notes": lambda e: self._notes.append(Note(**e)),
            }
            for name, take in takers.items():
                entries, self._ends[name] = read_lines(self._log(name), self._ends[name])
                for entry in entries:
                    take(entry)

    @property
    def recorded_step(self) -> int:
        """The last step that was appended."""
        with self._memory:
            return self._recorded

    @property
    def saved_step(self) -> int:
        """The last step on disk."""
        with self._memory:
            return self._index.steps

    def interventions(self) -> tuple[Intervention, ...]:
        """All interventions, by step."""
        with self._memory:
            return tuple(sorted(self._interventions, key=lambda entry: entry.step))

    def evaluations(self) -> tuple[EvaluationData, ...]:
        """At most 1,024 of the evaluations."""
        with self._memory:
            return self._evaluations.all()

    def notes(self) -> tuple[Note, ...]:
        """All notes."""
        with self._memory:
            return tuple(self._notes)

    def loss_columns(self) -> LossColumns:
        """All losses, in columns."""
        with self._memory:
            return self._index.pyramid.columns()

    def newest_keyframe(self) -> Keyframe | None:
        """The newest whole keyframe."""
        with self._memory:
            waiting, recorded = self._pending.keyframe, self._recorded
        if waiting is not None and waiting.step <= recorded:
            return waiting
        return keyframes.newest_keyframe(self.path / "keyframes", recorded)

    def metrics(self, first_step: int, last_step: int | None) -> MetricRange:
        """The recorded steps of a range."""
        with self._memory:
            last = self._recorded if last_step is None else min(last_step, self._recorded)
            saved, offset = self._index.steps, self._index.places.before(first_step)
            waiting = list(self._pending.metrics)
        # Read without the lock: what is saved never changes.
        on_disk = chunks.read_chunks(self.path / METRICS, offset, min(last, saved))
        parts = chunks.select(on_disk, first_step, min(last, saved))
        parts += chunks.select(iter(waiting), max(first_step, saved + 1), last)
        return chunks.join(parts, first_step)

    # --- writing ---------------------------------------------------------------------------

    @property
    def is_writer(self) -> bool:
        """Whether this object is the run's one writer."""
        return self._files is not None

    def become_writer(self) -> None:
        """Take the lock, read everything anew, cut torn tails.

        Raises:
            StateError: Somebody else writes the run.
            RunError: The folder may not be written.
        """
        with self._disk, self._memory, one_sentence(self.path):
            if self._files is not None:
                return
            # Patience, because a look whether somebody holds the lock holds it for a moment.
            if not self._lock.acquire(patience_s=0.2):
                raise StateError(
                    "This run is open in another program.",
                    place=f"run {self.path.name}",
                    remedy="Close it there first.",
                )
            files: dict[str, AppendFile] = {}
            try:
                self._forget()
                self.refresh()
                for name in _LOGS:
                    files[name] = AppendFile(self._log(name), self._ends[name])
                files["metrics"] = AppendFile(self.path / METRICS, self._index.end)
            except BaseException:  # a full disk today must not lock the run for tomorrow
                for file in files.values():
                    file.close()
                self._lock.release()
                raise
            self._files = files

    def stop_writing(self) -> None:
        """Save everything and give the lock back.

        Raises:
            RunError: Something could not be saved; the lock is given back all the same.
        """
        with self._disk:
            with self._memory:
                if self._files is not None:
                    self._pending.status = self._status
            try:
                self.flush()
            finally:
                with self._memory:
                    files, self._files = self._files, None
                    for file in (files or {}).values():
                        file.close()
                    self._lock.release()

    def append_metrics(self, first_step: int, loss: Floats, gradient_norm: Floats) -> None:
        """Keep steps; on disk at the next flush."""
        with self._memory:
            self._require_writer()
            given = MetricRange(first_step, loss, gradient_norm)
            fresh = fresh_part(given, self._recorded, self.metrics)
            if fresh is not None:
                self._pending.metrics.append(fresh)
                self._index.pyramid.append(fresh.loss)
                self._recorded = fresh.last_step
            much = self._recorded - self._index.steps >= chunks.MAX_CHUNK
        if much:
            self.flush()
        self._raise_failure()

    def append_intervention(self, intervention: Intervention) -> None:
        """Keep an intervention; on disk on return."""
        with self._memory:
            self._require_writer()
            self._interventions.append(intervention)
            self._pending.interventions.append(intervention.to_dict())
        self.flush()

    def append_evaluation(self, evaluation: EvaluationData) -> None:
        """Keep an evaluation."""
        with self._memory:
            self._require_writer()
            if self._evaluations.append(evaluation):
                self._pending.evaluations.append(evaluation)

    def append_note(self, note: Note) -> None:
        """Keep a note."""
        with self._memory:
            self._require_writer()
            self._notes.append(note)
            self._pending.notes.append(asdict(note))

    def save_keyframe(self, keyframe: Keyframe) -> None:
        """Keep a keyframe; on disk at the next flush, after its steps."""
        with self._memory:
            self._require_writer()
            self._pending.keyframe = keyframe
        self._raise_failure()

    def set_status(self, status: RunStatus) -> None:
        """Replace the status; mere progress reaches the disk every two seconds."""
        with self._memory:
            self._require_writer()
            is_progress = self._status is not None and status == replace(
                self._status, step=status.step, epoch=status.epoch
            )
            self._status = status
            if not is_progress or time.monotonic() >= self._status_due:
                self._pending.status = status

    def newest_status(self) -> RunStatus | None:
        """The newest status; none where the writer has not set one."""
        with self._memory:
            return self._status

    def flush(self) -> None:
        """Write everything that waits.

        Raises:
            RunError: The disk does not take it; it waits on.
        """
        with self._disk:
            with self._memory:
                if self._files is None or not self._pending:
                    return
                waiting = self._pending.snapshot()
            try:
                with one_sentence(self.path):
                    self._write(waiting, self._files)
            except RunError as error:
                self._failure = error
                raise
            self._failure = None

    def flush_quietly(self) -> None:
        """Write everything that waits; an error is raised by the next call that appends."""
        try:
            self.flush()
        except RunError as error:
            self._failure = error

    def _write(self, waiting: Pending, files: dict[str, AppendFile]) -> None:
        # Interventions first, keyframe last: what survives is always a prefix of the history.
        self._write_log("interventions", waiting, files)
        if waiting.metrics:
            self._write_metrics(waiting.metrics, files["metrics"])
        self._write_log("evaluations", waiting, files)
        self._write_log("notes", waiting, files)
        if waiting.keyframe is not None and waiting.keyframe.step <= self._index.steps:
            keyframes.save_keyframe(self.path / "keyframes", waiting.keyframe)
            with self._memory:
                if self._pending.keyframe is waiting.keyframe:
                    self._pending.keyframe = None
        if waiting.status is not None:
            write_status(self.path / STATUS, waiting.status)
            with self._memory:
                self._status_due = time.monotonic() + STATUS_SECONDS
                if self._pending.status is waiting.status:
                    self._pending.status = None

    def _write_log(self, name: str, waiting: Pending, files: dict[str, AppendFile]) -> None:
        entries: list[Any] = getattr(waiting, name)
        if entries:
            files[name].append(encode_lines(entries))
            with self._memory:
                del getattr(self._pending, name)[: len(entries)]
                self._ends[name] = files[name].end

    def _write_metrics(self, ranges: list[MetricRange], file: AppendFile) -> None:
        whole = chunks.join(ranges, 1)
        for start in range(0, len(whole.loss), chunks.MAX_CHUNK):
            part = slice(start, start + chunks.MAX_CHUNK)
            chunk = MetricRange(
                whole.first_step + start, whole.loss[part], whole.gradient_norm[part]
            )
            file.append(chunks.encode_chunk(chunk))
            with self._memory:
                self._index.add(chunk)
        with self._memory:
            del self._pending.metrics[: len(ranges)]

    def _require_writer(self) -> None:
        if self._files is None:
            raise StateError("A run must be acquired before it is written.", place=self.path.name)

    def _raise_failure(self) -> None:
        failure = self._failure
        if failure is not None:
            raise RunError(failure.message, place=failure.place, remedy=failure.remedy)

    def _log(self, name: str) -> Path:
        return self.path / f"{name}.log"
