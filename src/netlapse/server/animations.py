"""Drawings of runs, in the background: one at a time, each in a worker of its own."""

from __future__ import annotations

import contextlib
import logging
import secrets
import tempfile
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Literal

from netlapse.data import TableStore
from netlapse.errors import NetlapseError, NotFoundError, StateError
from netlapse.export.animation import Animation, animate, even_steps, steps_of
from netlapse.export.figures import draw, encode
from netlapse.export.film import Choice, Film, recorded
from netlapse.export.opening import looking_at
from netlapse.export.races import Answered, RaceLook, run_and_show, write_race
from netlapse.export.tables import TABLE_MEDIA, about_run, predictions_table, write_table
from netlapse.export.writing import write_file
from netlapse.protocol.drawing import AnimationJob, AnimationRequest
from netlapse.protocol.lab import Apart, RaceDrawing
from netlapse.protocol.messages import ProblemPart
from netlapse.record.contract import Store
from netlapse.server.replay_page import page_of
from netlapse.session.pool import WorkerPool

log = logging.getLogger("netlapse.server")

MOST_JOBS = 8
"""Finished ones that are kept, and ones that wait; the oldest finished one goes first."""
MEDIA = {
    "gif": "image/gif",
    "mp4": "video/mp4",
    "png": "image/png",
    "svg": "image/svg+xml",
    "html": "text/html",
    **TABLE_MEDIA,
}


@dataclass(eq=False)
class _Job:
    """A drawing; its fields are written by its thread alone."""

    run: str
    """Empty for a race."""
    wanted: AnimationRequest | RaceDrawing
    path: Path
    name: str
    state: Literal["waiting", "drawing", "done", "failed", "canceled"] = "waiting"
    frames_done: int = 0
    frames: int = 0
    bytes: int = 0
    problem: ProblemPart | None = None
    stop: Event = field(default_factory=Event)

    def tell(self, done: int, total: int) -> None:
        """So much is drawn.

        Raises:
            StateError: Nobody wants it any more.
        """
        self.frames_done, self.frames = done, total
        if self.stop.is_set():
            raise StateError("The drawing was canceled.")


