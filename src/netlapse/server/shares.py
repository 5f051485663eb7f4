"""Links to runs: who comes by one, what it shows, and how soon it ends.

A link's token is made here and given out once. The record keeps its SHA-256 alone, so a link is
found by the hash of what was given: nothing is compared with a secret.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from starlette.requests import HTTPConnection

from netlapse.errors import InputError, StateError
from netlapse.record.contract import Share, Store
from netlapse.server.settings import new_token

KEPT_S = 1.0
"""How long an answer of the record is trusted, so how long a link may live on after its end."""
UNKNOWN_S = 60.0
"""How long it is trusted that there is no such link: a browser brings those that ended, too."""
KEPT = 256
MAX_LINKS = 100
"""Links to one run."""
FAILURES = 30
"""Unknown links that one address may try in a row."""
FAILURES_PER_S = 0.5
MAX_CLIENTS = 1000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_GUEST = "netlapse_guest"
_LINK = "netlapse_link"


def hash_of(token: str) -> str:
    """SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


class Shares:
    """The links of one Studio. Lives on the event loop; the record is asked in threads.

    Args:
        store: The record.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[str, tuple[float, Share | None]] = OrderedDict()
        self._failures: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._revoked = asyncio.Event()

    # --- for the owner -----------------------------------------------------------------------

    async def create(self, run: str, step: int, view: Mapping[str, Any]) -> str:
        """Make a link to a step of a run; gives its token, which is kept nowhere.

        Raises:
            NotFoundError: There is no such run.
            InputError: Its record does not reach so far.
            StateError: It has too many links.
        """
        token = new_token()
        share = Share(hash_of(token), run, step, view, time.time())
        await asyncio.to_thread(self._add, share)
        self._known.pop(share.token_hash, None)
        return token

    def _add(self, share: Share) -> None:
        self._store.summary(share.run)
        recorded = self._store.recorded_step(share.run)
        if share.step > recorded:
            raise InputError(
                f"The record ends at step {recorded:,}, before step {share.step:,}.", place="step"
            )
        if len(self._store.shares(share.run)) >= MAX_LINKS:
            raise StateError(
                f"A run can have at most {MAX_LINKS} links.", remedy="Revoke some of them."
            )
        self._store.add_share(share)

    async def of(self, run: str) -> tuple[Share, ...]:
        """All links to a run, oldest first.

        Raises:
            NotFoundError: There is no such run.
        """
        await asyncio.to_thread(self._store.summary, run)
        return await asyncio.to_thread(self._store.shares, run)

    async def revoke(self, token_hash: str) -> None:
        """End a link, and the live channels of who came by it."""
        await asyncio.to_thread(self._store.revoke_share, token_hash)
        self._known.pop(token_hash, None)
        ended, self._revoked = self._revoked, asyncio.Event()
        ended.set()

    # --- for those who come ------------------------------------------------------------------

    def is_blocked(self, client: str) -> bool:
        """Whether an address has tried too many unknown links."""
        return self._left(client) < 1

    async def find(self, token: str, client: str) -> Share | None:
        """The link of a token; none where it is unknown or ended, or the address is blocked.

        Who is in already is not shut out by others who guess from the same address.
        """
        if _TOKEN.fullmatch(token) is None:
            return None
        token_hash = hash_of(token)
        held_before = self._known.get(token_hash, (0.0, None))[1] is not None
        if not held_before and self._kept(token_hash) is None:
            if self.is_blocked(client):
                return None
            if await self.known(token_hash) is None:
                self._fail(client)
        return await self.known(token_hash)

    async def known(self, token_hash: str) -> Share | None:
        """The link of a hash, as the record had it a second ago at most; none, a minute ago."""
        kept = self._kept(token_hash)
        if kept is not None:
            return kept[1]
        share = await asyncio.to_thread(self._store.share, token_hash)
        self._known[token_hash] = (time.monotonic(), share)
        self._known.move_to_end(token_hash)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return share

    async def changed(self) -> None:
        """Return when a link has been revoked here, or it is time to look again."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._revoked.wait(), KEPT_S)

    # --- within ------------------------------------------------------------------------------

    def _kept(self, token_hash: str) -> tuple[float, Share | None] | None:
        kept = self._known.get(token_hash)
        if kept is None:
            return None
        lasts_s = UNKNOWN_S if kept[1] is None else KEPT_S
        return kept if time.monotonic() - kept[0] < lasts_s else None

    def _left(self, client: str) -> float:
        left, at = self._failures.get(client, (float(FAILURES), 0.0))
        return min(float(FAILURES), left + (time.monotonic() - at) * FAILURES_PER_S)

    def _fail(self, client: str) -> None:
        self._failures[client] = (self._left(client) - 1, time.monotonic())
        self._failures.move_to_end(client)
        while len(self._failures) > MAX_CLIENTS:
            self._failures.popitem(last=False)


class Guest:
    """Who came by links and has no token: what they may look at, as long as the links hold."""

    def __init__(self, shares: Shares, links: Iterable[Share]) -> None:
        self._shares = shares
        self._links = tuple(links)

    async def runs(self) -> frozenset[str]:
        """The runs of the links that hold."""
        found = [await self._shares.known(link.token_hash) for link in self._links]
        return frozenset(link.run for link in found if link is not None)

    async def changed(self) -> None:
        """Return when `runs` may have changed."""
        await self._shares.changed()


def guest_of(connection: HTTPConnection) -> Guest | None:
    """The guest that a request is of; none where it is of the Studio's owner."""
    return connection.scope.get(_GUEST)


def link_of(connection: HTTPConnection) -> Share:
    """The link that a request followed."""
    return connection.scope[_LINK]


def as_guest(guest: Guest) -> dict[str, Guest]:
    """What the scope of a guest's request says, for `guest_of`."""
    return {_GUEST: guest}


def by_link(link: Share) -> dict[str, Share]:
    """What the scope of a request that follows a link says, for `link_of`."""
    return {_LINK: link}
