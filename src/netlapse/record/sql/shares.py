"""Links that show one run at one step: known by the hash of their token alone."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, insert, select

from netlapse.record.contract import Share
from netlapse.record.sql.reading import run_row
from netlapse.record.sql.tables import runs, shares
from netlapse.record.sql.writing import as_json

_COLUMNS = (
    shares.c.token_hash,
    shares.c.run,
    shares.c.step,
    shares.c.view,
    shares.c.created,
)


def add(connection: Connection, share: Share) -> None:
    """Keep a share; one with the same token gives way.

    Raises:
        NotFoundError: There is no such run.
    """
    run_row(connection, share.run)
    revoke(connection, share.token_hash)
    connection.execute(
        insert(shares).values(
            token_hash=share.token_hash,
            run=share.run,
            step=share.step,
            view=as_json(dict(share.view)),
            created=share.created,
        )
    )


def find(connection: Connection, token_hash: str) -> Share | None:
    """The share of a token, where its run is there and not hidden."""
    query = select(*_COLUMNS).join(runs, runs.c.id == shares.c.run)
    query = query.where(shares.c.token_hash == token_hash, runs.c.hidden.is_(None))
    row = connection.execute(query).one_or_none()
    return _share(*row) if row is not None else None


def of_run(connection: Connection, run: str) -> tuple[Share, ...]:
    """All shares of a run, oldest first."""
    query = select(*_COLUMNS).where(shares.c.run == run)
    found = connection.execute(query.order_by(shares.c.created, shares.c.token_hash))
    return tuple(_share(*row) for row in found)


def revoke(connection: Connection, token_hash: str) -> None:
    """Forget a share."""
    connection.execute(delete(shares).where(shares.c.token_hash == token_hash))


def _share(token_hash: str, run: str, step: int, view: str, created: float) -> Share:
    return Share(token_hash, run, step, json.loads(view), created)
