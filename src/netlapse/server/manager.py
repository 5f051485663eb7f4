"""Which runs are open: few workers, and runs that come and go as they are watched."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from netlapse.errors import NetlapseError, NotFoundError, StateError, WorkerError
from netlapse.protocol.messages import Status
from netlapse.protocol.rest.library import RunEntry
from netlapse.record.contract import ALL, RunQuery, Store
from netlapse.server.live.channel import Channel
from netlapse.server.live.timeline import TimelineBuilder
from netlapse.server.seams import Answer, Opener, OpenRun
from netlapse.server.shelf import entries
from netlapse.server.statuses import failed_status, recorded_status
from netlapse.session.kin import Kin, kin_of
from netlapse.spec.base import Document
from netlapse.spec.document import Spec

log = logging.getLogger("netlapse.server")

MAX_OPEN = 7
"""Workers with a run at a time: six that are compared, and the one on the page."""
KEPT_OPEN = 3
"""Of those that rest and that nobody watches, so many at most keep their worker."""
LINGER_S = 10.0
"""A page that is loaded anew finds its run still open."""
ANSWER_S = 120.0
"""How long a worker may take to answer: compiling comes first."""
CLOSE_S = 3.0
"""How long a worker may take for its last keyframe."""
COMES_S = 30.0
"""Who has created a run comes to watch or start it in this time; others may create theirs first."""
REFILL_DELAY_S = 3.0
"""A spare worker is started when the run just opened has had the processor for its compiling."""
_BUSY = ("opening", "compiling", "training")
_DEAD = ("worker-died",)


@dataclass(eq=False)
class _Entry:
    """A run that somebody looks at or that is open."""

    channel: Channel
    session: OpenRun | None = None
    used: float = field(default_factory=time.monotonic)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    watched: bool = False
    """Whether anybody has come to watch it."""
    ours: bool = False
    """Whether this server created it."""
    gone: bool = False
    """Whether the run was deleted: what still opens it must let go."""
    closing: asyncio.Task[None] | None = None
    """Its last session on the way out: nothing may touch the record before it has ended."""

    @property
    def is_left(self) -> bool:
        """Whether nobody watches it, and nobody is about to: a program's run has no viewer."""
        came = self.watched or time.monotonic() - self.used > COMES_S
        return came and not self.channel.viewers


