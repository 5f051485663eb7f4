"""Two sides in turn, so that a noisy machine disturbs both alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

TOLERANCE = 0.10
"""How far the two final losses may lie apart."""
ROUNDS = 5


@dataclass(frozen=True)
class Side:
    """What one training of one side gave."""

    rate: float
    """Work a second."""
    loss: float
    """Over the training part, at the end."""


@dataclass(frozen=True)
class Line:
    """One line of the benchmark."""

    workload: str
    ours: float
    """Median, in `unit`."""
    peer: float
    """Median, in `unit`."""
    peer_name: str
    unit: str
    ratio: float
    """Median of the rounds' ratios."""
    spread: tuple[float, float]
    """Smallest and largest ratio of the rounds."""
    losses: tuple[float, float]
    """Median of our final losses and of the peer's."""

    def __str__(self) -> str:
        low, high = self.spread
        return (
            f"{self.workload}: {self.ours:,.0f} {self.unit}, {self.peer_name} {self.peer:,.0f}: "
            f"{self.ratio:.2f}× ({low:.2f} to {high:.2f}); "
            f"losses {self.losses[0]:.4g} and {self.losses[1]:.4g}"
        )


class UnequalLossError(Exception):
    """The two sides did not do the same work."""


def alternate(
    workload: str,
    unit: str,
    peer_name: str,
    ours: Callable[[], Side],
    peer: Callable[[], Side],
    *,
    tolerance: float = TOLERANCE,
) -> Line:
    """Five rounds of one after the other; both sides must be warm.

    Args:
        workload: Its name.
        unit: What the rates count.
        peer_name: Who the peer is.
        ours: Trains.
        peer: Does the same training.
        tolerance: Which part of them the final losses may lie apart.

    Raises:
        UnequalLossError: The median losses differ by more.
    """
    rounds = [(ours(), peer()) for _ in range(ROUNDS)]
    ratios = [a.rate / b.rate for a, b in rounds]
    our_loss = statistics.median(a.loss for a, _ in rounds)
    peer_loss = statistics.median(b.loss for _, b in rounds)
    if not abs(our_loss - peer_loss) <= tolerance * max(our_loss, peer_loss):
        raise UnequalLossError(
            f"{workload}: our loss {our_loss:.5g} and the loss {peer_loss:.5g} of {peer_name} "
            f"differ by more than {tolerance:.0%}; the rates compare nothing."
        )
    return Line(
        workload=workload,
        ours=statistics.median(a.rate for a, _ in rounds),
        peer=statistics.median(b.rate for _, b in rounds),
        peer_name=peer_name,
        unit=unit,
        ratio=statistics.median(ratios),
        spread=(min(ratios), max(ratios)),
        losses=(our_loss, peer_loss),
    )
