"""Advice: what could stand next in a network, and what its architecture is worth."""

from netlapse.spec.advice.documents import (
    ArchitectureScore,
    Lost,
    PartName,
    Recommendation,
    ScorePart,
)
from netlapse.spec.advice.recommending import growing_place, recommend
from netlapse.spec.advice.scoring import architecture_score

__all__ = [
    "ArchitectureScore",
    "Lost",
    "PartName",
    "Recommendation",
    "ScorePart",
    "architecture_score",
    "growing_place",
    "recommend",
]
