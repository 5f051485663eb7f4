"""Runs as append-only, checksummed files: one folder for each (`run_folder`)."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import secrets
import shutil
import threading
from collections import OrderedDict
from pathlib import Path

from netlapse.errors import NetlapseError, NotFoundError, RunError
from netlapse.record.contract import (
    EvaluationData,
    Floats,
    Keyframe,
    LossColumns,
    MetricRange,
    Note,
    RunStatus,
    RunSummary,
)
from netlapse.record.disk import make_private, one_sentence, sync_folder, write_whole
from netlapse.record.lock import is_locked
from netlapse.record.run_folder import LOCK, SPEC, STATUS, RunFolder
from netlapse.record.status_file import read_status, write_status
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec, read_spec

FLUSH_SECONDS = 0.2
"""How long something waits for the disk, so that it is there within a quarter of a second."""

INTERRUPTED = "The program ended while this run was open."

_ID = re.compile(r"[0-9a-f]{16}")
_MOST_READERS = 16
_ACTIVE = ("opening", "compiling", "training")


class FileStore:
    """The store contract over `<data folder>/runs`. Several processes may share the folder.

    Args:
        folder: The folder of all runs; made when the first run is created.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.RLock()
        self._writers: dict[str, RunFolder] = {}
        self._readers: OrderedDict[str, RunFolder] = OrderedDict()
        self._doomed: set[str] = set()
        self._dirty = threading.Event()
        self._closed = threading.Event()
        self._flusher: threading.Thread | None = None

    # --- life ------------------------------------------------------------------------------

    def create(self, spec: Spec) -> str:
        """As the contract says."""
        run = secrets.token_hex(8)
        path = self._folder / run
        with one_sentence(self._folder):
            make_private(self._folder)
            path.mkdir()
            write_status(path / STATUS, RunStatus("opening", epochs=spec.training.epochs))
            # The spec last: a folder without one is no run.
            write_whole(path / SPEC, spec.to_json().encode())
            sync_folder(self._folder)
        self.acquire(run)
        return run

    def acquire(self, run: str) -> None:
        """As the contract says."""
        with self._guard:
            if run in self._writers:
                return
            folder = self._reader(run)
            folder.become_writer()
            self._readers.pop(run, None)
            self._writers[run] = folder
            self._start_flusher()

    def release(self, run: str) -> None:
        """As the contract says."""
        with self._guard:
            folder = self._writers.pop(run, None)
        if folder is not None:
            folder.stop_writing()

    def delete(self, run: str) -> None:
        """As the contract says."""
        with self._guard:
            self.acquire(run)
            folder = self._writers.pop(run)
            self._doomed.add(run)  # gone for everyone else from here on
        # Renamed first, so that half a run is never seen.
        renamed = self._folder / f"deleted-{run}"
        try:
            with contextlib.suppress(RunError):
                folder.stop_writing()
            with one_sentence(self._folder):
                folder.path.rename(renamed)
        finally:
            self._doomed.discard(run)
        shutil.rmtree(renamed, ignore_errors=True)

    def close(self) -> None:
        """As the contract says."""
        self._closed.set()
        self._dirty.set()
        for run in list(self._writers):
            self.release(run)
        if self._flusher is not None:
            self._flusher.join(timeout=5)

    # --- writing ---------------------------------------------------------------------------

    def append_metrics(
        self, run: str, first_step: int, loss: Floats, gradient_norm: Floats
    ) -> None:
        """As the contract says."""
        self._open(run).append_metrics(first_step, loss, gradient_norm)
        self._dirty.set()

    def append_intervention(self, run: str, intervention: Intervention) -> None:
        """As the contract says."""
        self._open(run).append_intervention(intervention)

    def append_evaluation(self, run: str, evaluation: EvaluationData) -> None:
        """As the contract says."""
        self._open(run).append_evaluation(evaluation)
        self._dirty.set()

    def append_note(self, run: str, note: Note) -> None:
        """As the contract says."""
        self._open(run).append_note(note)
        self._dirty.set()

    def save_keyframe(self, run: str, keyframe: Keyframe) -> None:
        """As the contract says."""
        self._open(run).save_keyframe(keyframe)
        self._dirty.set()

    def set_status(self, run: str, status: RunStatus) -> None:
        """As the contract says."""
        self._open(run).set_status(status)
        self._dirty.set()

    def flush(self, run: str) -> None:
        """As the contract says."""
        self._open(run).flush()

    # --- reading ---------------------------------------------------------------------------

    def runs(self) -> list[RunSummary]:
        """As the contract says."""
        found: list[RunSummary] = []
        for run in self._ids():
            with contextlib.suppress(NetlapseError):  # deleted while we look, or of the future
                found.append(self.summary(run))
        return sorted(found, key=lambda summary: summary.created, reverse=True)

    def summary(self, run: str) -> RunSummary:
        """As the contract says."""
        path = self._path(run)
        status, created = read_status(path / STATUS)
        folder = self._writers.get(run)
        if folder is not None:
            status = folder.newest_status() or status
        elif status.state in _ACTIVE and not is_locked(path / LOCK):
            step = self._open(run).recorded_step
            status = dataclasses.replace(status, state="paused", step=step, note=INTERRUPTED)
        return RunSummary(run, self.spec(run).name, status, created, _size(path))

    def spec(self, run: str) -> Spec:
        """As the contract says."""
        return read_spec(self._path(run) / SPEC)

    def interventions(self, run: str) -> tuple[Intervention, ...]:
        """As the contract says."""
        return self._open(run).interventions()

    def evaluations(self, run: str) -> tuple[EvaluationData, ...]:
        """As the contract says."""
        return self._open(run).evaluations()

    def notes(self, run: str) -> tuple[Note, ...]:
        """As the contract says."""
        return self._open(run).notes()

    def newest_keyframe(self, run: str) -> Keyframe | None:
        """As the contract says."""
        return self._open(run).newest_keyframe()

    def recorded_step(self, run: str) -> int:
        """As the contract says."""
        return self._open(run).recorded_step

    def saved_step(self, run: str) -> int:
        """As the contract says."""
        return self._open(run).saved_step

    def metrics(self, run: str, first_step: int = 1, last_step: int | None = None) -> MetricRange:
        """As the contract says."""
        return self._open(run).metrics(max(1, first_step), last_step)

    def loss_columns(self, run: str) -> LossColumns:
        """As the contract says."""
        return self._open(run).loss_columns()

    def bytes_used(self) -> int:
        """As the contract says."""
        return sum(_size(self._folder / run) for run in self._ids())

    # --- within ----------------------------------------------------------------------------

    def _ids(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return [path.name for path in self._folder.iterdir() if _ID.fullmatch(path.name)]

    def _path(self, run: str) -> Path:
        # Checked by its form, so that no path from outside reaches the file system.
        is_there = _ID.fullmatch(run) and (self._folder / run / SPEC).is_file()
        if not is_there or run in self._doomed:
            raise NotFoundError("There is no such run.", place=f"run {run[:40]}")
        return self._folder / run

    def _open(self, run: str) -> RunFolder:
        folder = self._writers.get(run)
        return folder if folder is not None else self._reader(run)

    def _reader(self, run: str) -> RunFolder:
        path = self._path(run)
        with self._guard:
            folder = self._readers.pop(run, None)
            if folder is None:
                folder = RunFolder(path)
            else:
                folder.refresh()
            self._readers[run] = folder
            while len(self._readers) > _MOST_READERS:
                self._readers.popitem(last=False)
            return folder

    def _start_flusher(self) -> None:
        if self._flusher is None:
            self._flusher = threading.Thread(
                target=self._keep_flushing, name="netlapse-flusher", daemon=True
            )
            self._flusher.start()

    def _keep_flushing(self) -> None:
        while self._dirty.wait() and not self._closed.wait(FLUSH_SECONDS):
            self._dirty.clear()
            for folder in list(self._writers.values()):
                folder.flush_quietly()


def _size(path: Path) -> int:
    total = 0
    for file in path.rglob("*"):
        with contextlib.suppress(OSError):  # replaced or deleted while we look
            total += file.stat().st_size
    return total
