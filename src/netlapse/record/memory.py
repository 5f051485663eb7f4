"""Runs in memory: for tests, and for trainings that are not to be recorded."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from netlapse.errors import NotFoundError, StateError
from netlapse.record.contract import (
    EvaluationData,
    Floats,
    Keyframe,
    LossColumns,
    MetricRange,
    Note,
    RunStatus,
    RunSummary,
)
from netlapse.record.overlap import fresh_part
from netlapse.record.pyramid import Pyramid
from netlapse.record.thinned import Evaluations
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
    keyframe: Keyframe | None = None
    loss: _Growing = field(default_factory=_Growing)
    gradient_norm: _Growing = field(default_factory=_Growing)
    pyramid: Pyramid = field(default_factory=Pyramid)
    steps: int = 0

    def metrics(self, first_step: int, last_step: int) -> MetricRange:
        start, stop = max(1, first_step) - 1, min(last_step, self.steps)
        return MetricRange(
            start + 1, self.loss.part(start, stop), self.gradient_norm.part(start, stop)
        )

    @property
    def bytes_used(self) -> int:
        state = len(self.keyframe.data) if self.keyframe else 0
        return self.loss.bytes_used + self.gradient_norm.bytes_used + state


class MemoryStore:
    """The store contract in memory; what it keeps survives a worker, not the program."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._guard = threading.RLock()

    # --- life ------------------------------------------------------------------------------

    def create(self, spec: Spec) -> str:
        """As the contract says."""
        run = secrets.token_hex(8)
        status = RunStatus("opening", epochs=spec.training.epochs)
        with self._guard:
            self._runs[run] = _Run(spec, time.time(), status)
        return run

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
                kept.pyramid.append(fresh.loss)
                kept.steps = fresh.last_step

    def append_intervention(self, run: str, intervention: Intervention) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).interventions.append(intervention)

    def append_evaluation(self, run: str, evaluation: EvaluationData) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).evaluations.append(evaluation)

    def append_note(self, run: str, note: Note) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).notes.append(note)

    def save_keyframe(self, run: str, keyframe: Keyframe) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).keyframe = keyframe

    def set_status(self, run: str, status: RunStatus) -> None:
        """As the contract says."""
        with self._guard:
            self._writable(run).status = status

    def flush(self, run: str) -> None:
        """As the contract says."""
        self._get(run)

    # --- reading ---------------------------------------------------------------------------

    def runs(self) -> list[RunSummary]:
        """As the contract says."""
        with self._guard:
            found = [self.summary(run) for run in self._runs]
        return sorted(found, key=lambda summary: summary.created, reverse=True)

    def summary(self, run: str) -> RunSummary:
        """As the contract says."""
        kept = self._get(run)
        return RunSummary(run, kept.spec.name, kept.status, kept.created, kept.bytes_used)

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

    def notes(self, run: str) -> tuple[Note, ...]:
        """As the contract says."""
        return tuple(self._get(run).notes)

    def newest_keyframe(self, run: str) -> Keyframe | None:
        """As the contract says."""
        with self._guard:
            kept = self._get(run)
            ahead = kept.keyframe is not None and kept.keyframe.step > kept.steps
            return None if ahead else kept.keyframe

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

    def loss_columns(self, run: str) -> LossColumns:
        """As the contract says."""
        with self._guard:
            return self._get(run).pyramid.columns()

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
