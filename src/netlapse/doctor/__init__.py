"""The training doctor: what goes wrong in a training, by rules that anyone can read.

`rules` holds them all; each is a pure function of a `History`, which is the record of a run up to a
step. Nothing here knows JAX, a worker or a clock: the same record gives the same findings.
"""

from __future__ import annotations

from netlapse.doctor.record import diagnose_run
from netlapse.doctor.rules import RULES, Rule, diagnose

__all__ = ["RULES", "Rule", "diagnose", "diagnose_run"]
