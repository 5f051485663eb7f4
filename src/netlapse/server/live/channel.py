"""One run and all who watch it.

A channel lives on the event loop. The session calls `hear` from its own thread; everything else is
called on the loop. Pictures are computed for views, not for viewers: one `Want` is outstanding for
each view that somebody has credit for, and its picture goes to all of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from netlapse.errors import NetlapseError
from netlapse.protocol.frames import encode
from netlapse.protocol.messages import Gone, Picture, Ready, Status
from netlapse.protocol.views import View
from netlapse.server.live.timeline import TimelineBuilder
from netlapse.server.live.viewer import NOTHING, Viewer

log = logging.getLogger("netlapse.server")

TIMELINE_INTERVAL_S = 0.2
UNSAVED_INTERVAL_S = 0.3
"""So often it is looked whether the steps that were shown are saved by now."""
KEPT_PICTURES = 6
PAST_S = 15.0
"""A past step that is not reached in this time gives way to one that somebody else waits for."""
_RELAYED = ("status", "ready", "recalling", "surveying", "differs")
_IN_TIMELINE = ("metrics", "evaluated", "vitals", "acknowledged", "differs", "keyframe")


class Wanting(Protocol):
    """What a channel needs of an open session."""

    def want(self, view: View, *, fresh: bool = False) -> None:
        """Give the worker credit for one picture."""
        ...

    def forget(self) -> None:
        """Nobody looks at a past step any more."""
        ...


class Channel:
    """The live side of one run."""

    def __init__(
        self,
        run: str,
        timeline: TimelineBuilder,
        loop: asyncio.AbstractEventLoop,
        on_status: Callable[[Status], None] = lambda _: None,
    ) -> None:
        self.run = run
        self.viewers: set[Viewer] = set()
        self.status: Status | None = None
        self._session: Wanting | None = None
        self._timeline = timeline
        self._loop = loop
        self._on_status = on_status
        self._newest: dict[str, bytes] = {}
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._wanted: set[str] = set()
        self._past_since = -PAST_S
        """When the newest past step was asked for."""
        self._looks_back = False
        self._timeline_due = False
        self._timeline_task: asyncio.Task[None] | None = None
        self._metrics_told = False

    # --- from the session --------------------------------------------------------------------

    def hear(self, event: Any, frame: bytes, payload: object = None) -> None:
        """A listener of the session; called from its thread, after the event is in the record."""
        del payload
        if event.kind in _IN_TIMELINE and event.kind != "differs":
            if self._metrics_told:  # one reminder on its way to the loop is enough
                return
            self._metrics_told = True
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take_in, event, frame)

    def _take_in(self, event: Any, frame: bytes) -> None:
        if isinstance(event, Picture):
            self._take_picture(event.view, frame)
        elif event.kind in _RELAYED:
            self._relay(event, frame)
        if event.kind in _IN_TIMELINE:
            self._metrics_told = False
            self.refresh_timeline()

    def _relay(self, event: Any, frame: bytes) -> None:
        # Who comes later has asked for something else than what is on its way.
        if event.kind not in ("recalling", "surveying"):
            self._newest[event.kind] = frame
        for viewer in self.viewers:
            viewer.outbox.put(event.kind, frame)
        if isinstance(event, Status):
            self.status = event
            self._on_status(event)
        elif isinstance(event, Ready):
            # A new worker knows nothing of what the one before was asked for.
            self._wanted.clear()
            self._pictures.clear()
            self._want_all()

    def _take_picture(self, key: str, frame: bytes) -> None:
        self._wanted.discard(key)
        self._pictures[key] = frame
        self._pictures.move_to_end(key)
        while len(self._pictures) > KEPT_PICTURES:
            forgotten, _ = self._pictures.popitem(last=False)
            # A run at rest owes no other picture of it: who asks again asks for a fresh one.
            self._wanted.discard(forgotten)
        for viewer in self._watching(key):
            if viewer.credit > 0:
                viewer.show(frame)
        self._want(key)
        self._want_past()

    # --- sessions that come and go -----------------------------------------------------------

    def attach(self, session: Wanting) -> None:
        """The run is open in a session from now on."""
        self._session = session
        self._wanted.clear()
        self._want_all()

    def detach(self) -> None:
        """The run is closed; its viewers keep what they have."""
        self._session = None
        self._wanted.clear()
        if not self.viewers:
            self._pictures.clear()

    def say(self, status: Status) -> None:
        """Tell a status that no worker said: of a run that is closed, or cannot be opened."""
        self._relay(status, encode(status))

    def announce(self, ready: Ready) -> None:
        """What is known of a run that was ready before it was listened to."""
        frame = encode(ready)
        self._newest["ready"] = frame
        for viewer in self.viewers:
            viewer.outbox.put("ready", frame)

    # --- viewers -----------------------------------------------------------------------------

    def join(self, viewer: Viewer, view: View) -> None:
        """Watch this run with a view; whoever watches it already is told nothing anew."""
        if viewer.view.at is not None:
            # The worker drops what was wanted of a past step when another one is looked at.
            self._wanted.discard(viewer.key)
        if viewer in self.viewers:
            viewer.turn(view)
            self._leave_past()
            return
        viewer.watch(view)
        self.viewers.add(viewer)
        for kind, frame in self._newest.items():
            viewer.outbox.put(kind, frame)
        self.refresh_timeline()

    def leave(self, viewer: Viewer) -> None:
        """No longer watch this run."""
        self.viewers.discard(viewer)
        self._leave_past()
        self._want_past()

    def grant(self, viewer: Viewer, count: int) -> None:
        """Give a viewer credit for pictures."""
        viewer.grant(count)
        key = viewer.key
        kept = self._pictures.get(key)
        if kept is not None and not viewer.served:
            viewer.show(kept)  # at once, be it a little old: it says its step
        self._want(key)

    def end(self) -> None:
        """The run was deleted: say so, and let everybody go."""
        frame = encode(Gone(kind="gone", run=self.run))
        for viewer in self.viewers:
            viewer.outbox.clear()
            viewer.outbox.put("gone", frame)
        self.viewers.clear()
        self.detach()

    def _watching(self, key: str) -> list[Viewer]:
        return [viewer for viewer in self.viewers if viewer.key == key]

    def _want_all(self) -> None:
        for key in {viewer.key for viewer in self.viewers}:
            self._want(key)

    def _want(self, key: str) -> None:
        if self._session is None or key in self._wanted:
            return
        waiting = next((v for v in self._watching(key) if v.credit > 0), None)
        if waiting is None or waiting.key == NOTHING.key:
            return
        if waiting.view.at is not None:
            # The worker stands at one past step at a time: whoever has a picture gives way.
            if self._gives_way(waiting):
                return
            self._past_since = self._loop.time()
            self._looks_back = True
        self._wanted.add(key)
        self._session.want(waiting.view, fresh=key not in self._pictures)

    def _gives_way(self, waiting: Viewer) -> bool:
        """Whether another past step is looked at, and it is not this viewer's turn."""
        others = [
            viewer
            for viewer in self.viewers
            if viewer.view.at is not None and viewer.key != waiting.key
        ]
        if not others:
            return False
        under_way = any(not v.served and v.key in self._wanted for v in others)
        recent = self._loop.time() - self._past_since < PAST_S
        return waiting.served or (under_way and recent)

    def _leave_past(self) -> None:
        """Let the worker rest, where nobody looks back any more."""
        if self._looks_back and all(viewer.view.at is None for viewer in self.viewers):
            self._looks_back = False
            if self._session is not None:
                self._session.forget()

    def _want_past(self) -> None:
        """One of those who wait for a past step has its turn."""
        for viewer in list(self.viewers):
            if viewer.view.at is not None and not viewer.served:
                self._want(viewer.key)

    # --- timeline ----------------------------------------------------------------------------

    def refresh_timeline(self) -> None:
        """Send a timeline soon: at most five a second, and none while nobody watches."""
        self._timeline_due = True
        if self.viewers and (self._timeline_task is None or self._timeline_task.done()):
            self._timeline_task = self._loop.create_task(self._send_timelines())

    async def _send_timelines(self) -> None:
        while self._timeline_due and self.viewers:
            self._timeline_due = False
            try:
                frame = await asyncio.to_thread(self._timeline.frame)
            except NetlapseError as error:
                log.warning("No timeline of run %s: %s", self.run, error)
                return
            self._newest["timeline"] = frame
            for viewer in self.viewers:
                viewer.outbox.put("timeline", frame)
            await asyncio.sleep(TIMELINE_INTERVAL_S)
            if not self._timeline_due and not self._timeline.is_saved:
                await asyncio.sleep(UNSAVED_INTERVAL_S)
                self._timeline_due = True
