"""Past steps that are looked at, one at a time, beside the training that goes on."""

from __future__ import annotations

from collections.abc import Callable

from netlapse.errors import StateError
from netlapse.protocol.messages import Acknowledged, Differs, Recall
from netlapse.worker.failures import FAILURES, known
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import Send, refused
from netlapse.worker.past import Past
from netlapse.worker.wanted import Wanted


class Recalls:
    """At most one past step at a time.

    Args:
        send: Called with an event and its payload.
        wake: Lets a waiting loop go on.
        wanted: The pictures that are wanted, of the past, too.
    """

    def __init__(self, send: Send, wake: Callable[[], None], wanted: Wanted) -> None:
        self._send, self._wake, self._wanted = send, wake, wanted
        self._now: Past | None = None

    def begin(self, opened: OpenRun, command: Recall, payload: memoryview, step_s: float) -> None:
        """Set out for a step; what was on its way ends.

        Args:
            opened: The open run; it stays as it is.
            command: Which step.
            payload: Its keyframe and losses.
            step_s: What a step of the training takes; 0 where that is not known.
        """
        before = self._leave(command)
        self._now = Past(opened, command, payload, before, step_s)

    def leave(self) -> None:
        """Nobody looks at the past any more."""
        self._leave(None)

    def opened(self, at: int) -> OpenRun:
        """The run as it was at a step.

        Raises:
            StateError: Another step is looked at, or this one is not reached.
        """
        past = self._now
        if past is None or not past.is_there or past.message.at != at:
            raise StateError(f"Another step than {at:,} is looked at.", remedy="Ask again.")
        return past.opened

    def go_on(self) -> bool:
        """A piece of the way; gives whether there is more to do at once."""
        past = self._now
        if past is None or past.told:
            return False
        try:
            if not past.is_there and not past.go_on():
                past.opened.trainer.prepare().add_done_callback(lambda _: self._wake())
                return False
        except FAILURES as error:
            past.told = True
            self._now = None
            self._send(refused(past.message.command, known(error)))
            return False
        report = past.report()
        if past.is_there:
            self._arrive(past)
        elif report is not None:
            self._send(report)
        return not past.is_there

    def show(self) -> None:
        """Send the pictures that are wanted of the step, where it is reached."""
        if self._now is not None and self._now.is_there:
            self._wanted.draw(self._now.opened, self._now.answers, hurried=False)

    def _leave(self, following: Recall | None) -> Past | None:
        before, self._now = self._now, None
        if before is not None and not before.told:
            gone = StateError("Another step is looked at before this one was reached.")
            self._send(refused(before.message.command, gone))
        self._wanted.drop_past(following)
        return before

    def _arrive(self, past: Past) -> None:
        past.told = True
        run, step = past.opened.run, past.opened.trainer.step
        if past.replay.differs_at is not None:
            self._send(Differs(kind="differs", run=run, step=past.replay.differs_at))
        command = past.message.command
        self._send(Acknowledged(kind="acknowledged", command=command, run=run, step=step))
        self.show()
