"""Takes runs of the format before the database into it: once, when the store is first used.

A run is read, written and committed before its folder moves from `runs` to `runs-upgraded`. Where
the program ends between, what came of it is dropped at the next opening, and taken in anew.
"""

from __future__ import annotations

import contextlib
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from netlapse.errors import NetlapseError, NotFoundError, StateError
from netlapse.record import files_1
from netlapse.record.contract import Note
from netlapse.record.disk import one_sentence, sync_folder
from netlapse.record.lock import WriterLock
from netlapse.record.sql.library import NewRun
from netlapse.spec.changes import Intervention

if TYPE_CHECKING:
    from netlapse.record.sql.store import SqlStore

_ID = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger("netlapse.record")


def upgrade_files(store: SqlStore, folder: Path) -> None:
    """Take in all runs of `folder / "runs"`.

    What cannot be read stays where it is, and is told of; so does what another program writes now.

    Raises:
        RunError: The database or the disk does not take them.
    """
    old = folder / "runs"
    if not old.is_dir():
        return
    for path in sorted(old.iterdir()):
        if _ID.fullmatch(path.name) and path.is_dir():
            lock = WriterLock(path / files_1.LOCK)
            with one_sentence(folder):
                is_ours = lock.acquire()
            try:
                if is_ours and path.is_dir():
                    with contextlib.suppress(StateError):  # another process takes it in
                        _upgrade(store, path, folder / "runs-upgraded")
            finally:
                lock.release()
    with contextlib.suppress(OSError):  # something is left
        old.rmdir()


def _upgrade(store: SqlStore, path: Path, done: Path) -> None:
    run = path.name
    try:
        spec = files_1.spec_of(path)
    except NetlapseError as error:
        _log.warning("A run of an earlier netlapse cannot be read and stays where it is: %s", error)
        return
    with contextlib.suppress(NotFoundError):  # what came of it when a program ended here
        store.delete(run)
    status, created = files_1.status_of(path)
    store.adopt(NewRun(run, spec.name, spec.to_json(), status, created))
    for entry in files_1.lines_of(path, "interventions"):
        store.append_intervention(run, Intervention.model_validate(entry))
    for part in files_1.metrics_of(path):
        store.append_metrics(run, part.first_step, part.loss, part.gradient_norm)
    for entry in files_1.lines_of(path, "evaluations"):
        store.append_evaluation(run, entry)
    for entry in files_1.lines_of(path, "notes"):
        store.append_note(run, Note(**entry))
    for keyframe in files_1.keyframes_of(path):
        store.save_keyframe(run, keyframe)
    store.release(run)
    with one_sentence(done):
        done.mkdir(mode=0o700, exist_ok=True)
        path.rename(done / run)
        sync_folder(done)
        sync_folder(path.parent)
