"""The application: routes within limits within access control within security headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from netlapse.data import ImageStore, TableStore
from netlapse.folders import images_folder, tables_folder
from netlapse.record.contract import Store
from netlapse.server.access import AccessControl
from netlapse.server.albums import Albums
from netlapse.server.animations import Animations
from netlapse.server.collections import Collections
from netlapse.server.datasets import Datasets
from netlapse.server.headers import SecurityHeaders
from netlapse.server.lab import Lab
from netlapse.server.limits import BodyLimits
from netlapse.server.manager import MAX_OPEN, Manager
from netlapse.server.problems import add_handlers
from netlapse.server.routes import (
    advice,
    collections,
    documents,
    exports,
    health,
    images,
    lab,
    library,
    live,
    looks,
    page,
    runs,
    samples,
    shares,
    system,
    tables,
)
from netlapse.server.seams import Opener
from netlapse.server.settings import Settings
from netlapse.server.shares import Shares
from netlapse.server.shelf import forget_hidden
from netlapse.server.state import Studio
from netlapse.server.static import read_files
from netlapse.server.workshop import Workshop
from netlapse.version import __version__

ROUTERS: tuple[APIRouter, ...] = (
    system.router,
    documents.router,
    advice.router,
    tables.router,
    images.router,
    collections.router,
    samples.router,
    runs.router,
    library.router,
    exports.router,
    looks.router,
    health.router,
    lab.router,
    shares.router,
    live.router,
    page.router,  # last: it takes every path that is left
)


def make_api(
    settings: Settings,
    store: Store,
    opener: Opener,
    *,
    max_open: int = MAX_OPEN,
    quit: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The routes alone; `guarded` puts the guards around them."""
    table_store = TableStore(tables_folder(settings.folder))

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncGenerator[None]:
        workshop = Workshop()
        manager = Manager(store, opener, max_open)
        fetching = Collections(settings.folder)
        albums = Albums(settings.folder)
        animations = Animations(store, tables_folder(settings.folder), opener.ask)
        app.state.studio = Studio(
            settings=settings,
            files=read_files(settings.static),
            tables=table_store,
            images=ImageStore(images_folder(settings.folder)),
            datasets=Datasets(table_store, albums),
            albums=albums,
            collections=fetching,
            animations=animations,
            workshop=workshop,
            manager=manager,
            lab=Lab(opener),
            shares=app.state.shares,
            quit=quit,
        )
        sweeping = asyncio.create_task(workshop.run(forget_hidden, store))
        try:
            yield
        finally:
            sweeping.cancel()
            fetching.close()
            animations.close()
            await manager.close()
            workshop.close()

    api = FastAPI(
        title="netlapse",
        version=__version__,
        lifespan=life,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        # Given as a plain list, so that the guards see the very routes that answer.
        routes=[route for router in ROUTERS for route in router.routes],
    )
    api.state.shares = Shares(store)
    add_handlers(api)
    return api


def guarded(api: FastAPI, settings: Settings) -> ASGIApp:
    """The routes behind their guards.

    Raises:
        RuntimeError: A route does not declare who may call it.
    """
    limited = BodyLimits(api, api.routes)
    return SecurityHeaders(AccessControl(limited, settings, api.routes, api.state.shares))
