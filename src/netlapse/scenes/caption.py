"""What every scene says about itself: which run, and which step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caption:
    """Whose state is shown, and when.

    >>> Caption("Spiral", "6e174a84d32902e0", 1200, 60.0).line
    'Spiral · step 1,200 · epoch 60 · run 6e174a84'
    """

    name: str
    """What the training is called."""
    run: str
    """The id of the run."""
    step: int
    epoch: float

    @property
    def line(self) -> str:
        """All of it in one line; a run is named by the start of its id."""
        name = f"{self.name[:60]} · " if self.name else ""
        run = f" · run {self.run[:8]}" if self.run else ""
        return f"{name}step {self.step:,} · epoch {self.epoch:,.4g}{run}"
