"""One page that watches: what it asked for, what it can take, what waits for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from netlapse.protocol.views import View
from netlapse.server.live.outbox import Outbox

MAX_CREDIT = 2
NOTHING = View()
"""What a viewer watches that has asked for nothing."""


@dataclass(eq=False)
class Viewer:
    """A viewer and its credit. Lives on the event loop."""

    outbox: Outbox = field(default_factory=Outbox)
    view: View = NOTHING
    key: str = NOTHING.key
    """The view's."""
    credit: int = 0
    """Pictures that may be sent now."""
    served: bool = False
    """Whether a picture of this view was sent since it subscribed."""

    def watch(self, view: View) -> None:
        """Turn to another run: nothing that waits is about it."""
        self.outbox.clear()
        self.turn(view)

    def turn(self, view: View) -> None:
        """Turn to another view: what was asked for before is void."""
        self.outbox.drop_pictures()
        self.view, self.key = view, view.key
        self.credit = 0
        self.served = False

    def grant(self, count: int) -> None:
        """Take credit; more than two are never outstanding."""
        self.credit = min(MAX_CREDIT, self.credit + count)

    def show(self, frame: bytes) -> None:
        """Spend one credit on a picture."""
        self.credit -= 1
        self.served = True
        self.outbox.put("picture", frame)
