"""What was appended to a run and is not yet on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netlapse.record.contract import Keyframe, MetricRange, RunStatus

Entry = Mapping[str, Any]


def _entries() -> list[Entry]:
    return []


def _ranges() -> list[MetricRange]:
    return []


@dataclass
class Pending:
    """Waits for the next flush; bounded, because steps beyond a chunk flush at once."""

    interventions: list[Entry] = field(default_factory=_entries)
    evaluations: list[Entry] = field(default_factory=_entries)
    notes: list[Entry] = field(default_factory=_entries)
    metrics: list[MetricRange] = field(default_factory=_ranges)
    keyframe: Keyframe | None = None
    """The newest one only: an older one that was not yet written is not needed."""
    status: RunStatus | None = None

    def __bool__(self) -> bool:
        lists = (self.interventions, self.evaluations, self.notes, self.metrics)
        return any(lists) or self.keyframe is not None or self.status is not None

    def snapshot(self) -> Pending:
        """A copy that does not change while it is written."""
        return Pending(
            list(self.interventions),
            list(self.evaluations),
            list(self.notes),
            list(self.metrics),
            self.keyframe,
            self.status,
        )
