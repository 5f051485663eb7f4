"""What travels over REST about all runs: the library, and what is written beside a run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.protocol.messages import RunState, Step
from netlapse.spec.base import Document
from netlapse.spec.document import Spec


class RunOrigin(Document):
    """What a run came from, which may be deleted by now."""

    run: str
    step: Step | None
    """Where a branch left its parent; null where its spec was edited and it began anew."""


class RunEntry(Document):
    """One run in the list."""

    id: str
    name: str
    state: RunState
    step: Step
    epochs: float
    """Epochs done."""
    created: float
    """Seconds since 1970-01-01, UTC."""
    bytes: int
    origin: RunOrigin | None = None
    """Null where it came from no other run."""
    tags: tuple[str, ...] = ()
    """In the order of the alphabet."""
    remark: str = ""
    """What its owner wrote about it."""
    hidden: bool = False
    """Whether it was deleted a short while ago and can be restored."""
    part: Literal["train", "validation"] | None = None
    """The part that loss and accuracy are of; null before the first evaluation."""
    loss: float | None = None
    """Of the newest evaluation."""
    accuracy: float | None = None
    """Null where values are predicted, not classes."""


class RunPage(Document):
    """A page of the library of runs."""

    total: int
    """How many runs fit, whatever the limit."""
    runs: tuple[RunEntry, ...]
    bytes: int
    """What all runs take, whether they fit or not."""


class TagCount(Document):
    """A tag, and how many runs have it."""

    name: str
    runs: int


MAX_TAGS = 20
Line = Annotated[str, Field(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Text of one line."""
Tag = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f,]*$")]


class RunDescription(Document):
    """What the owner of a run writes beside it; what is null stays as it is."""

    name: Line | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS)] | None = None
    """All of them, in any order."""
    remark: (
        Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")] | None
    ) = None


class RunVersion(Document):
    """How the spec of a run read from a step on."""

    run: str
    """This run, or one whose spec was edited into it."""
    step: Step
    changes: tuple[str, ...]
    """What was changed before it, in words: by an intervention, or at step 0 by an edit that took
    new weights; empty for the first."""
    spec: Spec
