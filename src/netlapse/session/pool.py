"""Warm workers: started before they are needed, kept after."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from netlapse.errors import StateError
from netlapse.session.worker_process import WorkerProcess


class WorkerPool:
    """Keeps at most `size` idle workers.

    Args:
        size: Idle workers that are kept; a spare one costs memory (JAX is loaded), not time.
        prepare: Whether a spare is started in advance, or only kept when one is given back.
        command: How a worker is started; by default `netlapse.worker`.
        compiled: Folder of compiled programs; by default the one in the data folder.
    """

    def __init__(
        self,
        size: int = 1,
        *,
        prepare: bool = False,
        command: Sequence[str] | None = None,
        compiled: Path | None = None,
    ) -> None:
        self._size = size
        self._prepare = prepare
        self._command = command
        self._compiled = compiled
        self._idle: list[WorkerProcess] = []
        self._guard = threading.RLock()
        self._closed = False
        self.refill()

    def take(self) -> WorkerProcess:
        """A living worker, warm where there is one.

        Raises:
            WorkerError: None can be started.
            StateError: The pool is closed.
        """
        with self._guard:
            if self._closed:
                raise StateError("No training can be opened: the program is ending.")
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive:
                    return worker
        return WorkerProcess(self._command, compiled=self._compiled)

    def give_back(self, worker: WorkerProcess) -> None:
        """Keep a worker whose run is done with, or end it where there are enough."""
        worker.detach()
        with self._guard:
            keep = not self._closed and worker.is_alive and len(self._idle) < self._size
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.close()

    def refill(self) -> None:
        """Start spare workers where they are prepared in advance; returns at once."""
        with self._guard:
            while self._prepare and not self._closed and len(self._idle) < self._size:
                self._idle.append(WorkerProcess(self._command, compiled=self._compiled))

    @property
    def has_room(self) -> bool:
        """Whether a worker given back now would be kept."""
        with self._guard:
            return not self._closed and len(self._idle) < self._size

    def close(self) -> None:
        """End all idle workers; those in use are ended when they are given back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close(timeout_s=2)
