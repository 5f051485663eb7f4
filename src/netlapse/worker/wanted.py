"""Pictures that are wanted: drawn once each, in a share of the time that a training has."""

from __future__ import annotations

import time
from collections.abc import Callable

from netlapse.errors import InputError
from netlapse.protocol.messages import ProblemPart, Recall, Want
from netlapse.protocol.views import View
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import Send, problem_part

WATCHED_FOR_S = 1.0
"""Someone watches when a picture was wanted this long ago at most."""
SHOWING_SHARE = 0.1
"""Of the time, that pictures may take while a network trains,"""
SLOWEST_S = 0.07
"""as long as there are some ten a second."""


class Wanted:
    """The views that wait for a picture.

    Args:
        send: Called with a picture and its payload.
        refuse: Called where a view cannot be drawn.
    """

    def __init__(self, send: Send, refuse: Callable[[ProblemPart], None]) -> None:
        self._send, self._refuse = send, refuse
        self._views: dict[str, tuple[View, bool]] = {}
        self._wanted_at = 0.0
        self._show_at = 0.0

    @property
    def is_watched(self) -> bool:
        """Whether someone watches."""
        return time.monotonic() - self._wanted_at < WATCHED_FOR_S

    def add(self, want: Want) -> None:
        """A picture is wanted; it takes the place of an older wish for the same."""
        self._views[want.view.key] = (want.view, want.fresh)
        self._wanted_at = time.monotonic()

    def clear(self) -> None:
        """Another run is open."""
        self._views.clear()

    def drop_past(self, but: Recall | None = None) -> None:
        """No picture of the past is wanted any more, but of one step."""
        asked = None if but is None else (but.at, but.nearest)
        for key, (view, _) in list(self._views.items()):
            if view.at is not None and (view.at, view.nearest) != asked:
                del self._views[key]

    def show(self, opened: OpenRun, *, trains: bool) -> None:
        """Send the pictures of now that are wanted and new.

        Args:
            opened: What they are of.
            trains: Whether it trains: then they come as often as there is time for.
        """
        began = time.monotonic()
        if not self._views or (trains and began < self._show_at):
            return
        self.draw(opened, lambda view: view.at is None, hurried=trains)
        took_s = time.monotonic() - began
        self._show_at = began + min(took_s / SHOWING_SHARE, SLOWEST_S)

    def draw(self, opened: OpenRun, belongs: Callable[[View], bool], *, hurried: bool) -> None:
        """Send the pictures that are wanted and new.

        Args:
            opened: What they are of.
            belongs: Whether a view is one of this.
            hurried: Whether it trains.
        """
        for key, (view, fresh) in list(self._views.items()):
            if not belongs(view) or (not fresh and opened.shown.get(key) == opened.version):
                continue
            del self._views[key]
            opened.shown[key] = opened.version
            try:
                picture, payload = opened.pictures.draw(view, hurried=hurried)
            except InputError as error:
                self._refuse(problem_part(error))
                continue
            self._send(picture, payload)
