"""The store contract: what keeps runs, whatever it is made of.

A store keeps, for each run: its spec, its interventions, the loss and gradient norm of every step,
evaluations, keyframes under a budget, notes, a status, and what its owner wrote beside it: name,
tags, a remark.

**Who may call what.** All methods may be called from any thread. Anyone may read any run at any
time, also while another process writes it, and then sees a prefix of its history. Writing needs to
be the run's one writer: `create` and `acquire` make the store it, `release` and `close` end it; a
second writer, in this process or another, gets a `StateError`.

**Order.** Steps are numbered from 1: step *n* is the update that leads to state *n*. Metrics are
appended in order and without gaps. Appending is idempotent: values for steps that are kept already
are ignored where they have the same bits, and refused with a `RunError` where not. Evaluations come
in the order of their steps; one at the step of the newest replaces it (an edited weight changes the
network without a step), an older one is ignored. So do vitals. Interventions, notes and metrics
never change once they are appended.

**Keyframes** are kept under a budget of bytes for each run and for all runs. Where there is no
room, the one goes whose absence makes the slowest seek least slower, counted in seconds of
training, not in steps. The first, the newest, and those at the step of an intervention never go. A
run's keyframes are read by `keyframe_before`: one whose checksum is wrong is passed over.

**Branches.** `branch` makes a new run with the same history up to a step; it is whole in itself, so
that its parent may be deleted. The parent is never touched.

**Hiding** a run takes it out of every list, and `restore` brings it back as it was; `delete` is for
ever. Name, tags, remark, hiding and shares belong to the owner, not to the writer: any process may
change them.

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
512 vitals. Of both, every second one goes where there are too many, never the first or the newest.
Only the store that keeps runs in memory itself keeps every step.

The same suite of tests runs over every implementation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import Problem
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec

Floats = NDArray[np.float32]
EvaluationData = Mapping[str, Any]
"""An evaluation as plain JSON data, with at least `step`."""
MAX_VITALS = 512


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

    Column i spans the steps first_step + i · steps_per_column to
    first_step + (i + 1) · steps_per_column - 1.
    """

    steps: int
    """How many steps they span in all."""
    steps_per_column: int
    low: Floats
    high: Floats
    first_step: int = 1


@dataclass(frozen=True)
class Keyframe:
    """The complete train state at a step."""

    step: int
    interventions: int
    """How many interventions have acted on it."""
    final: bool
    """Whether the run stood still at this step."""
    data: bytes
    seconds: float = 0.0
    """Seconds of training that led to it."""


@dataclass(frozen=True)
class KeyframeEntry:
    """A keyframe without its state."""

    step: int
    interventions: int
    seconds: float
    bytes_used: int


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
class VitalsEntry:
    """How the layers were at a step."""

    step: int
    data: bytes
    """A `netlapse.protocol.vitals.Vitals`, as `netlapse.record.packed` packs it."""


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
class Origin:
    """What a run came from, which may be gone by now."""

    run: str
    step: int | None
    """Where a branch left its parent; none where its spec was edited and the training began
    anew."""


@dataclass(frozen=True)
class RunSummary:
    """One line in a list of runs."""

    run: str
    name: str
    status: RunStatus
    created: float
    """Seconds since 1970, UTC."""
    bytes_used: int
    origin: Origin | None = None
    """None where it came from no other run."""
    tags: tuple[str, ...] = ()
    """In the order of the alphabet."""
    remark: str = ""
    """What its owner wrote about it."""
    evaluation: EvaluationData | None = None
    """The newest; none before the first."""
    hidden: float | None = None
    """When it was hidden, in seconds since 1970; none where it is not."""


Sort = Literal["created", "name", "step", "loss", "accuracy", "size"]
"""Loss and accuracy are those of the newest evaluation: of the validation part, or of the training
part where there is no other."""


@dataclass(frozen=True)
class RunQuery:
    """Which runs, and in which order."""

    search: str = ""
    """Words that all must be in name, tags, remark or id, whatever their case."""
    states: tuple[str, ...] = ()
    """One of these; any where there is none."""
    tags: tuple[str, ...] = ()
    """All of these."""
    hidden: bool = False
    """The hidden ones instead."""
    sort: Sort = "created"
    ascending: bool = False
    """Runs without the value that is sorted by come last, either way."""
    limit: int | None = None
    offset: int = 0


