"""The documents that say all that a training is. Importing them loads no JAX."""

from netlapse.spec.changes import EditParameter, Intervention, SetValue
from netlapse.spec.document import Spec, parse_spec, read_spec
from netlapse.spec.findings import Finding, Fix
from netlapse.spec.network import Network
from netlapse.spec.training import Training

__all__ = [
    "EditParameter",
    "Finding",
    "Fix",
    "Intervention",
    "Network",
    "SetValue",
    "Spec",
    "Training",
    "parse_spec",
    "read_spec",
]
