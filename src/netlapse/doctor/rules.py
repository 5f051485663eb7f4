"""All rules, and what they say together."""

from __future__ import annotations

from netlapse.doctor.data import IMBALANCE, UNFITTING_LOSS, UNSCALED
from netlapse.doctor.fitting import OVER_FITTING, PLATEAU, UNDER_FITTING
from netlapse.doctor.gradients import DIVERGED, EXPLODING, VANISHING
from netlapse.doctor.history import History
from netlapse.doctor.rates import RATE_HIGH, RATE_LOW
from netlapse.doctor.rule import Rule
from netlapse.doctor.units import DEAD_UNITS, SATURATED_UNITS
from netlapse.protocol.diagnosis import HealthFinding

__all__ = ["RULES", "Rule", "diagnose"]

RULES: tuple[Rule, ...] = (
    DIVERGED,
    EXPLODING,
    VANISHING,
    DEAD_UNITS,
    SATURATED_UNITS,
    RATE_HIGH,
    RATE_LOW,
    OVER_FITTING,
    UNDER_FITTING,
    PLATEAU,
    IMBALANCE,
    UNSCALED,
    UNFITTING_LOSS,
)
_ORDER = ("error", "warning", "advice")


def diagnose(history: History) -> tuple[HealthFinding, ...]:
    """Everything that the rules find, the most serious first.

    A rule whose cause another rule has found is silent: `Rule.unless`.
    """
    found = {rule.name: rule.findings(history) for rule in RULES}
    speaking = {name for name, findings in found.items() if findings}
    said = [
        finding
        for rule in RULES
        if not speaking.intersection(rule.unless)
        for finding in found[rule.name]
    ]
    return tuple(sorted(said, key=lambda one: _ORDER.index(one.severity)))
