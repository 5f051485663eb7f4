"""The optimizer lab: surfaces, functions of the user's own, and races on them."""

from __future__ import annotations

from netlapse.spec.lab.expression import parse_expression
from netlapse.spec.lab.race import (
    MAX_POINTS,
    MAX_RACERS,
    MAX_STEPS,
    OPTIMIZERS,
    GaussianNoise,
    MiniBatches,
    Noise,
    NoNoise,
    Race,
    Racer,
    find_optimizer,
    suggested_race,
)
from netlapse.spec.lab.surfaces import (
    SURFACES,
    AnySurface,
    Domain,
    Expression,
    Point,
    Regression,
    Surface,
    SurfaceBase,
    find_surface,
)
from netlapse.spec.lab.typed import TypedRacer, typed_racer

__all__ = [
    "MAX_POINTS",
    "MAX_RACERS",
    "MAX_STEPS",
    "OPTIMIZERS",
    "SURFACES",
    "AnySurface",
    "Domain",
    "Expression",
    "GaussianNoise",
    "MiniBatches",
    "NoNoise",
    "Noise",
    "Point",
    "Race",
    "Racer",
    "Regression",
    "Surface",
    "SurfaceBase",
    "TypedRacer",
    "find_optimizer",
    "find_surface",
    "parse_expression",
    "suggested_race",
    "typed_racer",
]
