"""How the network does on all its data, told by the clock."""

from __future__ import annotations

import time
from collections import deque

from netlapse.protocol.messages import Evaluated, Evaluation
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import Send, evaluation

EVALUATION_S = 0.05
UNWATCHED = 5
"""While someone watches; unwatched so many times as long."""
EVALUATION_SHARE = 0.02
"""And never more often than takes this share of the time: large data are evaluated more rarely."""
EARLY_EVALUATION_S, EARLY_GROWTH = 0.3, 0.25
"""While someone watches, they come more often at first, when most happens: after this time, and
this part of the time since Play, at the latest."""


def evaluate(opened: OpenRun, *, quick: bool) -> Evaluation:
    """Metrics of both splits as the run stands; `quick`, those of a large one may be made of a
    part of the samples."""
    trainer = opened.trainer
    scores = trainer.scores(opened.dataset.target_scale, quick=quick)
    return evaluation(trainer.step, trainer.progress, scores)


class Evaluations:
    """Evaluates a run while it trains.

    Args:
        opened: The run.
        send: Called with an event.
    """

    def __init__(self, opened: OpenRun, send: Send) -> None:
        self._opened, self._send = opened, send
        self._told_at = self._playing_since = 0.0
        # What the last ones took. The first one of a run compiled, and says nothing.
        self._took_s: deque[float] = deque(maxlen=3)

    def start(self) -> None:
        """The training begins, or goes on."""
        self._playing_since = time.monotonic()

    def tell(self) -> None:
        """Evaluate now."""
        began, opened = time.monotonic(), self._opened
        evaluated = evaluate(opened, quick=True)
        opened.pictures.evaluated = evaluated
        self._send(Evaluated(kind="evaluated", run=opened.run, evaluation=evaluated))
        self._told_at = time.monotonic()
        self._took_s.append(self._told_at - began)

    def tell_if_due(self, *, watched: bool, step_s: float) -> None:
        """Evaluate where it is time to.

        Args:
            watched: Whether someone looks at the training.
            step_s: What a step takes; by it is guessed what an evaluation will take, as long as
                none has told.
        """
        now = time.monotonic()
        known = len(self._took_s) > 1
        takes_s = min(self._took_s) if known else step_s * self._opened.trainer.quick_steps
        rarely_s = takes_s / EVALUATION_SHARE
        if watched:
            playing_s = now - self._playing_since
            rarely_s = min(rarely_s, EARLY_EVALUATION_S + EARLY_GROWTH * playing_s)
        calm_s = EVALUATION_S * (1 if watched else UNWATCHED)
        if now - self._told_at >= max(calm_s, rarely_s):
            self.tell()
