"""Warm workers: started before they are needed, kept after.

A worker keeps the programs it has compiled, and not all of them are found on disk: so a run comes
to the worker that last had one like it, wherever that is idle.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from netlapse.errors import StateError
from netlapse.session.kin import Kin
from netlapse.session.worker_process import WorkerProcess


class WorkerPool:
    """Keeps idle workers: at most `size` that had no run yet, and as many that had one.

    Args:
        size: See above; an idle worker costs memory (JAX is loaded), not time.
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

    def take(self, kin: Kin | None = None) -> WorkerProcess:
        """A living worker: one that had such a run, or a spare, or any that is idle, or a new one.

        Raises:
            WorkerError: None can be started.
            StateError: The pool is closed.
        """
        with self._guard:
            if self._closed:
                raise StateError("No training can be opened: the program is ending.")
            self._idle = [worker for worker in self._idle if worker.is_alive]
            akin = [worker for worker in self._used if worker.kin == kin]
            if suited := akin or self._spare or self._used:
                self._idle.remove(suited[-1])
                return suited[-1]
        return WorkerProcess(self._command, compiled=self._compiled)

    def give_back(self, worker: WorkerProcess) -> None:
        """Keep a worker that has nothing left to save; the one idle for longest may end for it."""
        worker.detach()
        surplus = [worker]
        with self._guard:
            if not self._closed and worker.is_alive:
                self._idle.append(worker)
                alike = self._spare if worker.kin is None else self._used
                surplus = alike[: max(0, len(alike) - self._size)]
                self._idle = [one for one in self._idle if one not in surplus]
        for one in surplus:
            one.kill()
            one.close()

    def refill(self) -> None:
        """Start spare workers where they are prepared in advance; returns at once."""
        with self._guard:
            while self._prepare and not self._closed and len(self._spare) < self._size:
                self._idle.append(WorkerProcess(self._command, compiled=self._compiled))

    @property
    def idle(self) -> int:
        """How many workers wait for a run."""
        with self._guard:
            return len(self._idle)

    def close(self) -> None:
        """End all idle workers; those in use are ended when they are given back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close(timeout_s=2)

    @property
    def _spare(self) -> list[WorkerProcess]:
        return [worker for worker in self._idle if worker.kin is None]

    @property
    def _used(self) -> list[WorkerProcess]:
        return [worker for worker in self._idle if worker.kin is not None]
