"""The store contract: what keeps runs, whatever it is made of.

A store keeps, for each run: its spec, its interventions, the loss and gradient norm of every step,
evaluations, the two newest keyframes, notes and a status.

**Who may call what.** All methods may be called from any thread. Anyone may read any run at any
time, also while another process writes it, and then sees a prefix of its history. Writing needs to
be the run's one writer: `create` and `acquire` make the store it, `release` and `close` end it; a
second writer, in this process or another, gets a `StateError`.

**Order.** Steps are numbered from 1: step *n* is the update that leads to state *n*. Metrics are
appended in order and without gaps. Appending is idempotent: values for steps that are kept already
are ignored where they have the same bits, and refused with a `RunError` where not. Evaluations come
in the order of their steps; one at the step of the newest replaces it (an edited weight changes the
network without a step), an older one is ignored. Interventions, notes and metrics never change once
they are appended.

**Durability.** `append_intervention` and `flush` return when everything appended before them
survives a crash of any process and of the machine. Everything else follows within a quarter of a
second, without waiting. `saved_step` is a promise: steps up to it survive. What survives is always
a prefix of the history: metrics after an intervention are never kept without it, and no keyframe is
kept whose steps are not. A torn tail is cut when the run is opened and is never an error; a torn
keyframe gives way to the one before it.

**Failure.** A full disk or a folder that may not be written raises a `RunError` of one sentence
from the next call that writes. What was saved stays; what was appended stays in memory and is
written when there is room again. An unknown run is a `NotFoundError`.

**Memory** is bounded, however long the run: at most 1,024 columns of losses, 1,024 evaluations and
4,096 places in the metric file. Only the store that keeps runs in memory itself keeps every step.

The same suite of tests runs over every implementation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import Problem
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec

Floats = NDArray[np.float32]
EvaluationData = Mapping[str, Any]
"""An evaluation as plain JSON data, with at least `step`."""


@dataclass(frozen=True)
class MetricRange:
    """Loss and gradient norm of consecutive steps.

    Entry i belongs to step `first_step + i`; both arrays are float32 [n].
    """

    first_step: int
    loss: Floats
    gradient_norm: Floats

    @property
    def last_step(self) -> int:
        """The last step; `first_step - 1` where there is none."""
        return self.first_step + len(self.loss) - 1


@dataclass(frozen=True)
class LossColumns:
    """Exact least and greatest loss of groups of steps, float32 [columns].

    Column i spans the steps i · steps_per_column + 1 to (i + 1) · steps_per_column.
    """

    steps: int
    steps_per_column: int
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Keyframe:
    """The complete train state at a step."""

    step: int
    interventions: int
    """How many interventions have acted on it."""
    final: bool
    """Whether the run stood still at this step."""
    data: bytes


@dataclass(frozen=True)
class Note:
    """Something that happened to the run at a step and is no intervention."""

    step: int
    kind: str
    """`plan`, `extended`, `finished`, `diverged`, `differs`."""
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """More about it, as plain JSON data."""


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands, for lists of runs; `state` as `netlapse.protocol.messages.RunState`."""

    state: str
    step: int = 0
    epoch: float = 0.0
    epochs: int = 0
    problem: Problem | None = None
    note: str = ""


@dataclass(frozen=True)
class RunSummary:
    """One line in a list of runs."""

    run: str
    name: str
    status: RunStatus
    created: float
    """Seconds since 1970, UTC."""
    bytes_used: int


class Store(Protocol):
    """Keeps runs. The module's text says what every implementation promises."""

    def create(self, spec: Spec) -> str:
        """Start a run and become its writer; gives its opaque id."""
        ...

    def acquire(self, run: str) -> None:
        """Become the one writer of a run; nothing where this store is it already.

        Raises:
            NotFoundError: There is no such run.
            StateError: Another program writes it.
        """
        ...

    def release(self, run: str) -> None:
        """Save everything and stop being its writer; nothing where this store is not."""
        ...

    def append_metrics(
        self, run: str, first_step: int, loss: Floats, gradient_norm: Floats
    ) -> None:
        """Keep consecutive steps from `first_step` on; both arrays are float32 [n]."""
        ...

    def append_intervention(self, run: str, intervention: Intervention) -> None:
        """Keep an intervention; it is durable on return."""
        ...

    def append_evaluation(self, run: str, evaluation: EvaluationData) -> None:
        """Keep the metrics of both splits at a step."""
        ...

    def append_note(self, run: str, note: Note) -> None:
        """Keep a note."""
        ...

    def save_keyframe(self, run: str, keyframe: Keyframe) -> None:
        """Keep a keyframe; only the two newest are kept."""
        ...

    def set_status(self, run: str, status: RunStatus) -> None:
        """Replace the status."""
        ...

    def flush(self, run: str) -> None:
        """Make everything appended to this run durable."""
        ...

    def runs(self) -> list[RunSummary]:
        """All runs, newest first."""
        ...

    def summary(self, run: str) -> RunSummary:
        """One run's line in the list."""
        ...

    def spec(self, run: str) -> Spec:
        """The spec that the run started with."""
        ...

    def interventions(self, run: str) -> tuple[Intervention, ...]:
        """All interventions, by step, those of one step in the order in which they were made."""
        ...

    def evaluations(self, run: str) -> tuple[EvaluationData, ...]:
        """At most 1,024 evaluations, spread evenly, the first and the newest among them."""
        ...

    def notes(self, run: str) -> tuple[Note, ...]:
        """All notes, oldest first."""
        ...

    def newest_keyframe(self, run: str) -> Keyframe | None:
        """The newest keyframe whose checksum is right; none where there is none."""
        ...

    def recorded_step(self, run: str) -> int:
        """The last step that was appended; 0 where there is none."""
        ...

    def saved_step(self, run: str) -> int:
        """The last step that would survive a crash now."""
        ...

    def metrics(self, run: str, first_step: int = 1, last_step: int | None = None) -> MetricRange:
        """The steps of a range that are recorded; `last_step` included, None for all."""
        ...

    def loss_columns(self, run: str) -> LossColumns:
        """The whole run's losses in at most 1,024 columns."""
        ...

    def delete(self, run: str) -> None:
        """Remove a run.

        Raises:
            StateError: Another program writes it.
        """
        ...

    def bytes_used(self) -> int:
        """Bytes that all runs take."""
        ...

    def close(self) -> None:
        """Save everything, release all runs; the store is not used afterwards."""
        ...
