"""Named collections of images: which are on this machine, and fetching them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from netlapse.protocol.rest.images import CollectionEntry
from netlapse.server.access import access
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api/collections", tags=["collections"])
Name = Annotated[str, Path(max_length=64)]


@router.get("")
@access("token")
def entries(studio: TheStudio) -> list[CollectionEntry]:
    """All collections: present, absent, being fetched, or failed."""
    return studio.collections.entries()


@router.post("/{name}/fetch", status_code=202)
@access("token")
def start(studio: TheStudio, name: Name) -> CollectionEntry:
    """Download what is missing or wrong of a collection; answers at once."""
    return studio.collections.start(name)


@router.delete("/{name}/fetch")
@access("token")
def cancel(studio: TheStudio, name: Name) -> CollectionEntry:
    """Stop the download; the next one goes on where it was."""
    return studio.collections.cancel(name)
