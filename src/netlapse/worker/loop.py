"""The worker's loop: commands, steps, pictures, in turn, on one thread.

One thread owns the device: training, probes and evaluation take turns here.
"""

from __future__ import annotations

from typing import Any

from netlapse.engine.programs import Programs
from netlapse.errors import StateError
from netlapse.protocol.lab import Apart
from netlapse.protocol.landscape import Landscape, StopLandscape
from netlapse.protocol.messages import (
    Acknowledged,
    Advance,
    Close,
    Forget,
    GetKeyframe,
    Intervene,
    Open,
    Pause,
    Picture,
    Play,
    ProblemPart,
    Recall,
    SetPace,
    TakeVitals,
    Want,
)
from netlapse.worker.apart import answer_apart
from netlapse.worker.core import KeptCore
from netlapse.worker.courtesy import Courtesy
from netlapse.worker.failures import FAILURES, known
from netlapse.worker.inbox import Inbox
from netlapse.worker.landscape import Surveys
from netlapse.worker.opened import OpenRun, open_run
from netlapse.worker.parts import Send, refused, replied
from netlapse.worker.questions import answer
from netlapse.worker.recalls import Recalls
from netlapse.worker.training import Around, Training
from netlapse.worker.vitals import VitalsTaker
from netlapse.worker.wanted import Wanted


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
        self._vitals = VitalsTaker(inbox.wake)
        self._wanted = Wanted(self._send_picture, self._cannot_show)
        self._recalls = Recalls(send, inbox.wake, self._wanted)
        self._surveys = Surveys(send, inbox.wake)
        self._around = Around(
            send,
            lambda _: inbox.wake(),
            self._show,
            KeptCore(),
            Courtesy(),
            self._vitals,
            self._wanted,
        )
        self._open_training: Training | None = None
        self._wait_s: float | None = None
        self._closing = False

    def run(self) -> None:
        """Work until the inbox closes or a `Close` comes."""
        while not self._closing:
            if not self._take_commands():
                break
            wait_s = self._train()
            if wait_s != 0:  # otherwise the next call shows while it trains
                self._show()
            goes_on = self._recalls.go_on() | self._surveys.go_on()
            self._wait_s = 0 if goes_on else wait_s
        if self._open_training is not None:
            self._open_training.flush()

    def _train(self) -> float | None:
        """The training's turn; gives how long the loop may wait for commands."""
        training = self._open_training
        if training is None:
            return None
        training.apply_compiled()
        return training.go_on()

    def _show(self) -> None:
        """Send the pictures that are wanted and new."""
        self._recalls.show()
        training = self._open_training
        if training is not None:
            self._wanted.show(training.opened, trains=training.trains)

    def _send_picture(self, picture: Picture, payload: bytes) -> None:
        """Send a picture, after the steps before it: what is shown is in the record."""
        if self._open_training is not None:
            self._open_training.flush()
        self._send(picture, payload)

    def _cannot_show(self, problem: ProblemPart) -> None:
        self._training.tell_problem(problem)

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
            self._wanted.add(command)
            return
        try:
            self._carry_out(command, payload)
        except FAILURES as error:
            self._send(refused(command.command, known(error)))

    def _carry_out(self, command: Any, payload: memoryview) -> None:
        match command:
            case Open():
                self._open(command, payload)
            case Intervene():
                self._training.intervene(command)
            case Recall():
                training = self._training
                self._recalls.begin(training.opened, command, payload, training.pace.step_s)
            case Landscape():
                self._surveys.begin(self._opened_at(command.at), command, payload)
            case Apart():
                self._send(*replied(command.command, 0, *answer_apart(command)))
            case Play() | Advance() | Pause() | SetPace() | Forget() | Close():
                self._steer(command)
                self._acknowledge(command.command)
            case _:
                self._answer(command, payload)

    def _steer(self, command: Play | Advance | Pause | SetPace | Forget | Close) -> None:
        match command:
            case Play():
                self._training.play(command)
            case Advance():
                self._training.advance(command)
            case Pause():
                self._training.stand_still("paused")
            case SetPace():
                # Without a run only the speed of its epochs is unknown: the next begins anew.
                if self._open_training is not None or command.epochs_per_second is not None:
                    self._training.set_pace(command)
            case Forget():
                self._recalls.leave()
            case Close():
                if self._open_training is not None:
                    self._open_training.stand_still("paused")
                    self._open_training.tell_vitals(wait=True)
                self._closing = True

    def _acknowledge(self, command: int) -> None:
        if self._open_training is not None:
            self._open_training.acknowledge(command)
        else:
            self._send(Acknowledged(kind="acknowledged", command=command, run="", step=0))

    def _answer(self, command: Any, payload: memoryview) -> None:
        opened = self._opened_at(command.at)
        values: dict[str, Any] = {}
        arrays: dict[str, Any] = {}
        match command:
            case StopLandscape():
                self._surveys.stop("The landscape was cancelled.")
            case TakeVitals():
                if command.at is None:
                    self._training.tell_vitals(wait=True)  # those of earlier steps come first
                values["vitals"] = self._vitals.of(opened).model_dump(mode="json")
            case GetKeyframe():
                self._training.tell_vitals(wait=True)  # the run is left: what is due of it is told
                values, arrays = answer(opened, command, payload)
            case _:
                values, arrays = answer(opened, command, payload)
        self._send(*replied(command.command, opened.trainer.step, values, arrays))

    def _open(self, command: Open, payload: memoryview) -> None:
        opened = open_run(command, payload, self._programs)
        if self._open_training is not None:
            self._open_training.leave()
        self._recalls.leave()
        self._surveys.stop("Another run was opened before this landscape was done.")
        self._wanted.clear()
        self._vitals.forget()
        self._open_training = Training(opened, self._around)
        self._open_training.begin(command.command)

    @property
    def _training(self) -> Training:
        if self._open_training is None:
            raise StateError("No run is open.")
        return self._open_training

    def _opened_at(self, at: int | None) -> OpenRun:
        return self._training.opened if at is None else self._recalls.opened(at)
