"""A worker process, driven by frames as a session does it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from netlapse.protocol.frames import decode, encode, pack, read_frame, unpack, write_frame
from netlapse.protocol.messages import Command, Event
from netlapse.spec.document import Spec

TIMEOUT_S = 90.0
EVENTS: TypeAdapter[Any] = TypeAdapter(Event)
COMMANDS: TypeAdapter[Any] = TypeAdapter(Command)


class Driver:
    """Sends commands, keeps all events.

    Args:
        environment: Variables of the worker beside ours.

    Attributes:
        events: (event, payload) in the order they came.
        answers: How often each command number was answered.
    """

    def __init__(self, **environment: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "netlapse.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **environment},
        )
        self.events: list[tuple[Any, bytes]] = []
        self.answers: Counter[int] = Counter()
        self.sent: list[int] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # --- talking -------------------------------------------------------------------------------

    def send(self, kind: str, payload: bytes = b"", **fields: Any) -> int:
        """Send a command; gives its number."""
        number = len(self.sent) + 1
        document = {"kind": kind, **fields}
        if kind != "want":
            document["command"] = number
            self.sent.append(number)
        assert self.process.stdin is not None
        write_frame(self.process.stdin, encode(COMMANDS.validate_python(document), payload))
        return number

    def ask(self, kind: str, payload: bytes = b"", **fields: Any) -> Any:
        """Send a command and wait for its answer."""
        return self.answer(self.send(kind, payload, **fields))

    def answer(self, number: int) -> Any:
        """The answer to a command."""
        return self.wait(lambda event: getattr(event, "command", None) == number)

    def reply(self, kind: str, payload: bytes = b"", **fields: Any) -> tuple[Any, dict[str, Any]]:
        """Ask a question; gives the reply and its arrays."""
        number = self.send(kind, payload, **fields)
        event, data = self.wait_with_payload(lambda e: getattr(e, "command", None) == number)
        assert event.kind == "reply", event
        return event, unpack(event.buffers, data)

    def wait(self, condition: Callable[[Any], bool], since: int = 0) -> Any:
        """The first event that meets a condition, of all so far (from a place on) and to come."""
        return self.wait_with_payload(condition, since)[0]

    def wait_with_payload(
        self, condition: Callable[[Any], bool], since: int = 0
    ) -> tuple[Any, bytes]:
        """As `wait`, with the event's payload."""
        deadline = time.monotonic() + TIMEOUT_S
        seen = since
        with self._changed:
            while True:
                for entry in self.events[seen:]:
                    if condition(entry[0]):
                        return entry
                seen = len(self.events)
                assert self._reader.is_alive(), self.last_words()
                left = deadline - time.monotonic()
                assert left > 0, [event for event, _ in self.events[-5:]]
                self._changed.wait(left)

    def wait_state(self, *states: str, since: int = 0) -> Any:
        """The first status in one of some states."""
        return self.wait(lambda e: e.kind == "status" and e.state in states, since)

    def open(self, spec: Spec, run: str = "run", payload: bytes = b"", **fields: Any) -> int:
        """Open a run and wait until it stands still; gives the place of its first event."""
        since = len(self.events)
        answer = self.ask("open", payload, run=run, spec=spec.to_dict(), **fields)
        assert answer.kind == "acknowledged", answer
        self.wait_state("paused", "finished", since=since)
        return since

    def play_to(self, step: int, **fields: Any) -> None:
        """Train to a step and wait until the run stands still there."""
        since = len(self.events)
        self.ask("play", until_step=step, **fields)
        self.wait(lambda e: e.kind == "status" and e.state != "training" and e.step >= step, since)

    def losses(self, since: int = 0) -> Any:
        """All losses and norms in metrics from a place on [steps, 2]; fails at a gap."""
        parts: list[Any] = []
        expected: int | None = None
        for event, payload in self.events[since:]:
            if event.kind != "metrics":
                continue
            assert expected is None or event.first_step == expected, "metrics have a gap"
            arrays = unpack(event.buffers, payload)
            assert len(arrays["loss"]) == len(arrays["gradient_norm"]) == event.count
            parts.append(np.stack([arrays["loss"], arrays["gradient_norm"]], axis=1))
            expected = event.first_step + event.count
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)

    # --- ending --------------------------------------------------------------------------------

    def close_pipe(self) -> None:
        """Close the worker's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def exit_code(self) -> int:
        """Wait for the end of the process."""
        code = self.process.wait(TIMEOUT_S)
        self._reader.join(TIMEOUT_S)
        return code

    def end(self) -> None:
        """End the process, if need be by force."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._reader.join(TIMEOUT_S)
        self._errors.close()

    def last_words(self) -> str:
        """What it wrote on standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def _read(self) -> None:
        pipe = self.process.stdout
        assert pipe is not None
        while (frame := read_frame(pipe)) is not None:
            event, payload = decode(frame, EVENTS)
            with self._changed:
                if hasattr(event, "command"):
                    self.answers[event.command] += 1
                self.events.append((event, bytes(payload)))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()


def rows(values: Any) -> bytes:
    """The payload of a `predict`."""
    return pack({"rows": np.asarray(values, np.float32)})[1][: 4 * np.size(values)]
