"""The Studio itself: health, where the data lies, the end."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse

from netlapse.folders import collections_folder
from netlapse.protocol.rest.system import Done, Health, Storage
from netlapse.server.access import access
from netlapse.server.state import Studio, TheStudio
from netlapse.version import __version__

router = APIRouter(prefix="/api", tags=["system"])


@router.get("/health")
@access("open")
async def health() -> Health:
    """That the Studio is up, for everyone who asks."""
    return Health(status="ok", version=__version__)


@router.get("/storage")
@access("token")
async def storage(studio: TheStudio) -> Storage:
    """Where the data lies, and how large it is."""
    return await studio.workshop.run(_storage, studio)


def _storage(studio: Studio) -> Storage:
    tables, images = studio.tables.list(), studio.images.list()
    store = studio.manager.store
    collections = collections_folder(studio.settings.folder).rglob("*")
    return Storage(
        folder=str(studio.settings.folder),
        bytes=store.bytes_used()
        + sum(entry.size_bytes for entry in (*tables, *images))
        + sum(path.stat().st_size for path in collections if path.is_file()),
        runs=store.count_runs(),
        tables=len(tables),
        images=len(images),
    )


@router.post("/quit", response_model=Done)
@access("token")
async def end(studio: TheStudio) -> JSONResponse:
    """End the Studio after the runs have their keyframes."""
    return JSONResponse(Done().to_dict(), background=BackgroundTask(studio.quit))
