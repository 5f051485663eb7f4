"""Pictures that are wanted: drawn once each, in a share of the time that a training has."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median_low

from netlapse.errors import InputError
from netlapse.protocol.messages import ProblemPart, Recall, Want
from netlapse.protocol.views import View
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import Send, problem_part

WATCHED_FOR_S = 1.0
"""Someone watches when a picture was wanted this long ago at most."""
DRAWING_SHARE = 0.037
"""Of one core, that drawing may take while a network trains. Three times as much goes into a
picture's way to the page, and into threads of the training that wait for each other."""
CHEAP_S, DEAR = 0.004, 5
"""What a picture computes beyond this counts so many times: nobody reads every layer ten times a
second."""
SLOWEST_S = 0.5
"""From one picture to the next, at most, however dear they are."""


class Rhythm:
    """When the next picture of a training is due: they come as often as their cost allows.

    Attributes:
        due: Seconds of a clock.
    """

    def __init__(self) -> None:
        self.due = 0.0
        self._costs_s: deque[float] = deque(maxlen=5)

    def drew(self, now: float, cost_s: float) -> None:
        """Learn from a picture.

        Args:
            now: When it was begun.
            cost_s: What its drawing computed. Now and then one holds more than others, or is
                compiled for: the middle of the last ones counts.
        """
        self._costs_s.append(cost_s)
        usual_s = median_low(self._costs_s)
        counted_s = min(usual_s, CHEAP_S) + DEAR * max(0.0, usual_s - CHEAP_S)
        spacing_s = min(counted_s / DRAWING_SHARE, SLOWEST_S)
        # From when this one was due: pictures wait for a call to end, and need not be fewer for it.
        self.due = max(self.due + spacing_s, now)


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
        self._rhythm = Rhythm()

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
        self._rhythm = Rhythm()

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
        now = time.monotonic()
        if not self._views or (trains and now < self._rhythm.due):
            return
        began = time.thread_time()
        self.draw(opened, lambda view: view.at is None, hurried=trains)
        self._rhythm.drew(now, time.thread_time() - began)

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
