"""The training of the open run: playing, standing still, and changing it on the way.

It takes its turns on the loop's thread. Compilation does not execute, so it runs beside them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from netlapse.engine.program import Program
from netlapse.engine.steps import DivergedAtStepError
from netlapse.errors import NetlapseError, OutOfMemoryError, StateError
from netlapse.protocol.messages import (
    Acknowledged,
    Advance,
    Differs,
    Intervene,
    Play,
    ProblemPart,
    RunState,
    SetPace,
    Status,
    VitalsTaken,
)
from netlapse.worker.core import KeptCore
from netlapse.worker.courtesy import Courtesy
from netlapse.worker.evaluations import Evaluations
from netlapse.worker.failures import FAILURES, known
from netlapse.worker.memory import fit_batch, give_back, refuse_too_large, used_bytes
from netlapse.worker.opened import OpenRun, ready
from netlapse.worker.pace import Pace
from netlapse.worker.parts import Send, problem_part, refused
from netlapse.worker.saving import Saving
from netlapse.worker.vitals import VitalsTaker
from netlapse.worker.wanted import Wanted

STATUS_S = 0.2
GIVE_BACK_S = 20.0
"""Between two times that memory which is not used any more is given back."""
COMPILING_S = 0.05
"""While its program is compiled, a training looks for commands this often."""


@dataclass(frozen=True)
class Around:
    """What a training finds in its worker, whatever run is open."""

    send: Send
    """Called with an event and its payload."""
    compiled: Callable[[Future[Program]], None]
    """Lets a waiting loop go on. A program that is kept holds on to this: it knows no run."""
    show: Callable[[], None]
    """Sends the pictures that are wanted, while the device computes."""
    core: KeptCore
    courtesy: Courtesy
    vitals: VitalsTaker
    wanted: Wanted


class Training:
    """Trains one run.

    Args:
        opened: The run.
        around: What there is in the worker.

    Attributes:
        opened: The run.
        pace: How fast it goes.
    """

    def __init__(self, opened: OpenRun, around: Around) -> None:
        self.opened = opened
        self.pace = Pace(opened.trainer.structure)
        self._around = around
        self._send = around.send
        self._saving = Saving(opened, around.send)
        self._evaluations = Evaluations(opened, around.send)
        self._epochs_per_second: float | None = None
        self._state: RunState = "paused"
        self._until: int | None = None
        self._note = ""
        self._problem: ProblemPart | None = None
        self._compiling: Future[Program] | None = None
        self._compile_started = 0.0
        self._compile_seconds = 0.0
        self._interventions: deque[tuple[Intervene, Future[Program]]] = deque()
        self._status_at = 0.0
        self._gave_back_at = time.monotonic()
        self._fits = False
        """Whether the present program fits the memory, as far as is known."""

    @property
    def trains(self) -> bool:
        """Whether it plays, or is about to."""
        return self._state == "training"

    # --- beginning and ending ----------------------------------------------------------------

    def begin(self, command: int) -> None:
        """Tell what was opened by the command of this number, and compile."""
        opened = self.opened
        for steps in opened.unrecorded:
            self._saving.keep(steps)
        opened.unrecorded.clear()
        self.acknowledge(command, intervention=fit_batch(opened.trainer))
        if opened.differs_at is not None:
            self._send(Differs(kind="differs", run=opened.run, step=opened.differs_at))
        self._send(ready(opened))
        if opened.trainer.finished:
            self._state = "finished"
        self._compile()
        self._evaluations.tell()

    def leave(self) -> None:
        """Another run is opened."""
        if self.trains:
            self.stand_still("paused")
        for waiting, _ in self._interventions:
            gone = StateError("Another run was opened before this could act.")
            self._send(refused(waiting.command, gone))

    def flush(self) -> None:
        """Send the steps that were made until here."""
        self._saving.flush()

    # --- compiling and changing --------------------------------------------------------------

    def _compile(self) -> None:
        """Compile for the next step in the background; wakes the loop when done."""
        self._around.core.release()
        self._fits = False
        compiling = self.opened.trainer.prepare()
        if not compiling.done():
            self._compiling, self._compile_started = compiling, time.monotonic()
            compiling.add_done_callback(self._around.compiled)
        self._status()

    def intervene(self, command: Intervene) -> None:
        """Change it as soon as that is compiled; it is acknowledged then."""
        waiting = [change for before, _ in self._interventions for change in before.changes]
        compiled = self.opened.trainer.changed([*waiting, *command.changes])
        compiled.add_done_callback(self._around.compiled)
        self._interventions.append((command, compiled))
        self.apply_compiled()

    def apply_compiled(self) -> None:
        """Act on what has been compiled by now."""
        if not self.trains:
            self.tell_vitals()
        if self._compiling is not None and self._compiling.done():
            failure = self._compiling.exception()
            self._compile_seconds += time.monotonic() - self._compile_started
            self._compiling = None
            self._give_back()
            self.pace.start()
            if failure is None:
                self._status()
            else:
                self._fail(failure)
        while self._interventions and self._interventions[0][1].done():
            self._act(self._interventions.popleft()[0])

    def _act(self, command: Intervene) -> None:
        trainer = self.opened.trainer
        batch = trainer.structure.batch
        try:
            intervention = trainer.intervene(command.changes)
        except NetlapseError as error:
            self._send(refused(command.command, error))
            return
        if trainer.structure.batch != batch:
            self._follow_batch()
        self.acknowledge(command.command, intervention=intervention)
        self._saving.keyframe(final=not self.trains)
        if self._state in ("paused", "finished"):
            self._state = "finished" if trainer.finished else "paused"
        self._evaluations.tell()
        self._compile()

    # --- playing -----------------------------------------------------------------------------

    def play(self, command: Play) -> None:
        """Train to a step, or to the end.

        Raises:
            StateError: All epochs are done.
        """
        if command.more_epochs:
            self.opened.trainer.extend(command.more_epochs)
        self._start(command.until_step)

    def advance(self, command: Advance) -> None:
        """Train some steps, or to the end of an epoch.

        Raises:
            StateError: All epochs are done.
        """
        trainer = self.opened.trainer
        until = trainer.step + command.steps
        if command.epochs:
            epochs = (command.epochs - 1) * trainer.steps_per_epoch
            until = trainer.step + trainer.steps_to_epoch_end() + epochs
        self._start(until)

    def _start(self, until: int | None) -> None:
        trainer = self.opened.trainer
        if trainer.finished:
            raise StateError(
                f"The training has done its {trainer.stop_epoch:,} epochs.",
                remedy="Continue with more epochs.",
            )
        self._until = until
        self._fits = False
        trainer.stopped_early = ""
        self._state, self._note, self._problem = "training", "", None
        self.pace.start()
        self._saving.start()
        self._evaluations.start()
        self._status()

    def set_pace(self, command: SetPace) -> None:
        """Go at another speed."""
        pace = command.steps_per_second
        if command.epochs_per_second is not None:
            pace = command.epochs_per_second * self.opened.trainer.steps_per_epoch
        self._epochs_per_second = command.epochs_per_second
        self.pace.set(pace)
        self._status()

    def _follow_batch(self) -> None:
        """Another batch size: a step takes another time, and an epoch another number of steps."""
        self.pace.forget_cost(self.opened.trainer.structure)
        if self._epochs_per_second is not None:
            self.pace.set(self._epochs_per_second * self.opened.trainer.steps_per_epoch)

    def stand_still(self, state: RunState) -> None:
        """Stop training; everything until here is sent, with a final keyframe and evaluation."""
        was_training = self.trains
        self._around.core.release()
        if self._state in ("training", "paused", "compiling"):
            self._state = state
        if was_training:
            self._saving.flush()
            self._evaluations.tell()
            self._around.vitals.note(self.opened, now=True)
            self.tell_vitals()
            self._saving.keyframe(final=True)
            self.opened.shown.clear()  # what had to wait while it trained is shown now
        self._status()

    # --- training ----------------------------------------------------------------------------

    def go_on(self) -> float | None:
        """One call of the program; gives how long the loop may wait for commands."""
        if not self.trains:
            return None
        if self._compiling is not None:
            return COMPILING_S
        watched = self._around.wanted.is_watched
        count, wait_s = self.pace.due(watched=watched, most_s=self._saving.every_s)
        if not count:
            self._while_waiting()
            return wait_s
        try:
            if not self._fits:
                refuse_too_large(self.opened.trainer)
                self._fits = True
            self._call(count)
        except DivergedAtStepError as error:
            self._saving.keep(error.steps)
            self._problem = problem_part(error)
            self.stand_still("diverged")
        except FAILURES as error:
            self._fail(error)
        return 0

    def _fail(self, error: BaseException) -> None:
        """Stand still for a reason that is not the training's own; paused where it can go on as
        soon as there is memory, or needs less."""
        reason = known(error)
        self._problem = problem_part(reason)
        self.stand_still("paused" if isinstance(reason, OutOfMemoryError) else "failed")

    def _call(self, count: int) -> None:
        opened, around = self.opened, self._around
        trainer = opened.trainer
        if self._until is not None:
            count = min(count, self._until - trainer.step)
        noted = around.vitals.note(opened)
        # The vitals of a state need the one after the next step: a dear step is not made twice.
        alone = noted and trainer.structure.is_large
        most = 1 if alone else around.vitals.most_steps(trainer.step, count)
        underway = trainer.begin(most)
        if alone:
            around.vitals.follow(underway.parameters)
        try:
            around.show()
            if noted and trainer.evaluator.is_small:
                self._evaluations.tell()  # how it does belongs to how its layers are
            self._while_waiting()
        finally:
            steps, seconds = underway.finish()
            self.pace.took(len(steps.losses), seconds)
            opened.seconds += seconds
            self._saving.keep(steps)
        watched = around.wanted.is_watched
        around.courtesy.follow(watched=watched)
        around.core.follow(steady=watched and not self._interventions)
        if trainer.stopped_early:
            self._note = trainer.stopped_early
            self.stand_still("finished")
        elif trainer.finished:
            self.stand_still("finished")
        elif self._until is not None and trainer.step >= self._until:
            self.stand_still("paused")

    def _while_waiting(self) -> None:
        """What is due by the clock."""
        watched = self._around.wanted.is_watched
        self._evaluations.tell_if_due(watched=watched, step_s=self.pace.step_s)
        self._saving.keyframe_if_due()
        self.tell_vitals()
        now = time.monotonic()
        if now - self._status_at >= STATUS_S:
            self._status()
        if now - self._gave_back_at >= GIVE_BACK_S:
            self._give_back()

    def _give_back(self) -> None:
        give_back()
        self._gave_back_at = time.monotonic()

    # --- telling -----------------------------------------------------------------------------

    def acknowledge(self, command: int, **more: Any) -> None:
        """Say that a command acts from the next step on; the steps before it are sent first."""
        run, step = self.opened.run, self.opened.trainer.step
        self._saving.flush()
        event = Acknowledged(kind="acknowledged", command=command, run=run, step=step, **more)
        self._send(event)

    def tell_vitals(self, *, wait: bool = False) -> None:
        """Send the vitals that are taken; `wait`, those that are due, too."""
        while (vitals := self._around.vitals.taken(wait=wait)) is not None:
            self._saving.flush()  # the record has the steps before what is said of them
            self._send(VitalsTaken(kind="vitals", run=self.opened.run, vitals=vitals))

    def tell_problem(self, problem: ProblemPart) -> None:
        """Say what is wrong beside the training."""
        self._problem = problem
        self._status()

    def _status(self) -> None:
        self._saving.flush()  # what is shown is in the record
        opened = self.opened
        trainer = opened.trainer
        compiling = self._compiling is not None and self._state in ("paused", "training")
        status = Status(
            kind="status",
            run=opened.run,
            state="compiling" if compiling else self._state,
            step=trainer.step,
            epoch=trainer.progress,
            epochs=trainer.stop_epoch,
            steps_per_epoch=trainer.steps_per_epoch,
            steps_per_second=self.pace.measured if self.trains else 0.0,
            interventions=trainer.acted,
            pace=self.pace.steps_per_second,
            learning_rate=trainer.learning_rate,
            problem=self._problem,
            note=self._note,
            compile_seconds=self._compile_seconds,
            memory_bytes=used_bytes(),
        )
        self._send(status)
        self._status_at = time.monotonic()
