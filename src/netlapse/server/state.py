"""What all routes of one server share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from netlapse.data import ImageStore, TableStore
from netlapse.server.albums import Albums
from netlapse.server.animations import Animations
from netlapse.server.collections import Collections
from netlapse.server.datasets import Datasets
from netlapse.server.lab import Lab
from netlapse.server.manager import Manager
from netlapse.server.settings import Settings
from netlapse.server.shares import Shares
from netlapse.server.static import Files
from netlapse.server.workshop import Workshop


@dataclass(frozen=True)
class Studio:
    """The parts of one running Studio."""

    settings: Settings
    files: Files
    tables: TableStore
    images: ImageStore
    datasets: Datasets
    albums: Albums
    collections: Collections
    animations: Animations
    workshop: Workshop
    manager: Manager
    lab: Lab
    shares: Shares
    quit: Callable[[], None]
    """Ends the server."""
    uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Files that are received at a time, which bounds the memory they take."""


def studio_of(connection: HTTPConnection) -> Studio:
    """The Studio that a request came to."""
    return connection.app.state.studio


TheStudio = Annotated[Studio, Depends(studio_of)]
