"""A look into the past: the state at a recorded step, beside the training that goes on.

It has a trainer of its own, at a keyframe, and comes to the step in short pieces, so that training
and commands never wait for it.
"""

from __future__ import annotations

import time
from dataclasses import replace

from netlapse.protocol.messages import Recall, Recalling
from netlapse.protocol.views import View
from netlapse.worker.opened import OpenRun, parted, step_of
from netlapse.worker.pace import first_steps
from netlapse.worker.replay import Replay

PIECE_S = 0.03
"""Time of one piece."""
TELLING_S = 0.005
"""A shorter one says at most what a step takes."""
QUIET_S = 0.3
"""A recall that takes longer says how far it is,"""
REPORT_S = 0.1
"""this often."""


class Past:
    """One recall, on its way or there.

    Args:
        now: The open run; it stays as it is.
        message: Which step.
        payload: Its keyframe and losses.
        before: The recall before it; where that stands on the way, this one goes on from there.
        step_s: What a step of the training takes; 0 where that is not known.

    Attributes:
        message: What was asked for.
        opened: The run as it was there.
        replay: The way to it.
        told: Whether it was said that it is there, or cannot be reached.
    """

    def __init__(
        self,
        now: OpenRun,
        message: Recall,
        payload: memoryview,
        before: Past | None = None,
        step_s: float = 0.0,
    ) -> None:
        keyframe, losses = parted(payload, message.keyframe, message.losses)
        start = step_of(keyframe)
        self.message = message
        self.told = False
        self.opened = self._opened(now, message, start, keyframe, before)
        trainer = self.opened.trainer
        to_step = trainer.step if message.nearest else message.at
        self.replay = Replay(trainer, to_step, start, losses, message.extensions)
        self._began = self._said = time.monotonic()
        self._from = trainer.step
        # What a step takes is known from the last time, unless another program runs there.
        self._step_s = before._step_s if before is not None else step_s

    def _opened(
        self,
        now: OpenRun,
        message: Recall,
        start: int,
        keyframe: bytes | None,
        before: Past | None,
    ) -> OpenRun:
        if before is not None and not message.nearest:
            known = before.opened.trainer
            if start <= known.step <= message.at:
                known.expect(message.interventions)
                return replace(before.opened, shown={})
        trainer = now.trainer.elsewhere(message.interventions, keyframe)
        return replace(
            now, trainer=trainer, pictures=now.pictures.of(trainer), shown={}, unrecorded=[]
        )

    @property
    def is_there(self) -> bool:
        """Whether it can be looked at."""
        return self.replay.is_done

    def answers(self, view: View) -> bool:
        """Whether a view asks for this step."""
        return (view.at, view.nearest) == (self.message.at, self.message.nearest)

    def go_on(self) -> bool:
        """One piece of the way; gives whether it could: the program may not be compiled yet."""
        if not self.opened.trainer.prepare().done():
            return False
        if self._step_s:
            most = int(PIECE_S / self._step_s)
        else:
            most = first_steps(self.opened.trainer.structure)
        began = time.perf_counter()
        made = self.replay.go_on(max(1, most))
        took_s = time.perf_counter() - began
        if made:
            step_s = took_s / made
            known = self._step_s and took_s < TELLING_S
            self._step_s = min(step_s, self._step_s) if known else step_s
        return True

    def report(self) -> Recalling | None:
        """How far it is, where it is time to say so."""
        now = time.monotonic()
        if now - self._began < QUIET_S or now - self._said < REPORT_S:
            return None
        self._said = now
        trainer = self.opened.trainer
        made = trainer.step - self._from
        left = self.replay.steps_left * (now - self._began) / made if made else None
        return Recalling(
            kind="recalling",
            run=self.opened.run,
            at=self.message.at,
            step=trainer.step,
            seconds_left=left,
        )
