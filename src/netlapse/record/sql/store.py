"""The store contract over a database and a folder of keyframes."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import delete, func, select

from netlapse.record.contract import (
    ALL,
    EvaluationData,
    Floats,
    Keyframe,
    KeyframeEntry,
    LossColumns,
    MetricRange,
    Note,
    Origin,
    RunQuery,
    RunStatus,
    RunSummary,
    Share,
    VitalsEntry,
)
from netlapse.record.settings import RecordSettings, from_environment
from netlapse.record.sql import branching, library, reading, shares
from netlapse.record.sql.database import Database
from netlapse.record.sql.keyframe_files import KeyframeFiles
from netlapse.record.sql.locks import AdvisoryLocks, FileLocks
from netlapse.record.sql.reader import RunReader, RunView
from netlapse.record.sql.tables import runs, specs
from netlapse.record.sql.upgrade_files import upgrade_files
from netlapse.record.sql.writer import RunWriter, not_acquired
from netlapse.record.sql.writers import Writers
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec, parse_spec

_ID = re.compile(r"[0-9a-f]{16}")


def open_store(folder: Path) -> SqlStore:
    """The store of a data folder, as the environment wants it.

    Raises:
        InputError: The environment asks for what cannot be.
    """
    return SqlStore(folder, from_environment())


class SqlStore:
    """Runs in SQLite in the data folder, or in PostgreSQL; keyframes in files beside it.

    Nothing is opened or made before it is used. Several processes may share the folder.

    Args:
        folder: The data folder.
        settings: The database's address, and how much room keyframes have.
    """

    def __init__(self, folder: Path, settings: RecordSettings | None = None) -> None:
        self.folder = folder
        self._settings = settings or RecordSettings()
        self._database = Database(folder, self._settings.url or None)
        self._files = KeyframeFiles(folder / "keyframes")
        self._locks = (
            AdvisoryLocks(self._database)
            if self._database.is_postgres
            else FileLocks(folder / "locks")
        )
        self._writers = Writers(self._database, self._files, self._locks, self._settings)
        self._upgrading = threading.RLock()
        self._is_upgraded = self._is_upgrading = False

    # --- life ------------------------------------------------------------------------------

    def create(self, spec: Spec, *, edited_from: str | None = None) -> str:
        """As the contract says."""
        status = RunStatus("opening", epochs=spec.training.epochs)
        run = secrets.token_hex(8)
        origin = Origin(edited_from, None) if edited_from is not None else None
        self.adopt(library.NewRun(run, spec.name, spec.to_json(), status, time.time(), origin))
        return run

    def adopt(self, new: library.NewRun) -> None:
        """Make a run of a given id, and become its writer."""
        database = self._ready()
        with self._writers.making(new.run), database.write() as connection:
            library.insert_run(connection, new)

    def branch(self, run: str, step: int) -> str:
        """As the contract says."""
        _check(run)
        database = self._ready()
        writer = self._writers.get(run)
        if writer is not None:
            self._writers.flush(writer)
        made = secrets.token_hex(8)
        with self._writers.making(made), database.write(still=True) as connection:
            branching.copy_history(connection, self._files, run, made, step)
        return made

    def acquire(self, run: str) -> None:
        """As the contract says."""
        _check(run)
        self._ready()
        self._writers.acquire(run)

    def release(self, run: str) -> None:
        """As the contract says."""
        self._writers.release(run)

    def delete(self, run: str) -> None:
        """As the contract says."""
        _check(run)
        database = self._ready()
        with self._writers.removing(run), database.write() as connection:
            connection.execute(delete(runs).where(runs.c.id == run))
        database.shrink()

    def close(self) -> None:
        """As the contract says."""
        try:
            self._writers.close()
        finally:
            self._database.close()

    # --- writing ---------------------------------------------------------------------------

    def append_metrics(
        self, run: str, first_step: int, loss: Floats, gradient_norm: Floats
    ) -> None:
        """As the contract says."""
        writer = self._writer(run)
        if writer.append_metrics(first_step, loss, gradient_norm):
            self._writers.flush(writer)
        self._writers.wake()
        writer.raise_failure()

    def append_intervention(self, run: str, intervention: Intervention) -> None:
        """As the contract says."""
        writer = self._writer(run)
        writer.append_intervention(intervention)
        self._writers.flush(writer)

    def append_evaluation(self, run: str, evaluation: EvaluationData) -> None:
        """As the contract says."""
        self._writer(run).append_evaluation(evaluation)
        self._writers.wake()

    def append_vitals(self, run: str, vitals: VitalsEntry) -> None:
        """As the contract says."""
        self._writer(run).append_vitals(vitals)
        self._writers.wake()

    def append_note(self, run: str, note: Note) -> None:
        """As the contract says."""
        self._writer(run).append_note(note)
        self._writers.wake()

    def save_keyframe(self, run: str, keyframe: Keyframe) -> None:
        """As the contract says."""
        writer = self._writer(run)
        writer.save_keyframe(keyframe)
        self._writers.wake()
        writer.raise_failure()

    def set_status(self, run: str, status: RunStatus) -> None:
        """As the contract says."""
        self._writer(run).set_status(status)
        self._writers.wake()

    def flush(self, run: str) -> None:
        """As the contract says."""
        writer = self._writers.get(run)
        if writer is not None:
            self._writers.flush(writer)
        else:
            self._refuse_unknown(run)

    # --- the library -----------------------------------------------------------------------

    def describe(
        self,
        run: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        remark: str | None = None,
    ) -> None:
        """As the contract says."""
        _check(run)
        with self._ready().write() as connection:
            library.describe(connection, run, name, tags, remark)

    def hide(self, run: str) -> None:
        """As the contract says."""
        _check(run)
        with self._ready().write() as connection:
            library.set_hidden(connection, run, hidden=True)

    def restore(self, run: str) -> None:
        """As the contract says."""
        _check(run)
        with self._ready().write() as connection:
            library.set_hidden(connection, run, hidden=False)

    def runs(self, query: RunQuery = ALL) -> list[RunSummary]:
        """As the contract says."""
        interrupted = self._looked_through()
        with self._database.read() as connection:
            found = library.page(connection, query, interrupted)
        return [self._newest(summary) for summary in found]

    def count_runs(self, query: RunQuery = ALL) -> int:
        """As the contract says."""
        interrupted = self._looked_through()
        with self._database.read() as connection:
            return library.count(connection, query, interrupted)

    def summary(self, run: str) -> RunSummary:
        """As the contract says."""
        _check(run)
        with self._ready().read() as connection:
            found = library.summary(connection, run, ())
        if found.status.state in library.ACTIVE and self._writers.without_writer([run]):
            with self._database.read() as connection:  # it may have ended while we looked
                found = library.summary(connection, run, (run,))
        return self._newest(found)

    def bytes_used(self) -> int:
        """As the contract says."""
        with self._ready().read() as connection:
            return int(connection.execute(select(func.sum(runs.c.bytes_used))).scalar() or 0)

    # --- reading ---------------------------------------------------------------------------

    def spec(self, run: str) -> Spec:
        """As the contract says."""
        with self._reader(run).transaction() as connection:
            query = select(specs.c.document).where(specs.c.run == run)
            return parse_spec(connection.execute(query).scalar_one(), place=f"run {run}")

    def interventions(self, run: str) -> tuple[Intervention, ...]:
        """As the contract says."""
        return tuple(sorted(self._view(run).interventions(), key=lambda entry: entry.step))

    def evaluations(self, run: str) -> tuple[EvaluationData, ...]:
        """As the contract says."""
        return self._view(run).evaluations()

    def vitals(
        self, run: str, first_step: int = 0, last_step: int | None = None
    ) -> tuple[VitalsEntry, ...]:
        """As the contract says."""
        return self._view(run).vitals(first_step, last_step)

    def newest_vitals(self, run: str) -> int | None:
        """As the contract says."""
        return self._view(run).newest_vitals()

    def notes(self, run: str) -> tuple[Note, ...]:
        """As the contract says."""
        return tuple(self._view(run).notes())

    def newest_keyframe(self, run: str) -> Keyframe | None:
        """As the contract says."""
        return self.keyframe_before(run, self.recorded_step(run))

    def keyframes(self, run: str) -> tuple[KeyframeEntry, ...]:
        """As the contract says."""
        return tuple(self._view(run).keyframes())

    def keyframe_before(self, run: str, step: int) -> Keyframe | None:
        """As the contract says."""
        return self._view(run).keyframe_before(step)

    def recorded_step(self, run: str) -> int:
        """As the contract says."""
        return self._view(run).recorded_step

    def saved_step(self, run: str) -> int:
        """As the contract says."""
        return self._view(run).saved_step

    def metrics(self, run: str, first_step: int = 1, last_step: int | None = None) -> MetricRange:
        """As the contract says."""
        view = self._view(run)
        return view.metrics(
            max(1, first_step), view.recorded_step if last_step is None else last_step
        )

    def loss_columns(
        self, run: str, first_step: int = 1, last_step: int | None = None
    ) -> LossColumns:
        """As the contract says."""
        return self._view(run).loss_columns(first_step, last_step)

    # --- sharing ---------------------------------------------------------------------------

    def add_share(self, share: Share) -> None:
        """As the contract says."""
        _check(share.run)
        with self._ready().write() as connection:
            shares.add(connection, share)

    def share(self, token_hash: str) -> Share | None:
        """As the contract says."""
        with self._ready().read() as connection:
            return shares.find(connection, token_hash)

    def shares(self, run: str) -> tuple[Share, ...]:
        """As the contract says."""
        with self._reader(run).transaction() as connection:
            return shares.of_run(connection, run)

    def revoke_share(self, token_hash: str) -> None:
        """As the contract says."""
        with self._ready().write() as connection:
            shares.revoke(connection, token_hash)

    # --- within ----------------------------------------------------------------------------

    def _ready(self) -> Database:
        """The database, with the runs of the format before taken in."""
        if not self._is_upgraded:
            with self._upgrading:
                if not self._is_upgraded and not self._is_upgrading:
                    self._is_upgrading = True  # what it writes comes here, too
                    try:
                        upgrade_files(self, self.folder)
                        self._is_upgraded = True
                    finally:
                        self._is_upgrading = False
        return self._database

    def _reader(self, run: str) -> RunReader:
        _check(run)
        return RunReader(self._ready(), self._files, run)

    def _view(self, run: str) -> RunView:
        return self._writers.get(run) or self._reader(run)

    def _writer(self, run: str) -> RunWriter:
        writer = self._writers.get(run)
        if writer is None:
            self._refuse_unknown(run)
            raise not_acquired(run)
        return writer

    def _refuse_unknown(self, run: str) -> None:
        with self._reader(run).transaction():
            pass

    def _looked_through(self) -> Collection[str]:
        """Write what lists show, and find the runs whose writer is gone."""
        self._writers.flush_all()
        with self._ready().read() as connection:
            active = library.active_runs(connection)
        return self._writers.without_writer(active)

    def _newest(self, summary: RunSummary) -> RunSummary:
        """A line with what is newer than the database."""
        writer = self._writers.get(summary.run)
        if writer is None:
            return summary
        kept = writer.evaluations()
        return replace(
            summary,
            status=writer.status or summary.status,
            evaluation=kept[-1] if kept else summary.evaluation,
        )


def _check(run: str) -> None:
    # By its form, so that no path from outside reaches the file system.
    if not _ID.fullmatch(run):
        raise reading.missing(run)