class Manager:
    """Open runs and their channels. Lives on the event loop; what waits is done in threads.

    Args:
        store: The record.
        opener: Opens runs in workers.
        max_open: Workers with a run, at most.
    """

    def __init__(self, store: Store, opener: Opener, max_open: int = MAX_OPEN) -> None:
        self.store = store
        self._opener = opener
        self._max_open = max_open
        self._entries: dict[str, _Entry] = {}
        self._room = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    # --- runs --------------------------------------------------------------------------------

    async def create(
        self, spec: Spec, *, confirmed: bool = False, edited_from: str | None = None
    ) -> str:
        """Start a run, paused at step 0; unstarted ones that nobody watches any more give way."""
        if edited_from is not None:
            edited_from = await asyncio.to_thread(self._trained, edited_from)
        for run, entry in list(self._entries.items()):
            if entry.is_left:
                await self._drop_abandoned(run)
        async with self._room:
            await self._make_room()
            await self._free_kin(kin_of(spec))
            session, opened = await asyncio.to_thread(
                self._opener.create, spec, confirmed=confirmed, edited_from=edited_from
            )
            entry = self._entry(session.run)
            entry.ours = True
            self._attach(entry, session)
        try:
            await self._opened(entry, opened)
        except NetlapseError:
            if entry.session is None and not entry.channel.viewers:
                self._entries.pop(session.run, None)
            raise
        return session.run

    def _trained(self, run: str) -> str | None:
        """The run, or where it was never trained the one whose spec was edited into it."""
        with contextlib.suppress(NotFoundError):
            if self.store.recorded_step(run) > 0 or self.store.interventions(run):
                return run
            origin = self.store.summary(run).origin
            return origin.run if origin is not None and origin.step is None else None
        return None

    async def branch(self, run: str, step: int) -> str:
        """A new run with the history of another up to a step; it is closed until it is watched.

        Raises:
            NotFoundError: There is no such run.
            StateError: Its record does not reach so far.
        """
        made = await asyncio.to_thread(self.store.branch, run, step)
        await asyncio.to_thread(self.store.release, made)
        return made

    async def open(self, run: str) -> OpenRun:
        """The run's session; opened where it is closed.

        Raises:
            NotFoundError: There is no such run.
            StateError: Another program writes the run, or all workers are busy.
        """
        entry = await self._known(run)
        entry.used = time.monotonic()
        async with entry.opening:
            if entry.session is None:
                if entry.closing is not None:
                    await asyncio.shield(entry.closing)
                async with self._room:
                    await self._make_room()
                    await self._free_kin(kin_of(await asyncio.to_thread(self.store.spec, run)))
                    session, opened = await asyncio.to_thread(self._opener.open, run)
                    self._attach(entry, session)
                if entry.gone:
                    await self._shut(entry)
                    raise NotFoundError("The run was deleted.", place=f"run {run}")
                await self._opened(entry, opened)
            if entry.session is None:
                raise StateError("The run was closed.", place=f"run {run}")
            return entry.session

    async def call(self, run: str, command: Document, payload: bytes = b"") -> Answer:
        """What a command comes to.

        Raises:
            NetlapseError: It was refused, or the worker does not answer.
        """
        session = await self.open(run)
        status = session.status
        if status.state in _DEAD:
            reason = status.problem.message if status.problem else "The worker process died."
            raise StateError(reason, place=f"run {run}", remedy="Resume the run first.")
        answer_s = getattr(command, "answer_s", ANSWER_S)
        return await self._answered(session.call(command, payload), run, answer_s)

    async def resume(self, run: str) -> OpenRun:
        """Open a run again whose worker died, or that is closed."""
        entry = await self._known(run)
        session = await self.open(run)
        async with entry.opening:  # once, though two pages ask for it
            if session.status.state in _DEAD:
                opened = await asyncio.to_thread(session.resume)
                await self._answered(opened, run)
        return session

    async def delete(self, run: str) -> None:
        """Remove a run; who watches it is told.

        Raises:
            NotFoundError: There is no such run.
        """
        await asyncio.to_thread(self.store.summary, run)
        await self._drop(run)

    async def hide(self, run: str) -> None:
        """Take a run out of every list so that it can be restored; who watches it is told.

        Raises:
            NotFoundError: There is no such run.
        """
        await asyncio.to_thread(self.store.summary, run)
        await self._take_away(run, self.store.hide)

    def keep(self, run: str) -> None:
        """Somebody else may come for the run: it stays, even if it is never started."""
        if run in self._entries:
            self._entries[run].ours = False

    async def status(self, run: str) -> Status:
        """Where a run stands, open or not."""
        entry = self._entries.get(run)
        if entry is not None and entry.session is not None:
            return entry.session.status
        return await asyncio.to_thread(recorded_status, self.store, run)

    async def runs(self, query: RunQuery = ALL) -> list[RunEntry]:
        """The runs that fit, the newest first unless the query says otherwise."""
        return await asyncio.to_thread(entries, self.store, query)

    # --- watching ----------------------------------------------------------------------------

    async def watch(self, run: str) -> Channel | None:
        """The run's channel, none where there is no such run; opens the run in the background."""
        try:
            entry = await self._known(run)
        except NotFoundError:
            return None
        entry.used, entry.watched = time.monotonic(), True
        if entry.session is None:
            if entry.channel.status is None:
                entry.channel.say(await self.status(run))
            status = entry.channel.status
            if status is None or status.state not in _DEAD:
                self._later(self._open_quietly(run))
        return entry.channel

    def left(self, run: str, *, replaced: bool = False) -> None:
        """A viewer left; a run that was never started and is replaced by another is removed."""
        entry = self._entries.get(run)
        if entry is None:
            return
        entry.used = time.monotonic()
        if replaced and self._is_abandoned(run):
            self._later(self._drop_abandoned(run))
        if len(self._open_entries()) > KEPT_OPEN:
            self._later(self._thin_out())

    async def close(self) -> None:
        """Close all runs with their keyframes, and end all workers. Takes a few seconds at most."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        for run in [run for run in self._entries if self._is_abandoned(run, watched=True)]:
            await self._drop(run)
        sessions = [e.session for e in self._entries.values() if e.session is not None]
        await asyncio.gather(*(_closed_in_time(session) for session in sessions))
        await asyncio.to_thread(self._opener.close)

    # --- within ------------------------------------------------------------------------------

    async def _known(self, run: str) -> _Entry:
        """What is kept of a run that exists; a closed one may have been deleted meanwhile."""
        entry = self._entries.get(run)
        if entry is None or entry.session is None:
            try:
                await asyncio.to_thread(self.store.summary, run)
            except NotFoundError:
                self._entries.pop(run, None)
                raise
        return self._entry(run)

    def _entry(self, run: str) -> _Entry:
        if run not in self._entries:
            timeline = TimelineBuilder(self.store, run)
            self._entries[run] = _Entry(Channel(run, timeline, asyncio.get_running_loop()))
        return self._entries[run]

    def _attach(self, entry: _Entry, session: OpenRun) -> None:
        entry.session = session
        session.listen(entry.channel.hear)
        if session.ready is not None:
            entry.channel.announce(session.ready)
        entry.channel.say(session.status)
        entry.channel.attach(session)

    async def _opened(self, entry: _Entry, opened: Future[Any]) -> None:
        """Wait until the worker has taken the run; one that it refuses is closed again."""
        asyncio.get_running_loop().call_later(REFILL_DELAY_S, self._refill)
        try:
            await self._answered(opened, entry.channel.run)
        except NetlapseError as error:
            if entry.session is None:
                raise StateError(
                    "The run was closed before it was open: another took its place.",
                    place=f"run {entry.channel.run}",
                ) from None
            if not isinstance(error, WorkerError):  # such a session can be resumed
                await self._shut(entry)
            raise

    def _refill(self) -> None:
        if not self._closed:
            self._later(asyncio.to_thread(self._opener.refill))

    async def _answered(self, future: Future[Any], run: str, answer_s: float = ANSWER_S) -> Answer:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), answer_s)
        except TimeoutError:
            raise WorkerError(
                f"The worker did not answer within {answer_s:g} s.", place=f"run {run}"
            ) from None

    async def _open_quietly(self, run: str) -> None:
        try:
            await self.open(run)
        except NetlapseError as error:
            log.info("Run %s cannot be opened: %s", run, error)
            entry = self._entries.get(run)
            if entry is not None and entry.channel.status is not None:
                entry.channel.say(failed_status(entry.channel.status, error))

    async def _make_room(self) -> None:
        """Close runs that rest until there is room for one more.

        Raises:
            StateError: All open runs train, or the server is ending.
        """
        if self._closed:
            raise StateError("The Studio is ending.")
        while len(opened := self._open_entries()) >= self._max_open:
            resting = [entry for entry in opened if not _is_busy(entry)]
            if not resting:
                raise StateError(
                    f"At most {self._max_open} runs can train at a time, and all of them do.",
                    remedy="Pause one of them.",
                )
            # Unwatched ones first, then the one that was left alone for the longest.
            await self._shut(min(resting, key=lambda e: (bool(e.channel.viewers), e.used)))

    async def _free_kin(self, kin: Kin) -> None:
        """Close a run of the same programs that rests and that nobody watches, where they are not
        on disk: the next one gets its worker, and need not compile them again."""
        for entry in self._open_entries():
            session = entry.session
            if session is None or session.ready is None or session.ready.keeps_programs:
                continue
            if session.kin == kin and entry.is_left and not _is_busy(entry):
                await self._shut(entry)
                return

    async def _thin_out(self) -> None:
        """Close runs that rest and that nobody watches, until few are open."""
        await asyncio.sleep(LINGER_S)
        async with self._room:
            while len(opened := self._open_entries()) > KEPT_OPEN:
                idle = [e for e in opened if not _is_busy(e) and not e.channel.viewers]
                if not idle:
                    return
                await self._shut(min(idle, key=lambda entry: entry.used))

    def _open_entries(self) -> Sequence[_Entry]:
        return [entry for entry in self._entries.values() if entry.session is not None]

    async def _shut(self, entry: _Entry) -> None:
        session, entry.session = entry.session, None
        entry.channel.detach()
        if session is not None:
            entry.closing = asyncio.create_task(_closed_in_time(session))
        if entry.closing is not None:
            await asyncio.shield(entry.closing)

    async def _drop(self, run: str) -> None:
        def delete(run: str) -> None:
            with suppress(NotFoundError):
                self.store.delete(run)

        await self._take_away(run, delete)

    async def _take_away(self, run: str, remove: Callable[[str], None]) -> None:
        """Close a run, remove it from the record in a thread, and tell who watches it."""
        entry = self._entries.get(run)
        if entry is not None:
            entry.gone = True
            await self._shut(entry)
        try:
            await asyncio.to_thread(remove, run)
        except NetlapseError:
            if entry is not None:
                entry.gone = False
            raise
        if entry is not None:
            entry.channel.end()
            self._entries.pop(run, None)

    async def _drop_abandoned(self, run: str) -> None:
        """Remove a run that nobody needs; someone may have come since it was noticed."""
        if run in self._entries and self._is_abandoned(run):
            await self._drop(run)

    def _is_abandoned(self, run: str, *, watched: bool = False) -> bool:
        """Whether a run of ours was never started and nobody watches it."""
        entry = self._entries[run]
        if not entry.ours or entry.session is None or (entry.channel.viewers and not watched):
            return False
        status = entry.session.status
        resting = status.state in ("opening", "compiling", "paused", "failed")
        return resting and status.step == 0 and status.interventions == 0

    def _later(self, work: Coroutine[None, None, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_busy(entry: _Entry) -> bool:
    return entry.session is not None and entry.session.status.state in _BUSY


async def _closed_in_time(session: OpenRun) -> None:
    try:
        await asyncio.wait_for(asyncio.to_thread(session.close, CLOSE_S), 2 * CLOSE_S)
    except (NetlapseError, TimeoutError) as error:
        log.warning("Run %s did not close well: %s", session.run, error or "it took too long")
