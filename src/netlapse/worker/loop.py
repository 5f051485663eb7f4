"""The worker's loop: commands, steps, pictures, in turn, on one thread.

One thread owns the device: training, probes and evaluation take turns here. Compilation does not
execute, so it runs beside them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

import numpy as np

from netlapse.engine.plan import execution_plan
from netlapse.engine.program import Program
from netlapse.engine.programs import Programs
from netlapse.engine.steps import DivergedAtStepError, Steps
from netlapse.errors import InputError, NetlapseError, OutOfMemoryError, RunError, StateError
from netlapse.protocol.frames import pack
from netlapse.protocol.messages import (
    Acknowledged,
    Advance,
    Close,
    Differs,
    Evaluate,
    Evaluated,
    GetKeyframe,
    GetWeights,
    Intervene,
    Keyframe,
    Metrics,
    Open,
    Pause,
    Plan,
    Play,
    Predict,
    ProblemPart,
    Ready,
    Refused,
    Reply,
    RunState,
    SetPace,
    Status,
    Want,
)
from netlapse.protocol.questions import Asked
from netlapse.protocol.views import View
from netlapse.spec.changes import Intervention, SetValue
from netlapse.spec.training import AUTO_BATCH
from netlapse.worker.core import KeptCore
from netlapse.worker.inbox import Inbox
from netlapse.worker.looks import answer
from netlapse.worker.memory import REMEDY, fitting_batch, refuse_too_large, used_bytes
from netlapse.worker.opened import OpenRun, open_run
from netlapse.worker.pace import Pace
from netlapse.worker.parts import evaluation, problem_part
from netlapse.worker.questions import predict, weights_file

STATUS_S = 0.2
KEYFRAME_S = 2.0
EVALUATION_S = 0.05
"""While someone watches; unwatched five times as long."""
EVALUATION_SHARE = 0.02
"""And never more often than takes this share of the time: large data are evaluated more rarely."""
METRICS_S = 0.05
WATCHED_FOR_S = 1.0
"""Someone watches when a picture was wanted this long ago at most."""

SHOWING_SHARE = 0.1
"""Of the time, that pictures may take while a network trains,"""
SLOWEST_S = 0.09
"""as long as there are some ten a second."""

_CLOCKED = ("status", "keyframe", "evaluation", "metrics")

Send = Callable[..., None]


class Worker:
    """Serves one session.

    Args:
        inbox: Where commands come from.
        send: Called with an event and its payload.
    """

    def __init__(self, inbox: Inbox, send: Send) -> None:
        self._inbox = inbox
        self._send = send
        self._programs = Programs()
        self._pace = Pace()
        self._core = KeptCore()
        self._epochs_per_second: float | None = None
        self._run: OpenRun | None = None
        self._state: RunState = "paused"
        self._until: int | None = None
        self._note = ""
        self._problem: ProblemPart | None = None
        self._compiling: Future[Program] | None = None
        self._compile_started = 0.0
        self._compile_seconds = 0.0
        self._interventions: deque[tuple[Intervene, Future[Program]]] = deque()
        self._wants: dict[str, tuple[View, bool]] = {}
        self._wanted_at = 0.0
        self._show_at = 0.0
        self._unsent: list[Steps] = []
        self._last: dict[str, float] = dict.fromkeys(_CLOCKED, 0.0)
        # What the last ones took. The first one of a run compiled, and says nothing.
        self._evaluations_s: deque[float] = deque(maxlen=3)
        self._fits = False
        """Whether the present program fits the memory, as far as is known."""
        self._closing = False

    def run(self) -> None:
        """Work until the inbox closes or a `Close` comes."""
        while not self._closing:
            if not self._take_commands():
                break
            self._apply_compiled()
            wait_s = self._train()
            if wait_s != 0:  # otherwise the next call shows while it trains
                self._show()
            self._wait_s = wait_s
        self._flush_metrics()

    _wait_s: float | None = None

    # --- commands ----------------------------------------------------------------------------

    def _take_commands(self) -> bool:
        timeout_s = self._wait_s
        while True:
            received = self._inbox.take(timeout_s)
            if received is not None:
                self._command(*received)
            elif self._inbox.closed:
                return False
            if received is None or self._closing:
                return True
            timeout_s = 0

    def _command(self, command: Any, payload: memoryview) -> None:
        if isinstance(command, Want):
            self._wants[command.view.key] = (command.view, command.fresh)
            self._wanted_at = time.monotonic()
            return
        try:
            self._carry_out(command, payload)
        except NetlapseError as error:
            self._refuse(command.command, problem_part(error))
        except (MemoryError, RuntimeError) as error:
            self._refuse(command.command, problem_part(_device_error(error)))

    def _refuse(self, command: int, problem: ProblemPart) -> None:
        self._send(Refused(kind="refused", command=command, problem=problem))

    def _carry_out(self, command: Any, payload: memoryview) -> None:
        match command:
            case Open():
                self._open(command, payload)
            case Play():
                self._play(command)
            case Pause():
                self._stand_still("paused")
                self._acknowledge(command.command)
            case Advance():
                self._advance(command)
            case SetPace():
                self._set_pace(command)
                self._acknowledge(command.command)
            case Intervene():
                waiting = [change for before, _ in self._interventions for change in before.changes]
                compiled = self._opened.trainer.changed([*waiting, *command.changes])
                compiled.add_done_callback(lambda _: self._inbox.wake())
                self._interventions.append((command, compiled))
                self._apply_compiled()
            case Close():
                if self._run is not None:
                    self._stand_still("paused")
                self._acknowledge(command.command)
                self._closing = True
            case _:
                self._answer(command, payload)

    def _answer(self, command: Any, payload: memoryview) -> None:
        opened = self._opened
        values: dict[str, Any] = {}
        arrays: dict[str, Any] = {}
        match command:
            case Predict():
                arrays = predict(opened, command, payload)
            case GetKeyframe():
                arrays["keyframe"] = np.frombuffer(opened.trainer.keyframe(), np.uint8)
            case GetWeights():
                arrays["weights"] = np.frombuffer(weights_file(opened), np.uint8)
            case Asked():
                values, arrays = answer(opened, command, payload)
            case Evaluate():
                values["evaluation"] = self._evaluate(quick=False).model_dump(mode="json")
            case _:
                raise StateError(f"The worker does not know `{type(command).__name__}`.")
        buffers, data = pack(arrays)
        step = opened.trainer.step
        reply = Reply(
            kind="reply", command=command.command, step=step, values=values, buffers=buffers
        )
        self._send(reply, data)

    @property
    def _opened(self) -> OpenRun:
        if self._run is None:
            raise StateError("No run is open.")
        return self._run

    def _acknowledge(self, command: int, **more: Any) -> None:
        run, step = ("", 0) if self._run is None else (self._run.run, self._run.trainer.step)
        self._flush_metrics()
        event = Acknowledged(kind="acknowledged", command=command, run=run, step=step, **more)
        self._send(event)

    # --- opening -----------------------------------------------------------------------------

    def _open(self, command: Open, payload: memoryview) -> None:
        opened = open_run(command, payload, self._programs)
        if self._run is not None and self._state == "training":
            self._stand_still("paused")
        for waiting, _ in self._interventions:
            gone = StateError("Another run was opened before this could act.")
            self._refuse(waiting.command, problem_part(gone))
        self._interventions.clear()
        self._wants.clear()
        self._evaluations_s.clear()
        self._run = opened
        self._state, self._note, self._problem = "paused", "", None
        self._until = None
        self._compiling, self._compile_seconds = None, 0.0
        # Neither the wanted speed nor the cost of a step is that of the run before.
        self._pace, self._epochs_per_second = Pace(), None
        for steps in opened.unrecorded:
            self._keep_steps(opened.run, steps)
        opened.unrecorded.clear()
        self._acknowledge(command.command, intervention=self._fit_batch(opened))
        if opened.differs_at is not None:
            self._send(Differs(kind="differs", run=opened.run, step=opened.differs_at))
        self._send_ready(opened)
        if opened.trainer.finished:
            self._state = "finished"
        self._compile()
        self._evaluated()
        if not opened.trainer.evaluator.is_small:
            self._evaluated()  # the first one compiled; this one tells what they take

    def _fit_batch(self, opened: OpenRun) -> Intervention | None:
        """At the start of a run, write down what the batch size `auto` stands for, where that is
        not what it stands for everywhere."""
        trainer = opened.trainer
        if trainer.step or trainer.acted or trainer.spec.training.batch_size != "auto":
            return None
        size = fitting_batch(trainer.spec, trainer.samples.facts)
        if size == AUTO_BATCH:
            return None
        change = SetValue(kind="set", path="training.batch_size", value=size)
        return trainer.intervene([change])

    def _send_ready(self, opened: OpenRun) -> None:
        parameters = opened.trainer.state.parameters
        data = opened.dataset
        ready = Ready(
            kind="ready",
            run=opened.run,
            plan=Plan.model_validate(asdict(execution_plan())),
            parameters=sum(a.size for own in parameters.values() for a in own.values()),
            task=data.task,
            class_names=data.class_names,
            target_name=data.target_name,
            raw_names=data.raw_names,
        )
        self._send(ready)

    def _compile(self) -> None:
        """Compile for the next step in the background; wakes the loop when done."""
        self._core.release()
        self._fits = False
        compiling = self._opened.trainer.prepare()
        if compiling.done():
            self._status()
            return
        self._compiling, self._compile_started = compiling, time.monotonic()
        compiling.add_done_callback(lambda _: self._inbox.wake())
        self._status()

    # --- playing -----------------------------------------------------------------------------

    def _play(self, command: Play) -> None:
        trainer = self._opened.trainer
        if command.more_epochs:
            trainer.extend(command.more_epochs)
        self._refuse_finished()
        self._start(command.until_step)
        self._acknowledge(command.command)

    def _advance(self, command: Advance) -> None:
        trainer = self._opened.trainer
        until = trainer.step + command.steps
        if command.epochs:
            epochs = (command.epochs - 1) * trainer.steps_per_epoch
            until = trainer.step + trainer.steps_to_epoch_end() + epochs
        self._refuse_finished()
        self._start(until)
        self._acknowledge(command.command)

    def _refuse_finished(self) -> None:
        trainer = self._opened.trainer
        if trainer.finished:
            raise StateError(
                f"The training has done its {trainer.stop_epoch:,} epochs.",
                remedy="Continue with more epochs.",
            )

    def _start(self, until: int | None) -> None:
        self._until = until
        self._fits = False
        self._opened.trainer.stopped_early = ""
        self._state, self._note, self._problem = "training", "", None
        self._pace.start()
        self._last["keyframe"] = time.monotonic()
        self._status()

    def _set_pace(self, command: SetPace) -> None:
        pace = command.steps_per_second
        if command.epochs_per_second is not None:
            pace = command.epochs_per_second * self._opened.trainer.steps_per_epoch
        self._epochs_per_second = command.epochs_per_second
        self._pace.set(pace)
        if self._run is not None:
            self._status()

    def _follow_batch(self) -> None:
        """Another batch size: a step takes another time, and an epoch another number of steps."""
        self._pace.forget_cost()
        if self._epochs_per_second is not None:
            self._pace.set(self._epochs_per_second * self._opened.trainer.steps_per_epoch)

    def _stand_still(self, state: RunState) -> None:
        """Stop training; everything until here is sent, with a final keyframe and evaluation."""
        was_training = self._state == "training"
        self._core.release()
        if self._state in ("training", "paused", "compiling"):
            self._state = state
        if was_training:
            self._flush_metrics()
            self._evaluated()
            self._keyframe(final=True)
            self._opened.shown.clear()  # what had to wait while it trained is shown now
        self._status()

    def _apply_compiled(self) -> None:
        """Act on what has been compiled by now."""
        if self._compiling is not None and self._compiling.done():
            failure = self._compiling.exception()
            self._compile_seconds += time.monotonic() - self._compile_started
            self._compiling = None
            self._pace.start()
            if failure is None:
                self._status()
            else:
                self._fail(failure)
        while self._interventions and self._interventions[0][1].done():
            command, _ = self._interventions.popleft()
            trainer = self._opened.trainer
            batch = trainer.structure.batch
            try:
                intervention = trainer.intervene(command.changes)
            except NetlapseError as error:
                self._refuse(command.command, problem_part(error))
                continue
            if trainer.structure.batch != batch:
                self._follow_batch()
            self._acknowledge(command.command, intervention=intervention)
            self._keyframe(final=self._state != "training")
            if self._state in ("paused", "finished"):
                self._state = "finished" if self._opened.trainer.finished else "paused"
            self._evaluated()
            self._compile()

    def _train(self) -> float | None:
        """One call of the program; gives how long the loop may wait for commands."""
        if self._run is None or self._state != "training":
            return None
        if self._compiling is not None:
            return 0.05
        count, wait_s = self._pace.due(watched=self._is_watched)
        if not count:
            self._while_waiting()
            return wait_s
        try:
            if not self._fits:
                refuse_too_large(self._run.trainer)
                self._fits = True
            self._call(self._run, count)
        except DivergedAtStepError as error:
            self._keep_steps(self._run.run, error.steps)
            self._problem = problem_part(error)
            self._stand_still("diverged")
        except (NetlapseError, RuntimeError, MemoryError) as error:
            self._fail(error)
        return 0

    def _fail(self, error: BaseException) -> None:
        """Stand still for a reason that is not the training's own; paused where it can go on as
        soon as there is memory, or needs less."""
        known = error if isinstance(error, NetlapseError) else _device_error(error)
        self._problem = problem_part(known)
        self._stand_still("paused" if isinstance(known, OutOfMemoryError) else "failed")

    def _call(self, opened: OpenRun, count: int) -> None:
        trainer = opened.trainer
        if self._until is not None:
            count = min(count, self._until - trainer.step)
        underway = trainer.begin(count)
        try:
            self._show()
            self._while_waiting()
        finally:
            steps, seconds = underway.finish()
            self._pace.took(len(steps.losses), seconds)
            self._keep_steps(opened.run, steps)
        self._core.follow(steady=self._is_watched and not self._interventions)
        if trainer.stopped_early:
            self._note = trainer.stopped_early
            self._stand_still("finished")
        elif trainer.finished:
            self._stand_still("finished")
        elif self._until is not None and trainer.step >= self._until:
            self._stand_still("paused")

    def _while_waiting(self) -> None:
        """What is due by the clock."""
        calm = 1 if self._is_watched else 5
        if self._is_due("metrics", METRICS_S):
            self._flush_metrics()
        known = len(self._evaluations_s) > 1
        rarely_s = min(self._evaluations_s) / EVALUATION_SHARE if known else 0.0
        if self._is_due("evaluation", max(EVALUATION_S * calm, rarely_s)):
            self._evaluated()
        if self._is_due("keyframe", KEYFRAME_S):
            self._keyframe(final=False)
        if self._is_due("status", STATUS_S):
            self._status()

    def _is_due(self, what: str, every_s: float) -> bool:
        return time.monotonic() - self._last[what] >= every_s

    @property
    def _is_watched(self) -> bool:
        return time.monotonic() - self._wanted_at < WATCHED_FOR_S

    # --- telling -----------------------------------------------------------------------------

    def _keep_steps(self, run: str, steps: Steps) -> None:
        if len(steps.losses):
            self._unsent.append(steps)
            self._unsent_run = run

    _unsent_run = ""

    def _flush_metrics(self) -> None:
        self._last["metrics"] = time.monotonic()
        if not self._unsent:
            return
        losses = np.concatenate([steps.losses for steps in self._unsent])
        norms = np.concatenate([steps.gradient_norms for steps in self._unsent])
        buffers, payload = pack({"loss": losses, "gradient_norm": norms})
        event = Metrics.model_construct(
            kind="metrics",
            run=self._unsent_run,
            first_step=self._unsent[0].first_step,
            count=len(losses),
            buffers=buffers,
        )
        self._unsent.clear()
        self._send(event, payload)

    def _evaluate(self, *, quick: bool) -> Any:
        opened = self._opened
        trainer = opened.trainer
        scores = trainer.scores(opened.dataset.target_scale, quick=quick)
        return evaluation(trainer.step, trainer.progress, scores)

    def _evaluated(self) -> None:
        started = time.monotonic()
        opened, evaluated = self._opened, self._evaluate(quick=True)
        opened.pictures.evaluated = evaluated
        self._send(Evaluated(kind="evaluated", run=opened.run, evaluation=evaluated))
        self._last["evaluation"] = time.monotonic()
        self._evaluations_s.append(self._last["evaluation"] - started)

    def _keyframe(self, *, final: bool) -> None:
        self._flush_metrics()
        trainer = self._opened.trainer
        event = Keyframe(
            kind="keyframe",
            run=self._opened.run,
            step=trainer.step,
            interventions=trainer.acted,
            final=final,
        )
        self._send(event, trainer.keyframe())
        self._last["keyframe"] = time.monotonic()

    def _status(self) -> None:
        opened = self._opened
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
            steps_per_second=self._pace.measured if self._state == "training" else 0.0,
            interventions=trainer.acted,
            pace=self._pace.steps_per_second,
            learning_rate=trainer.learning_rate,
            problem=self._problem,
            note=self._note,
            compile_seconds=self._compile_seconds,
            memory_bytes=used_bytes(),
        )
        self._send(status)
        self._last["status"] = time.monotonic()

    def _show(self) -> None:
        """Send the pictures that are wanted and new."""
        opened = self._run
        began, trains = time.monotonic(), self._state == "training"
        if opened is None or not self._wants or (trains and began < self._show_at):
            return
        for key, (view, fresh) in list(self._wants.items()):
            if not fresh and opened.shown.get(key) == opened.version:
                continue
            del self._wants[key]
            opened.shown[key] = opened.version
            try:
                picture, payload = opened.pictures.draw(view, hurried=trains)
            except InputError as error:
                self._problem = problem_part(error)
                self._status()
                continue
            self._send(picture, payload)
        took_s = time.monotonic() - began
        self._show_at = began + min(took_s / SHOWING_SHARE, SLOWEST_S)


def _device_error(error: BaseException) -> RunError:
    text = str(error)
    if isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in text:
        return OutOfMemoryError("There is not enough memory for this.", remedy=REMEDY)
    first = text.splitlines()[0] if text else type(error).__name__
    return RunError(f"The training failed inside the numerical library: {first[:200]}")
