"""Pictures that are asked for one at a time, and waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Signal
from typing import Protocol

from netlapse.errors import StateError
from netlapse.protocol.messages import Event, Picture
from netlapse.protocol.views import View

PATIENCE_S = 120.0
"""How long a picture may take: compiling comes first."""


class Showing(Protocol):
    """What shows pictures: a session."""

    @property
    def run(self) -> str:
        """The id of the run."""
        ...

    def want(self, view: View, *, fresh: bool = False) -> None:
        """Ask for one."""
        ...

    def listen(self, listener: Callable[[Event, bytes, memoryview], None]) -> Callable[[], None]:
        """Hear every event; gives the way to stop."""
        ...


@dataclass(frozen=True)
class Still:
    """One picture."""

    picture: Picture
    frame: bytes
    """The message with its payload, as it goes to viewers."""
    payload: bytes


def still(session: Showing, view: View, patience_s: float = PATIENCE_S) -> Still:
    """The answer to a view.

    Raises:
        StateError: None came.
    """
    there = Signal()
    taken: list[Still] = []

    def take(event: Event, frame: bytes, payload: memoryview) -> None:
        if isinstance(event, Picture) and event.view == view.key:
            taken.append(Still(event, bytes(frame), bytes(payload)))
            there.set()

    remove = session.listen(take)
    try:
        session.want(view, fresh=True)
        if not there.wait(patience_s):
            raise StateError("The run shows no picture.", place=f"run {session.run}")
    finally:
        remove()
    return taken[0]
