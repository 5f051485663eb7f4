"""What travels over REST about one run, and the commands a viewer may give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from netlapse.protocol.messages import (
    Advance,
    Evaluation,
    Intervene,
    Pause,
    Play,
    SetPace,
    Status,
    Step,
)
from netlapse.spec.base import Document
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec

MAX_PREDICTED_ROWS = 10_000
RunId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
RunCommand = Annotated[
    Play | Pause | Advance | SetPace | Intervene,
    Field(discriminator="kind"),
]
"""What a viewer may ask of a run; the server gives the number."""


class RunRequest(Document):
    """What to train."""

    spec: Spec
    confirmed: bool = False
    """Whether it may take much memory: otherwise a `ConfirmationError` says how much."""
    edited_from: Annotated[str, Field(max_length=64)] | None = None
    """The run whose spec was edited into this one; none where it has nothing to do with another."""


class RunCreated(Document):
    """The opened run, paused at step 0."""

    run: str


class RunDetails(Document):
    """All that is known of a run beside its metrics."""

    id: str
    spec: Spec
    """As it reads now, after the interventions."""
    initial_spec: Spec
    """As it was at step 0."""
    interventions: tuple[Intervention, ...]
    status: Status
    evaluations: tuple[Evaluation, ...]
    """At most 1,000, evenly spread, the newest included."""


class BranchRequest(Document):
    """Start a run that goes on from a past step of another."""

    step: Step


class LossRange(Document):
    """The losses of a range of steps in at most 1,024 columns, exact for the steps each spans.

    Column i spans the steps `first_step + i · steps_per_column` to
    `first_step + (i + 1) · steps_per_column - 1`.
    """

    first_step: Step
    steps: int
    """How many steps the columns span in all."""
    steps_per_column: int
    low: tuple[float | None, ...]
    """The least loss of each column; null where it is not finite."""
    high: tuple[float | None, ...]


Row = Annotated[tuple[float, ...], Field(max_length=5000)]


class PredictRequest(Document):
    """Rows of raw inputs to run through the network, as it is now or as it was at a past step."""

    at: Step | None = None
    """About the state at this step; none for now."""
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=MAX_PREDICTED_ROWS)]
    layers: bool = False
    """Also the activations of every layer."""


Values = tuple[tuple[float | None, ...], ...]


class PredictResult(Document):
    """What the network answers. A number that is not finite is null."""

    step: Step
    outputs: Values
    """Activations of the output units, one row each."""
    labels: tuple[str, ...]
    """The predicted class of each row; empty for regression."""
    activations: dict[str, Values]
    """For each layer one row of activations for each row of inputs; empty unless asked for."""
