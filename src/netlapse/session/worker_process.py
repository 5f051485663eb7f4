"""One worker process and its pipes: frames in, frames out, and the reason when it dies."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import sysconfig
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, cast

from pydantic import TypeAdapter

from netlapse.errors import NetlapseError, WorkerError
from netlapse.folders import cache_folder
from netlapse.protocol.frames import decode, encode, read_frame, write_frame
from netlapse.protocol.messages import Close, Event
from netlapse.session.kin import Kin
from netlapse.spec.base import Document

EventHandler = Callable[[Event, bytes, memoryview], None]
ExitHandler = Callable[[str], None]

_EVENTS: TypeAdapter[Any] = TypeAdapter(Event)
_KEPT_BYTES = 64 * 1024**2
"""The most that one heap of glibc holds: larger blocks come from the kernel in any case."""
MEMORY = (
    "GLIBC_TUNABLES",
    f"glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold={_KEPT_BYTES}"
    f":glibc.malloc.trim_threshold={_KEPT_BYTES}:glibc.malloc.top_pad={_KEPT_BYTES}",
)
"""Every call of a program takes its memory anew, and gives it back. In pages of 2 MB the kernel
does that in a tenth of the time, and what glibc keeps need not be asked for again: it gives an
empty heap back unless the padding is as large as a heap. Where there is no glibc, nobody reads
it."""

COMPILED_VARIABLE = "NETLAPSE_COMPILED"
"""Tells the worker where to keep compiled programs."""

_STDERR_LINES = 40
_LINE_BYTES = 2000
_GRACE_S = 10.0
_IGNORED_LINES = ("WARNING: All log messages before absl::InitializeLog()",)


def worker_command() -> list[str]:
    """How the worker is started.

    `-P` keeps the folder of the user's script off its path: a `queue.py` there is not ours.

    Raises:
        WorkerError: This program does not know its Python.
    """
    if not sys.executable:
        raise WorkerError(
            "The Python to start the worker with is not known: sys.executable is empty."
        )
    return [sys.executable, "-P", "-m", "netlapse.worker"]


class WorkerProcess:
    """A worker, alive until its pipe is closed.

    Reading, writing and standard error each have a thread, so that `send` never waits for a busy
    worker. The handlers are called in the reading thread.

    Args:
        command: How it is started; by default `netlapse.worker` with this Python.
        compiled: Folder of compiled programs; by default the one in the data folder.

    Attributes:
        kin: Of the run that it had last; none where it had none.

    Raises:
        WorkerError: It cannot be started.
    """

    kin: Kin | None = None

    def __init__(
        self, command: Sequence[str] | None = None, *, compiled: Path | None = None
    ) -> None:
        arguments = list(command or worker_command())
        try:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(compiled or cache_folder() / "compiled"),
                **_own_session(),
            )
        except OSError as error:
            raise WorkerError(f"The worker process cannot be started: {error.strerror}.") from error
        self._numbers = itertools.count(1)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._last_lines: deque[str] = deque(maxlen=_STDERR_LINES)
        self._guard = threading.RLock()
        self._on_event: EventHandler | None = None
        self._on_exit: ExitHandler | None = None
        self._exited = threading.Event()
        self._torn: NetlapseError | None = None
        self._stderr_thread = self._start(self._read_stderr, "stderr")
        self._start(self._write, "write")
        self._start(self._read, "read")

    # --- talking ---------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None and not self._exited.is_set()

    def next_number(self) -> int:
        """A number for a command, never given before by this worker."""
        return next(self._numbers)

    def attach(self, on_event: EventHandler, on_exit: ExitHandler) -> None:
        """Hand events to somebody from now on; `on_exit` gets the reason, once.

        Raises:
            WorkerError: The worker is dead already.
        """
        with self._guard:
            if not self.is_alive:
                raise WorkerError(self.reason())
            self._on_event, self._on_exit = on_event, on_exit

    def detach(self) -> None:
        """Hand events to nobody; returns when no handler runs any more."""
        with self._guard:
            self._on_event = self._on_exit = None

    def send(self, command: Document, payload: bytes = b"") -> None:
        """Send a command; never waits.

        Raises:
            WorkerError: The worker is dead.
        """
        if not self.is_alive:
            raise WorkerError(self.reason())
        self._outbox.put(encode(command, payload))

    # --- ending ----------------------------------------------------------------------------

    def close(self, timeout_s: float = 5.0) -> None:
        """End it after a last keyframe; after the time limit without."""
        if self.is_alive:
            with contextlib.suppress(WorkerError):
                self.send(Close(kind="close", command=self.next_number()))
        self._outbox.put(None)
        if not self._exited.wait(timeout_s):
            self.kill()
            self._exited.wait(timeout_s)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def reason(self) -> str:
        """Why it is dead, as one or two sentences, with the last line of its standard error."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
            self._stderr_thread.join(timeout=1)  # its last words may still be in the pipe
        said = [line for line in self._last_lines if line.strip()]
        last = f" Its last words: {said[-1].strip()}" if said else ""
        if self._torn is not None:
            return f"The worker process sent what is no message: {self._torn}{last}"
        return f"The worker process {_how(self._process.returncode)}.{last}"

    # --- threads ---------------------------------------------------------------------------

    def _start(self, target: Callable[[], None], name: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=f"netlapse-worker-{name}", daemon=True)
        thread.start()
        return thread

    def _read(self) -> None:
        pipe = cast("IO[bytes]", self._process.stdout)
        try:
            while (frame := read_frame(cast("Any", pipe))) is not None:
                event, payload = decode(frame, _EVENTS)
                with self._guard:
                    if self._on_event is not None:
                        self._on_event(event, frame, payload)
        except (NetlapseError, ValueError) as error:
            # What follows cannot be understood either: a worker that garbles is as good as dead.
            self._torn = error if isinstance(error, NetlapseError) else WorkerError(str(error))
            self.kill()
        self._wait_for_end()
        self._stderr_thread.join(timeout=2)
        self._exited.set()
        self._outbox.put(None)
        with self._guard:
            if self._on_exit is not None:
                self._on_exit(self.reason())
        pipe.close()

    def _wait_for_end(self) -> None:
        try:
            self._process.wait(timeout=_GRACE_S)
        except subprocess.TimeoutExpired:  # it closed its output and lives on
            self.kill()
            self._process.wait()

    def _write(self) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        with contextlib.suppress(OSError, ValueError):
            while (frame := self._outbox.get()) is not None:
                write_frame(cast("Any", pipe), frame)
        with contextlib.suppress(OSError, ValueError):
            pipe.close()

    def _read_stderr(self) -> None:
        pipe = cast("IO[bytes]", self._process.stderr)
        while line := pipe.readline(_LINE_BYTES):
            text = line.decode(errors="replace").rstrip()
            if not text.startswith(_IGNORED_LINES):
                self._last_lines.append(text)
        pipe.close()


def _how(code: int | None) -> str:
    """How a process ended, by its exit code.

    >>> _how(-9)
    'was ended by SIGKILL'
    >>> _how(3)
    'ended with exit code 3'
    """
    if code is None:
        return "does not end"
    if code >= 0:
        return f"ended with exit code {code}"
    with contextlib.suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"


def _environment(compiled: Path) -> dict[str, str]:
    """The worker's environment: ours, and where netlapse itself is found."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    environment.setdefault(COMPILED_VARIABLE, str(compiled))
    environment.setdefault(*MEMORY)
    home = str(Path(__file__).parents[2])
    if home not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        given = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join((home, given) if given else (home,))
    return environment


def _own_session() -> dict[str, Any]:
    """A session of its own: Ctrl-C in the terminal is for us, and we pause the worker; and it can
    let others compute first (`netlapse.worker.courtesy`)."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
