"""Which runs have the same programs."""

from __future__ import annotations

from netlapse.spec.data import Data
from netlapse.spec.document import Spec
from netlapse.spec.network import Network

Kin = tuple[Network, Data]
"""Runs of equal kin most likely have the same programs."""


def kin_of(spec: Spec) -> Kin:
    """What the programs of a spec depend on, as far as can be told without its data."""
    return spec.network, spec.data
