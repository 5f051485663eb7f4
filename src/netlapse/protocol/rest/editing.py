"""What travels over REST while a spec is edited: presets, checks, changes, advice."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from netlapse.protocol.messages import ProblemPart
from netlapse.spec.advice import ArchitectureScore, Recommendation
from netlapse.spec.base import Document
from netlapse.spec.document import Spec
from netlapse.spec.network import Examination


class PresetEntry(Document):
    """A training that is solved by one click."""

    name: str
    title: str
    summary: str
    spec: Spec
    template: bool = False
    """Whether its network is one to begin with on other images."""


class CheckRequest(Document):
    """A spec that may be wrong or unfinished."""

    spec: Any
    """Plain data: whatever is in the editor."""


class CheckResult(Document):
    """What there is to say about a spec."""

    spec: Spec | None
    """The spec with its defaults filled in; null where it breaks a rule."""
    problem: ProblemPart | None
    """The rule that the spec or its data breaks; null where there is none."""
    examination: Examination | None
    """Shapes, counts and findings; null where there is a problem."""


class SetRequest(Document):
    """A new value at a path of a spec."""

    spec: Spec
    path: Annotated[str, Field(max_length=200)]
    """Such as `training.optimizer` or `network.layers[1].units`."""
    value: Any
    """For a path whose value has kinds, the name of a kind will do."""


class SetResult(Document):
    """The changed spec."""

    spec: Spec


class AdviceRequest(Document):
    """A network and a place in it."""

    spec: Spec
    after: Annotated[str, Field(max_length=40)] | None = None
    """The layer after which something could stand, or `input`; null where the network grows."""


class AdviceResult(Document):
    """What could stand next, and what the architecture is worth."""

    after: str
    """The layer that the recommendations come after, or `input`."""
    recommendations: tuple[Recommendation, ...]
    """The best first; empty after the output, and where an error leaves the shape open."""
    score: ArchitectureScore
