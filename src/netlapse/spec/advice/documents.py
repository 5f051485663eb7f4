"""What advice comes as: recommendations, and a score with all that was lost."""

from __future__ import annotations

from typing import Literal

from netlapse.spec.base import Document
from netlapse.spec.findings import Fix
from netlapse.spec.layers import AnyLayer

PartName = Literal["validity", "order", "capacity", "regularization", "cost"]
"""What an architecture is judged by."""


class Recommendation(Document):
    """One or more layers that could stand next at a place."""

    title: str
    """What is put in: "A convolution of 32 filters"."""
    reason: str
    """Why, in one sentence."""
    layers: tuple[AnyLayer, ...]
    """What is put in, in order."""
    fix: Fix
    """How, as the fix of a finding."""


class Lost(Document):
    """Points that an architecture has lost, and what would bring them back."""

    points: int
    """How many."""
    sentence: str
    """Why, in one sentence."""
    remedy: str
    """What to do, in one sentence."""
    layer: str | None = None
    """The id of the layer it concerns; none where it concerns the whole."""
    fix: Fix | None = None
    """The remedy, where it can be applied."""


class ScorePart(Document):
    """One part of the score."""

    part: PartName
    """Its name."""
    points: int
    """Points that are left."""
    of: int
    """Points that it has at most."""
    lost: tuple[Lost, ...]
    """What the missing points were lost for; they add up to them."""


class ArchitectureScore(Document):
    """What an architecture is worth by the rules of `netlapse.spec.advice.rules`."""

    total: int
    """Points of all parts, 0 to 100."""
    parts: tuple[ScorePart, ...]
    """Validity, order, capacity, regularization, cost."""
