"""What the training doctor says of a run: findings with evidence, and remedies with undo.

`netlapse.doctor` makes them from the record; server, command line and library show them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.changes import SetValue
from netlapse.spec.findings import Fix, Severity

Step = Annotated[int, Field(ge=0)]

RuleName = Literal[
    "diverged",
    "exploding-gradients",
    "vanishing-gradients",
    "dead-units",
    "saturated-units",
    "learning-rate-high",
    "learning-rate-low",
    "over-fitting",
    "under-fitting",
    "plateau",
    "class-imbalance",
    "unscaled-inputs",
    "unfitting-loss",
]


class Evidence(Document):
    """A number that a finding rests on."""

    what: str
    """What it is, such as `share of dead units`."""
    value: float | None
    """Null where it is not finite."""
    step: Step
    """The state that it belongs to; a loss is that of the update before it."""
    limit: float | None = None
    """The threshold that it is beyond, where there is one."""


class Remedy(Document):
    """One thing to try. Either it acts on the training that goes on, and can be undone, or it is a
    change of the spec for a new run."""

    label: str
    """What the button says: `Use a learning rate of 0.003`."""
    changes: tuple[SetValue, ...] = ()
    """An intervention that does it, now; none where only a new run can."""
    undo: tuple[SetValue, ...] = ()
    """The intervention that takes it back: the values as they are at the step of the diagnosis."""
    fix: Fix | None = None
    """The change of the spec for a new run, where `changes` is empty. It fits the spec as it reads
    at the step of the diagnosis."""


class HealthFinding(Document):
    """Something that goes wrong in a training: where, since when, why, and what helps."""

    rule: RuleName
    title: str
    """Such as `Dead units`."""
    severity: Severity
    """`error`: it cannot go on so; `warning`: it learns much less than it could; `advice`: it
    could do better."""
    layer: str | None
    """Id of the layer; null where it concerns the whole."""
    since: Step
    """From this step on it is so, without a break, until the step of the diagnosis."""
    evidence: tuple[Evidence, ...]
    """At least one number."""
    explanation: str
    """Two sentences: what happens, and why it matters."""
    remedies: tuple[Remedy, ...]
    """The one to try first comes first; may be empty."""


class Diagnosis(Document):
    """All findings about a run at one step: `GET /api/runs/{id}/diagnosis`.

    It rests on what is recorded up to this step and nothing later, so that a step that is looked at
    again gets the same diagnosis.
    """

    run: str
    step: Step
    """The step that it is of: the one that was asked for, or the last one that is recorded."""
    moments: Annotated[int, Field(ge=0)]
    """How many vitals it rests on; 0 for a run of an older netlapse, of which only losses and
    evaluations are known."""
    findings: tuple[HealthFinding, ...]
    """The most serious first; empty where there is nothing to say."""
