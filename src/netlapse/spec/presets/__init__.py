"""Presets: trainings that work at one click, with what each is expected to reach.

Every preset is an ordinary spec. `PROMISES` says what it reaches on its validation part for the
seeds 0 to 4; a test holds it to that. The templates on MNIST take minutes: `benchmarks.accuracy`
measures them.
"""

from __future__ import annotations

from netlapse.errors import NotFoundError
from netlapse.spec.document import Spec
from netlapse.spec.presets.base import Preset, Promise
from netlapse.spec.presets.plain import PLAIN, PROMISES
from netlapse.spec.presets.templates import TEMPLATES

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (*PLAIN, *TEMPLATES)}
"""All presets by name, in the order of the gallery."""

__all__ = ["PRESETS", "PROMISES", "Preset", "Promise", "preset"]


def preset(name: str) -> Preset:
    """A preset by its name.

    Raises:
        NotFoundError: There is none of that name; the message names those there are.
    """
    if name not in PRESETS:
        raise NotFoundError(f"There is no preset `{name}`; there are: {', '.join(PRESETS)}.")
    return PRESETS[name]


def spiral() -> Spec:
    """The preset `spiral`."""
    return PRESETS["spiral"].spec


def xor() -> Spec:
    """The preset `xor`."""
    return PRESETS["xor"].spec


def circles() -> Spec:
    """The preset `circles`."""
    return PRESETS["circles"].spec


def gaussians() -> Spec:
    """The preset `gaussians`."""
    return PRESETS["gaussians"].spec


def moons() -> Spec:
    """The preset `moons`."""
    return PRESETS["moons"].spec


def three_spirals() -> Spec:
    """The preset `three-spirals`."""
    return PRESETS["three-spirals"].spec


def plane() -> Spec:
    """The preset `plane`."""
    return PRESETS["plane"].spec


def line() -> Spec:
    """The preset `line`."""
    return PRESETS["line"].spec


def quadratic() -> Spec:
    """The preset `quadratic`."""
    return PRESETS["quadratic"].spec


def sine() -> Spec:
    """The preset `sine`."""
    return PRESETS["sine"].spec


def iris() -> Spec:
    """The preset `iris`."""
    return PRESETS["iris"].spec


def wine() -> Spec:
    """The preset `wine`."""
    return PRESETS["wine"].spec


def breast_cancer() -> Spec:
    """The preset `breast-cancer`."""
    return PRESETS["breast-cancer"].spec


def digits() -> Spec:
    """The preset `digits`."""
    return PRESETS["digits"].spec


def two_layer() -> Spec:
    """The preset `two-layer`."""
    return PRESETS["two-layer"].spec


def lenet_5() -> Spec:
    """The preset `lenet-5`."""
    return PRESETS["lenet-5"].spec


def beginner() -> Spec:
    """The preset `beginner`."""
    return PRESETS["beginner"].spec


def intermediate() -> Spec:
    """The preset `intermediate`."""
    return PRESETS["intermediate"].spec


def advanced() -> Spec:
    """The preset `advanced`."""
    return PRESETS["advanced"].spec


def conv_5x5() -> Spec:
    """The preset `conv-5x5`."""
    return PRESETS["conv-5x5"].spec


def residual() -> Spec:
    """The preset `residual`."""
    return PRESETS["residual"].spec


def dense_connections() -> Spec:
    """The preset `dense-connections`."""
    return PRESETS["dense-connections"].spec