ALL = RunQuery()


@dataclass(frozen=True)
class Share:
    """A link that shows one run at one step to whoever has it."""

    token_hash: str
    """SHA-256 of the token, in hexadecimal: the token itself is never kept."""
    run: str
    step: int
    view: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What was on screen, as plain JSON data."""
    created: float = 0.0


class Store(Protocol):
    """Keeps runs. The module's text says what every implementation promises."""

    def create(self, spec: Spec, *, edited_from: str | None = None) -> str:
        """Start a run and become its writer; gives its opaque id.

        Args:
            spec: What is trained.
            edited_from: The run whose spec was edited into this one.
        """
        ...

    def branch(self, run: str, step: int) -> str:
        """A new run with the history of another up to a step, and become its writer; gives its id.

        It holds the spec, the metrics, evaluations and vitals of the steps up to `step`, the
        interventions and notes at or before it, and the keyframes at or before it.

        Raises:
            NotFoundError: There is no such run.
            StateError: Its record does not reach so far.
        """
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

    def append_vitals(self, run: str, vitals: VitalsEntry) -> None:
        """Keep how the layers are at a step."""
        ...

    def append_note(self, run: str, note: Note) -> None:
        """Keep a note."""
        ...

    def save_keyframe(self, run: str, keyframe: Keyframe) -> None:
        """Keep a keyframe, and drop others where there is no room."""
        ...

    def set_status(self, run: str, status: RunStatus) -> None:
        """Replace the status."""
        ...

    def flush(self, run: str) -> None:
        """Make everything appended to this run durable."""
        ...

    def describe(
        self,
        run: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        remark: str | None = None,
    ) -> None:
        """Change name, tags or remark; what is not given stays. Any process may."""
        ...

    def hide(self, run: str) -> None:
        """Take a run out of every list; its record stays."""
        ...

    def restore(self, run: str) -> None:
        """Bring a hidden run back."""
        ...

    def runs(self, query: RunQuery = ALL) -> list[RunSummary]:
        """The runs that fit, newest first unless the query says otherwise."""
        ...

    def count_runs(self, query: RunQuery = ALL) -> int:
        """How many runs fit, whatever the limit."""
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

    def vitals(
        self, run: str, first_step: int = 0, last_step: int | None = None
    ) -> tuple[VitalsEntry, ...]:
        """The vitals of a range that are kept, by step; `last_step` included, None for all."""
        ...

    def newest_vitals(self, run: str) -> int | None:
        """The step of the newest vitals; none where there are none."""
        ...

    def notes(self, run: str) -> tuple[Note, ...]:
        """All notes, oldest first."""
        ...

    def newest_keyframe(self, run: str) -> Keyframe | None:
        """The newest keyframe whose checksum is right; none where there is none."""
        ...

    def keyframes(self, run: str) -> tuple[KeyframeEntry, ...]:
        """All keyframes that are kept, by step, those of one step by interventions."""
        ...

    def keyframe_before(self, run: str, step: int) -> Keyframe | None:
        """The newest keyframe at or before a step whose checksum is right."""
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

    def loss_columns(
        self, run: str, first_step: int = 1, last_step: int | None = None
    ) -> LossColumns:
        """The losses of a range in at most 1,024 columns; None for the whole run.

        Each column is exact for the steps it spans. Where a column spans many steps, the range may
        grow on both sides to the next border of groups: the result says where it begins.
        """
        ...

    def add_share(self, share: Share) -> None:
        """Keep a share."""
        ...

    def share(self, token_hash: str) -> Share | None:
        """The share of a token; none where there is none, or its run is gone or hidden."""
        ...

    def shares(self, run: str) -> tuple[Share, ...]:
        """All shares of a run, oldest first."""
        ...

    def revoke_share(self, token_hash: str) -> None:
        """Forget a share; nothing where there is none."""
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
