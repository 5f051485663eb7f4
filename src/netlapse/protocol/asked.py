"""What every question has, and which image a question may be about."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.protocol.views import DrawingSubject, SampleSubject
from netlapse.spec.base import Document


class SentSubject(Document):
    """The image that comes with the question."""

    kind: Literal["sent"]


ImageSubject = Annotated[SampleSubject | DrawingSubject | SentSubject, Field(discriminator="kind")]
"""Which image."""


class Asked(Document):
    """What all questions have."""

    command: int = 0
    """Given by the session."""
    at: Annotated[int, Field(ge=0)] | None = None
    """About the state at this step; none for now."""
