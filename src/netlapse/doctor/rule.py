"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from netlapse.doctor.history import History
from netlapse.protocol.diagnosis import Evidence, HealthFinding, Remedy, RuleName
from netlapse.spec.findings import Severity


@dataclass(frozen=True)
class Sign:
    """What a rule has found."""

    since: int
    evidence: Sequence[Evidence]
    explanation: str
    """Two sentences."""
    remedies: Sequence[Remedy] = ()
    layer: str | None = None
    severity: Severity | None = None
    """Where it is another than the rule's."""


@dataclass(frozen=True)
class Rule:
    """One thing to watch; `docs/guide/doctor.md` is made of these words."""

    name: RuleName
    title: str
    severity: Severity
    watches: str
    """What it looks at."""
    threshold: str
    """When it speaks."""
    why: str
    """Why that is bad."""
    remedy: str
    """What it offers."""
    look: Callable[[History], Iterator[Sign]]
    unless: tuple[RuleName, ...] = ()
    """It is silent where one of these speaks: they are the cause."""

    def findings(self, history: History) -> list[HealthFinding]:
        """What it has to say about a history."""
        return [
            HealthFinding(
                rule=self.name,
                title=self.title,
                severity=sign.severity or self.severity,
                layer=sign.layer,
                since=sign.since,
                evidence=tuple(sign.evidence),
                explanation=sign.explanation,
                remedies=tuple(sign.remedies),
            )
            for sign in self.look(history)
        ]
