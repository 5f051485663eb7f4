"""What was appended to a run and is not yet durable."""

from __future__ import annotations

from dataclasses import dataclass, field

from netlapse.record.contract import (
    EvaluationData,
    Keyframe,
    MetricRange,
    Note,
    RunStatus,
    VitalsEntry,
)
from netlapse.record.spacing import Place
from netlapse.spec.changes import Intervention


@dataclass
class Pending:
    """Waits for the next flush. Steps beyond a chunk flush at once, so they are few."""

    interventions: list[Intervention] = field(default_factory=list[Intervention])
    evaluations: dict[int, EvaluationData] = field(default_factory=dict[int, EvaluationData])
    """By number: one at the same step replaces the one before."""
    vitals: dict[int, VitalsEntry] = field(default_factory=dict[int, VitalsEntry])
    notes: list[Note] = field(default_factory=list[Note])
    metrics: list[MetricRange] = field(default_factory=list[MetricRange])
    keyframes: dict[Place, Keyframe] = field(default_factory=dict[Place, Keyframe])
    status: RunStatus | None = None

    def __bool__(self) -> bool:
        return self.status is not None or any(
            (
                self.interventions,
                self.evaluations,
                self.vitals,
                self.notes,
                self.metrics,
                self.keyframes,
            )
        )

    @property
    def last_step(self) -> int:
        """The last step that waits; 0 where none does."""
        return self.metrics[-1].last_step if self.metrics else 0

    def snapshot(self, recorded: int) -> Pending:
        """A copy that does not change while it is written, without what must wait for its steps.

        Args:
            recorded: The last step that was appended.
        """
        return Pending(
            list(self.interventions),
            dict(self.evaluations),
            dict(self.vitals),
            list(self.notes),
            list(self.metrics),
            {place: each for place, each in self.keyframes.items() if place[0] <= recorded},
            self.status,
        )

    def forget(self, written: Pending) -> None:
        """Drop what is durable now; what has replaced it meanwhile stays."""
        del self.interventions[: len(written.interventions)]
        del self.notes[: len(written.notes)]
        del self.metrics[: len(written.metrics)]
        for number, evaluation in written.evaluations.items():
            if self.evaluations.get(number) is evaluation:
                del self.evaluations[number]
        for number, entry in written.vitals.items():
            if self.vitals.get(number) is entry:
                del self.vitals[number]
        for place, keyframe in written.keyframes.items():
            if self.keyframes.get(place) is keyframe:
                del self.keyframes[place]
        if self.status is written.status:
            self.status = None
