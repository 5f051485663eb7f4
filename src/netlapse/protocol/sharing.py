"""What travels over REST about links to runs, and what a guest asks instead of the owner."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from netlapse.protocol.messages import Step
from netlapse.protocol.rest.datasets import DatasetPreview
from netlapse.protocol.rest.editing import CheckResult
from netlapse.protocol.rest.images import MAX_SAMPLES
from netlapse.protocol.rest.runs import RunDetails
from netlapse.spec.base import Document


class ShareRequest(Document):
    """Make a link to a run at a step."""

    step: Step
    view: dict[str, Any]
    """What is on screen, as the Studio writes it; whoever follows the link sees it so."""


class ShareCreated(Document):
    """A new link."""

    token: str
    """Shown this once: the Studio keeps its hash alone."""
    path: str
    """Where it leads, after the address of the Studio: `/s/` and the token."""


class ShareEntry(Document):
    """A link, as its owner sees it."""

    id: str
    """By which it is revoked: the hash of its token, in hexadecimal."""
    step: Step
    created: float
    """Seconds since 1970-01-01, UTC."""


class SharedRun(Document):
    """All that the page of a link needs."""

    run: str
    name: str
    step: Step
    view: dict[str, Any]
    """As it was given when the link was made."""
    is_owner: bool
    """Whether the one who asks has the Studio's token."""
    details: RunDetails
    check: CheckResult
    """What there is to say about the spec as it reads now."""
    dataset: DatasetPreview | None
    """Null where the data is gone."""


class RunSamplesRequest(Document):
    """Samples of a run's own images to look at."""

    part: Literal["train", "validation", "test"] = "train"
    label: Annotated[int, Field(ge=0, le=255)] | None = None
    """Of one class alone, by index; null for all."""
    start: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """How many to pass over."""
    count: Annotated[int, Field(ge=1, le=MAX_SAMPLES)] = 48
    augmented: bool = False
    """As the training sees them at a step."""
    step: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    """Updates done."""
