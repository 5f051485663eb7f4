"""The worker's edges: its pipes, its compilation cache, its end."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, TypeAdapter, ValidationError

from netlapse.errors import WorkerError
from netlapse.protocol.frames import decode, encode, read_frame, write_frame
from netlapse.protocol.messages import Command
from netlapse.worker.inbox import Inbox
from netlapse.worker.loop import Worker

CACHE_VARIABLE = "NETLAPSE_COMPILED"
"""Names the folder where compiled programs are kept; unset: they are not."""
SWITCH_S = 0.0005
"""Steps that are done wait so long at most for a picture that is being drawn."""
LAST_CALL_S = 2.0
"""After the pipe has closed, the loop may take so long to end by itself."""


def main() -> None:
    """Serve commands until standard input closes."""
    commands, events = _take_pipes()
    # Imported here, not above: a warm worker has it loaded before it is asked for anything.
    from netlapse.engine.compiled import keep_compiled

    folder = os.environ.get(CACHE_VARIABLE)
    if folder:
        with contextlib.suppress(OSError):  # a folder that may not be written: compile each time
            keep_compiled(Path(folder))
    sys.setswitchinterval(SWITCH_S)
    _warm_up()
    inbox = Inbox()
    outbox = Outbox(events)
    threading.Thread(target=_read, args=(commands, inbox), daemon=True).start()
    # A broken pipe: the session has gone, and with it every reason to go on.
    with contextlib.suppress(BrokenPipeError):
        Worker(inbox, outbox.send).run()
    # Background compilation may still run; nothing of it is worth waiting for.
    os._exit(1 if inbox.broken else 0)


class Outbox:
    """Events on their way out, one writer at a time."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, event: BaseModel, payload: bytes = b"") -> None:
        """Write one event."""
        with self._lock:
            write_frame(self._pipe, encode(event, payload))


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output as frames; whatever else is printed goes to standard error."""
    commands = io.BufferedReader(io.FileIO(os.dup(0), "rb"))
    events = io.BufferedWriter(io.FileIO(os.dup(1), "wb"), 1 << 16)
    os.dup2(2, 1)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    return commands, events


def _read(pipe: BinaryIO, inbox: Inbox) -> None:
    kinds: TypeAdapter[Any] = TypeAdapter(Command)
    try:
        while (frame := read_frame(pipe)) is not None:
            inbox.put(decode(frame, kinds))
    except (WorkerError, ValidationError) as error:
        print(f"A command cannot be understood: {error}", file=sys.stderr, flush=True)
        inbox.broken = True
    finally:
        inbox.close()
        # The loop ends after its present call. A long one must not outlive who asked for it.
        time.sleep(LAST_CALL_S)
        os._exit(0)


def _warm_up() -> None:
    """Load what every training needs, so that the first command finds it ready."""
    import jax

    jax.numpy.zeros(1).block_until_ready()
