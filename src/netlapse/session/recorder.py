"""What a session writes to the record, event by event."""

from __future__ import annotations

import contextlib

from netlapse.errors import NetlapseError, Problem
from netlapse.protocol.frames import unpack
from netlapse.protocol.messages import (
    Acknowledged,
    Differs,
    Evaluated,
    Event,
    Keyframe,
    Metrics,
    Play,
    ProblemPart,
    Ready,
    Status,
    VitalsTaken,
)
from netlapse.record import contract
from netlapse.record.contract import Note, RunStatus, Store
from netlapse.record.packed import pack_vitals
from netlapse.spec.base import Document


class Recorder:
    """Writes the events of one run; remembers that writing failed until it works again."""

    def __init__(self, store: Store, run: str) -> None:
        self.run = run
        self.has_asked_to_pause = False
        self._store = store
        self._problem: NetlapseError | None = None
        self._state = ""
        self._is_over = False

    def take(
        self, event: Event, payload: memoryview, command: Document | None
    ) -> NetlapseError | None:
        """Write an event; gives what went wrong.

        Args:
            event: The event.
            payload: Its bytes.
            command: The command that it answers, where it answers one.
        """
        if self._is_over:
            return None
        try:
            self._write(event, payload, command)
        except NetlapseError as error:
            self._problem = error
            return error
        return None

    def patched(self, status: Status) -> Status:
        """The status as viewers shall see it: with what is wrong with the record."""
        if self._problem is None or status.problem is not None:
            return status
        problem = ProblemPart(**self._problem.as_dict())
        return status.model_copy(update={"problem": problem})

    def recover(self) -> None:
        """Try to write what could not be written.

        Raises:
            RunError: It still cannot.
        """
        if self._problem is not None:
            self._store.flush(self.run)
            self._problem = None
            self.has_asked_to_pause = False

    def save(self, keyframe: contract.Keyframe) -> None:
        """Save a keyframe where the disk lets us, and the run was not deleted."""
        with contextlib.suppress(NetlapseError):
            self._store.save_keyframe(self.run, keyframe)

    def flush(self) -> None:
        """Save everything where the disk lets us."""
        with contextlib.suppress(NetlapseError):
            self._store.flush(self.run)

    def end(self, *, forget: bool = False) -> None:
        """Save everything and release the run, or delete it."""
        self._is_over = True
        with contextlib.suppress(NetlapseError):
            if forget:
                self._store.delete(self.run)
            else:
                self._store.release(self.run)

    def _write(self, event: Event, payload: memoryview, command: Document | None) -> None:
        run, store = self.run, self._store
        match event:
            case Metrics():
                arrays = unpack(event.buffers, payload)
                store.append_metrics(run, event.first_step, arrays["loss"], arrays["gradient_norm"])
            case Status():
                self._write_status(event)
            case Keyframe():
                store.save_keyframe(
                    run,
                    contract.Keyframe(
                        event.step,
                        event.interventions,
                        event.final,
                        bytes(payload),
                        event.seconds,
                    ),
                )
            case Evaluated():
                store.append_evaluation(run, event.evaluation.to_dict())
            case VitalsTaken():
                store.append_vitals(run, pack_vitals(event.vitals.to_dict()))
            case Acknowledged():
                self._write_acknowledged(event, command)
            case Ready():
                self._write_plan(event)
            case Differs():
                text = f"recomputed: differs from the record from step {event.step}"
                store.append_note(run, Note(event.step, "differs", text))
            case _:
                pass

    def _write_acknowledged(self, event: Acknowledged, command: Document | None) -> None:
        if event.intervention is not None:
            self._store.append_intervention(self.run, event.intervention)
        if isinstance(command, Play) and command.more_epochs:
            epochs = command.more_epochs
            text = f"{epochs} more epoch{'s' if epochs > 1 else ''}"
            note = Note(event.step, "extended", text, {"epochs": epochs})
            self._store.append_note(self.run, note)
            self._store.flush(self.run)

    def _write_status(self, event: Status) -> None:
        problem = Problem(**event.problem.to_dict()) if event.problem else None
        status = RunStatus(event.state, event.step, event.epoch, event.epochs, problem, event.note)
        self._store.set_status(self.run, status)
        if event.state != self._state and event.state in ("finished", "diverged"):
            text = event.note or (problem.message if problem else "")
            known = [n for n in self._store.notes(self.run) if n.kind == event.state]
            if not known or known[-1].step != event.step:  # reopening a finished run is no news
                self._store.append_note(self.run, Note(event.step, event.state, text))
        self._state = event.state

    def _write_plan(self, event: Ready) -> None:
        plan = event.plan.to_dict()
        known = [note.values for note in self._store.notes(self.run) if note.kind == "plan"]
        if not known or known[-1] != plan:
            step = self._store.recorded_step(self.run)
            self._store.append_note(self.run, Note(step, "plan", "", plan))