class Animations:
    """Draws what is asked for, and keeps the files for a while. Safe for threads.

    Args:
        store: The record.
        tables: Folder of the user's tables.
        ask: Asks a worker about a race; the second argument says whether nobody waits any more.
    """

    def __init__(
        self, store: Store, tables: Path, ask: Callable[[Apart, Callable[[], bool]], Answered]
    ) -> None:
        self._store = store
        self._ask = ask
        self._tables = tables
        self._folder = tempfile.TemporaryDirectory(
            prefix="netlapse-drawings-", ignore_cleanup_errors=True
        )
        self._workers = WorkerPool(0)
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._jobs: dict[str, _Job] = {}
        self._lock = Lock()

    def start(self, run: str, wanted: AnimationRequest, name: str) -> AnimationJob:
        """Draw in the background.

        Raises:
            NotFoundError: There is no such run.
            StateError: Too many wait already.
        """
        self._store.summary(run)
        shown = "replay" if wanted.format == "html" else wanted.view
        if wanted.format in TABLE_MEDIA:
            shown = f"predictions-{wanted.part}"
        return self._begin(run, wanted, f"{name}-{shown}")

    def start_race(self, wanted: RaceDrawing) -> AnimationJob:
        """Draw a race in the background.

        Raises:
            StateError: Too many wait already.
        """
        return self._begin("", wanted, f"race-{wanted.race.surface.kind}")

    def _begin(self, run: str, wanted: AnimationRequest | RaceDrawing, name: str) -> AnimationJob:
        identity = secrets.token_hex(8)
        path = Path(self._folder.name, f"{identity}.{wanted.format}")
        job = _Job(run, wanted, path, f"{name}.{wanted.format}")
        with self._lock:
            self._make_room()
            self._jobs[identity] = job
            if self._thread is None:
                # A daemon: a drawing never keeps the Studio from ending.
                self._thread = Thread(target=self._draw_all, name="netlapse-drawing", daemon=True)
                self._thread.start()
        self._waiting.put(job)
        return _shown(identity, job)

    def job(self, identity: str) -> AnimationJob:
        """How far a drawing is.

        Raises:
            NotFoundError: There is none of this id.
        """
        return _shown(identity, self._get(identity))

    def file(self, identity: str) -> tuple[Path, str, str]:
        """A finished drawing: its file, its name and its kind.

        Raises:
            NotFoundError: There is none of this id.
            StateError: It is not finished.
        """
        job = self._get(identity)
        if job.state != "done":
            raise StateError("The drawing is not finished.", place=f"drawing {identity}")
        return job.path, job.name, MEDIA[job.wanted.format]

    def cancel(self, identity: str) -> None:
        """Stop a drawing, or forget a finished one with its file.

        Raises:
            NotFoundError: There is none of this id.
        """
        job = self._get(identity)
        with self._lock:
            self._jobs.pop(identity, None)
        self._forget(job)

    def close(self) -> None:
        """Stop what is under way, and remove all files; does not wait."""
        with self._lock:
            for job in self._jobs.values():
                job.stop.set()
            self._jobs.clear()
        self._waiting.put(None)
        self._workers.close()
        self._folder.cleanup()

    # --- within ------------------------------------------------------------------------------

    def _get(self, identity: str) -> _Job:
        with self._lock:
            job = self._jobs.get(identity)
        if job is None:
            raise NotFoundError("There is no such drawing.", place=f"drawing {identity[:40]}")
        return job

    def _make_room(self) -> None:
        while len(self._jobs) >= MOST_JOBS:
            finished = [i for i, job in self._jobs.items() if job.state not in _UNDER_WAY]
            if not finished:
                raise StateError("Too many drawings wait already.", remedy="Cancel one of them.")
            self._forget(self._jobs.pop(finished[0]))

    def _forget(self, job: _Job) -> None:
        job.stop.set()
        with contextlib.suppress(OSError):
            job.path.unlink()

    def _draw_all(self) -> None:
        while (job := self._waiting.get()) is not None:
            if job.stop.is_set():
                job.state = "canceled"
            else:
                self._work(job)

    def _work(self, job: _Job) -> None:
        job.state = "drawing"
        try:
            if isinstance(job.wanted, RaceDrawing):
                self._draw_race(job, job.wanted)
            elif job.wanted.format == "html":
                self._write_page(job, job.wanted)
            else:
                with self._film(job, job.wanted) as film:
                    _draw(film, job, job.wanted)
            job.bytes = job.path.stat().st_size
            job.state = "done"
        except NetlapseError as error:
            job.problem = ProblemPart(**error.as_dict())
            job.state = "canceled" if job.stop.is_set() else "failed"
        except Exception:
            log.exception("A drawing of run %s failed.", job.run or "(a race)")
            job.problem = ProblemPart(kind="RunError", message="The drawing failed.")
            job.state = "canceled" if job.stop.is_set() else "failed"
        if job.stop.is_set():
            with contextlib.suppress(OSError):
                job.path.unlink()

    def _write_page(self, job: _Job, wanted: AnimationRequest) -> None:
        tables = TableStore(self._tables)
        page = page_of(
            self._store, job.run, self._workers, tables, wanted.frames, on_frame=job.tell
        )
        write_file(job.path, page)

    def _draw_race(self, job: _Job, wanted: RaceDrawing) -> None:
        is_figure = wanted.format in ("png", "svg")
        job.frames = 1 if is_figure else len(even_steps(0, wanted.race.steps, wanted.frames))
        scene = run_and_show(wanted.race, lambda question: self._ask(question, job.stop.is_set))
        look = RaceLook(wanted.size, wanted.theme, wanted.fps, wanted.frames, wanted.step)
        write_race(scene, job.path, look, job.tell)
        job.frames_done = job.frames

    @contextlib.contextmanager
    def _film(self, job: _Job, wanted: AnimationRequest) -> Generator[Film, None, None]:
        """The run to be shown; its losses need no worker."""
        if wanted.view == "loss" and wanted.format not in TABLE_MEDIA:
            yield recorded(self._store, job.run, TableStore(self._tables))
            return
        with looking_at(self._store, job.run, self._workers, self._tables) as film:
            yield film


_UNDER_WAY = ("waiting", "drawing")


def _draw(film: Film, job: _Job, wanted: AnimationRequest) -> None:
    choice = Choice(wanted.part, wanted.sample, linear=wanted.linear)
    if wanted.format in TABLE_MEDIA:
        job.frames = 1
        table = predictions_table(film, wanted.part, wanted.last)
        write_table(table, job.path, about_run(job.run))
        job.frames_done = 1
        return
    if wanted.format in ("png", "svg"):
        job.frames = 1
        scene = film.scene(wanted.view, wanted.last, choice)
        figure = draw(scene, theme=wanted.theme, width_px=wanted.size)
        write_file(job.path, encode(figure, "png" if wanted.format == "png" else "svg"))
        job.frames_done = 1
        return

    def told(done: int, total: int) -> None:
        job.frames_done, job.frames = done, total

    frames = wanted.frames if wanted.every is None else None
    steps = steps_of(film, frames=frames, every=wanted.every, first=wanted.first, last=wanted.last)
    job.frames = len(steps)
    what = Animation(wanted.view, steps, wanted.fps, wanted.size, wanted.theme, choice)
    animate(film, job.path, what, on_frame=told, is_canceled=job.stop.is_set)


def _shown(identity: str, job: _Job) -> AnimationJob:
    return AnimationJob(
        id=identity,
        run=job.run,
        state=job.state,
        frames_done=job.frames_done,
        frames=job.frames,
        bytes=job.bytes,
        name=job.name,
        problem=job.problem,
    )
