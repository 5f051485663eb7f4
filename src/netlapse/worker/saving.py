"""What the record gets of a training: every step, in order, and keyframes as often as they are
worth it."""

from __future__ import annotations

import time

import numpy as np

from netlapse.engine.steps import Steps
from netlapse.protocol.frames import pack
from netlapse.protocol.messages import Keyframe, Metrics
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import Send

KEYFRAME_S, KEYFRAMES = 0.05, 5000
"""Seconds of training between two keyframes: a look at a step between them takes half of it. They
come more rarely in a long training, so that there are not many more than these,"""
KEYFRAME_SHARE, KEYFRAME_BYTES_S = 0.01, 2_000_000
"""and where they take more than this share of the time, or more than so many bytes a second."""
KEYFRAME_CLOCK_S = 2.0
"""A slow pace makes few seconds of training: one comes this often all the same."""


class Saving:
    """Sends the steps and keyframes of a run.

    Args:
        opened: The run, as it is recorded.
        send: Called with an event and its payload.

    Attributes:
        every_s: Seconds of training between two keyframes, as they are now.
    """

    def __init__(self, opened: OpenRun, send: Send) -> None:
        self._opened, self._send = opened, send
        self.every_s = KEYFRAME_S
        self._unsent: list[Steps] = []
        self._keyframe_at = 0.0
        self._keyframed_s = opened.seconds
        """Seconds of training at the newest keyframe."""

    def start(self) -> None:
        """The training begins, or goes on."""
        self._keyframe_at = time.monotonic()

    def keep(self, steps: Steps) -> None:
        """Take steps that were made; they are sent by and by."""
        if len(steps.losses):
            self._unsent.append(steps)

    def flush(self) -> None:
        """Send the steps that were made until here."""
        if not self._unsent:
            return
        losses = np.concatenate([steps.losses for steps in self._unsent])
        norms = np.concatenate([steps.gradient_norms for steps in self._unsent])
        buffers, payload = pack({"loss": losses, "gradient_norm": norms})
        event = Metrics.model_construct(
            kind="metrics",
            run=self._opened.run,
            first_step=self._unsent[0].first_step,
            count=len(losses),
            buffers=buffers,
        )
        self._unsent.clear()
        self._send(event, payload)

    def keyframe(self, *, final: bool) -> None:
        """Send the steps until here, and the state; `final`, where the run stands still."""
        self.flush()
        opened, began = self._opened, time.perf_counter()
        trainer = opened.trainer
        event = Keyframe(
            kind="keyframe",
            run=opened.run,
            step=trainer.step,
            interventions=trainer.acted,
            final=final,
            seconds=opened.seconds,
        )
        state = trainer.keyframe()
        self._send(event, state)
        self._keyframe_at, self._keyframed_s = time.monotonic(), opened.seconds
        self.every_s = max(
            KEYFRAME_S,
            (time.perf_counter() - began) / KEYFRAME_SHARE,
            len(state) / KEYFRAME_BYTES_S,
            opened.seconds / KEYFRAMES,
        )

    def keyframe_if_due(self) -> None:
        """Send the state of a training that goes on where it is time to."""
        trained_s = self._opened.seconds - self._keyframed_s
        clock_s = time.monotonic() - self._keyframe_at
        if trained_s >= self.every_s or (trained_s > 0 and clock_s >= KEYFRAME_CLOCK_S):
            self.keyframe(final=False)
