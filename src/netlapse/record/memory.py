"""Runs in memory: for tests, and for trainings that are not to be recorded."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from netlapse.errors import NotFoundError, StateError
from netlapse.record.contract import (
    ALL,
    EvaluationData,
    Floats,
    Keyframe,
    KeyframeEntry,
    LossColumns,
    MetricRange,
    Note,
    Origin,
    RunQuery,
    RunStatus,
    RunSummary,
    Share,
    VitalsEntry,
)
from netlapse.record.listing import chosen, fitting
from netlapse.record.overlap import fresh_part
from netlapse.record.pyramid import columns_of
from netlapse.record.spacing import MOST_BYTES, drop_over
from netlapse.record.thinned import Evaluations, VitalsList, of_range
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec


class _Growing:
    """Values in one array that doubles where it is full."""

    def __init__(self) -> None:
        self._values = np.empty(1024, np.float32)
        self._count = 0

    def append(self, values: Floats) -> None:
        needed = self._count + len(values)
        if needed > len(self._values):
            grown = np.empty(max(needed, 2 * len(self._values)), np.float32)
            grown[: self._count] = self._values[: self._count]
            self._values = grown
        self._values[self._count : needed] = values
        self._count = needed

    def part(self, start: int, stop: int) -> Floats:
        return self._values[start : min(stop, self._count)].copy()

    @property
    def bytes_used(self) -> int:
        return 4 * self._count


@dataclass
class _Run:
    spec: Spec
    created: float
    status: RunStatus
    writable: bool = True
    interventions: list[Intervention] = field(default_factory=list[Intervention])
    notes: list[Note] = field(default_factory=list[Note])
    evaluations: Evaluations = field(default_factory=Evaluations)
    vitals: VitalsList = field(default_factory=VitalsList)
    keyframes: dict[tuple[int, int], Keyframe] = field(
        default_factory=dict[tuple[int, int], Keyframe]
    )
    loss: _Growing = field(default_factory=_Growing)
    gradient_norm: _Growing = field(default_factory=_Growing)
    steps: int = 0
    name: str = ""
    origin: Origin | None = None
    tags: tuple[str, ...] = ()
    remark: str = ""
    hidden: float | None = None

    def metrics(self, first_step: int, last_step: int) -> MetricRange:
        start, stop = max(1, first_step) - 1, min(last_step, self.steps)
        return MetricRange(
            start + 1, self.loss.part(start, stop), self.gradient_norm.part(start, stop)
        )

    @property
    def bytes_used(self) -> int:
        states = sum(len(keyframe.data) for keyframe in self.keyframes.values())
        vitals = sum(len(entry.data) for entry in self.vitals.all())
        return self.loss.bytes_used + self.gradient_norm.bytes_used + states + vitals


class MemoryStore:
    """The store contract in memory; what it keeps survives a worker, not the program.

    Args:
        keyframe_bytes: Room for the keyframes of one run.
    """

    def __init__(self, keyframe_bytes: int = MOST_BYTES) -> None:
        self._keyframe_bytes = keyframe_bytes
        self._runs: dict[str, _Run] = {}
        self._shares: dict[str, Share] = {}
        self._guard = threading.RLock()

    # --- life ------------------------------------------------------------------------------

    def create(self, spec: Spec, *, edited_from: str | None = None) -> str:
        """As the contract says."""
        run = secrets.token_hex(8)
        status = RunStatus("opening", epochs=spec.training.epochs)
        origin = Origin(edited_from, None) if edited_from is not None else None
        with self._guard:
            self._runs[run] = _Run(spec, time.time(), status, name=spec.name, origin=origin)
        return run

    def branch(self, run: str, step: int) -> str:
        """As the contract says."""
        with self._guard:
            parent = self._get(run)
            if step > parent.steps:
                raise StateError(
                    f"The record ends at step {parent.steps:,}, before step {step:,}.",
                    place=f"run {run}",
                )
            made = self.create(parent.spec)
            kept = self._runs[made]
            kept.status = replace(parent.status, state="paused", step=step, problem=None, note="")
            kept.name, kept.origin = parent.name, Origin(run, step)
            history = parent.metrics(1, step)
            self.append_metrics(made, 1, history.loss, history.gradient_norm)
            kept.interventions = [i for i in parent.interventions if i.step <= step]
            kept.notes = [note for note in parent.notes if note.step <= step]
            for evaluation in parent.evaluations.all():
                if evaluation["step"] <= step:
                    kept.evaluations.append(evaluation)
            for entry in parent.vitals.all():
                if entry.step <= step:
                    kept.vitals.append(entry)
            kept.keyframes = {k: v for k, v in parent.keyframes.items() if k[0] <= step}
            return made

    def acquire(self, run: str) -> None:
        """As the contract says."""
        self._get(run).writable = True

    def release(self, run: str) -> None:
        """As the contract says."""
        if run in self._runs:
            self._runs[run].writable = False

    def delete(self, run: str) -> None:
        """As the contract says."""
        with self._guard:
            self._get(run)
            del self._runs[run]

    def close(self) -> None:
        """As the contract says."""
        for run in self._runs:
            self.release(run)

    # --- writing ---------------------------------------------------------------------------

    def append_metrics(
        self, run: str, first_step: int, loss: Floats, gradient_norm: Floats
    ) -> None:
        """As the contract says."""
        with self._guard:
            kept = self._writable(run)
            given = MetricRange(first_step, loss, gradient_norm)
            fresh = fresh_part(given, kept.steps, kept.metrics)
            if fresh is not None:
                kept.loss.append(fresh.loss)
                kept.gradient_norm.append(fresh.gradient_norm)
                kept.steps = fresh.last_step

    def append_intervention(self, run: str, intervention: Intervention) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).interventions.append(intervention)

    def append_evaluation(self, run: str, evaluation: EvaluationData) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).evaluations.append(evaluation)

    def append_vitals(self, run: str, vitals: VitalsEntry) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).vitals.append(vitals)

    def append_note(self, run: str, note: Note) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).notes.append(note)

    def save_keyframe(self, run: str, keyframe: Keyframe) -> None:
        """As the contract says."""
        with self._guard:
            kept = self._writable(run).keyframes
            kept[keyframe.step, keyframe.interventions] = keyframe
            drop_over(kept, self._keyframe_bytes, {i.step for i in self.interventions(run)})

    def set_status(self, run: str, status: RunStatus) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).status = status

    def flush(self, run: str) -> None:
        """As the contract says."""
        self._get(run)

    # --- reading ---------------------------------------------------------------------------

    def describe(
        self,
        run: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        remark: str | None = None,
    ) -> None:
        """As the contract says."""
        with self._guard:
            kept = self._get(run)
            kept.name = kept.name if name is None else name
            kept.tags = kept.tags if tags is None else tuple(sorted(set(tags)))
            kept.remark = kept.remark if remark is None else remark

    def hide(self, run: str) -> None:
        """As the contract says."""
        self._get(run).hidden = time.time()

    def restore(self, run: str) -> None:
        """As the contract says."""
        self._get(run).hidden = None

    def runs(self, query: RunQuery = ALL) -> list[RunSummary]:
        """As the contract says."""
        with self._guard:
            return chosen([self.summary(run) for run in self._runs], query)

    def count_runs(self, query: RunQuery = ALL) -> int:
        """As the contract says."""
        with self._guard:
            return len(fitting([self.summary(run) for run in self._runs], query))

    def summary(self, run: str) -> RunSummary:
        """As the contract says."""
        kept = self._get(run)
        evaluations = kept.evaluations.all()
        return RunSummary(
            run,
            kept.name,
            kept.status,
            kept.created,
            kept.bytes_used,
            origin=kept.origin,
            tags=kept.tags,
            remark=kept.remark,
            evaluation=evaluations[-1] if evaluations else None,
            hidden=kept.hidden,
        )

    def spec(self, run: str) -> Spec:
        """As the contract says."""
        return self._get(run).spec

    def interventions(self, run: str) -> tuple[Intervention, ...]:
        """As the contract says."""
        return tuple(sorted(self._get(run).interventions, key=lambda entry: entry.step))

    def evaluations(self, run: str) -> tuple[EvaluationData, ...]:
        """As the contract says."""
        with self._guard:
            return self._get(run).evaluations.all()

    def vitals(
        self, run: str, first_step: int = 0, last_step: int | None = None
    ) -> tuple[VitalsEntry, ...]:
        """As the contract says."""
        with self._guard:
            return of_range(self._get(run).vitals.all(), first_step, last_step)

    def newest_vitals(self, run: str) -> int | None:
        """As the contract says."""
        with self._guard:
            return self._get(run).vitals.last_step

    def notes(self, run: str) -> tuple[Note, ...]:
        """As the contract says."""
        return tuple(self._get(run).notes)

    def newest_keyframe(self, run: str) -> Keyframe | None:
        """As the contract says."""
        with self._guard:
            return self.keyframe_before(run, self._get(run).steps)

    def keyframes(self, run: str) -> tuple[KeyframeEntry, ...]:
        """As the contract says."""
        with self._guard:
            kept = self._get(run).keyframes
            return tuple(
                KeyframeEntry(k.step, k.interventions, k.seconds, len(k.data))
                for _, k in sorted(kept.items())
            )

    def keyframe_before(self, run: str, step: int) -> Keyframe | None:
        """As the contract says."""
        with self._guard:
            kept = self._get(run)
            places = [p for p in kept.keyframes if p[0] <= min(step, kept.steps)]
            return kept.keyframes[max(places)] if places else None

    def recorded_step(self, run: str) -> int:
        """As the contract says."""
        return self._get(run).steps

    def saved_step(self, run: str) -> int:
        """As the contract says."""
        return self._get(run).steps

    def metrics(self, run: str, first_step: int = 1, last_step: int | None = None) -> MetricRange:
        """As the contract says."""
        with self._guard:
            kept = self._get(run)
            return kept.metrics(first_step, kept.steps if last_step is None else last_step)

    def loss_columns(
        self, run: str, first_step: int = 1, last_step: int | None = None
    ) -> LossColumns:
        """As the contract says."""
        with self._guard:
            kept = self._get(run)
            last = kept.steps if last_step is None else min(last_step, kept.steps)
            part = kept.metrics(first_step, last)
        return columns_of(part.loss, part.first_step)

    def add_share(self, share: Share) -> None:
        """As the contract says."""
        with self._guard:
            self._get(share.run)
            self._shares[share.token_hash] = share

    def share(self, token_hash: str) -> Share | None:
        """As the contract says."""
        with self._guard:
            share = self._shares.get(token_hash)
            kept = self._runs.get(share.run) if share else None
            return share if kept is not None and kept.hidden is None else None

    def shares(self, run: str) -> tuple[Share, ...]:
        """As the contract says."""
        with self._guard:
            return tuple(share for share in self._shares.values() if share.run == run)

    def revoke_share(self, token_hash: str) -> None:
        """As the contract says."""
        self._shares.pop(token_hash, None)

    def bytes_used(self) -> int:
        """As the contract says."""
        return sum(kept.bytes_used for kept in self._runs.values())

    # --- within ----------------------------------------------------------------------------

    def _get(self, run: str) -> _Run:
        try:
            return self._runs[run]
        except KeyError:
            raise NotFoundError("There is no such run.", place=f"run {run[:40]}") from None

    def _writable(self, run: str) -> _Run:
        kept = self._get(run)
        if not kept.writable:
            raise StateError("A run must be acquired before it is written.", place=run)
        return kept
