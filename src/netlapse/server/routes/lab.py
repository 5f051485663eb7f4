"""The optimizer lab: surfaces to choose from, their grids, and races on them. No run is needed."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from netlapse.protocol.drawing import AnimationJob
from netlapse.protocol.frames import encode, pack
from netlapse.protocol.lab import (
    Apart,
    DrawSurface,
    GridRequest,
    MinimumPart,
    RaceDrawing,
    RaceRequest,
    RunRace,
    SurfaceEntry,
)
from netlapse.protocol.messages import Reply
from netlapse.server.access import access
from netlapse.server.seams import Answer
from netlapse.server.state import Studio, TheStudio
from netlapse.spec.lab import SURFACES, AnySurface, suggested_race

router = APIRouter(prefix="/api/lab", tags=["lab"])
BODY_BYTES = 32 * 1024

_FRAME: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


@router.get("/surfaces")
@access("token")
def surfaces() -> list[SurfaceEntry]:
    """Functions to race on, each with its domain, minima, a start, and a race worth watching."""
    return _entries()


@cache
def _entries() -> list[SurfaceEntry]:
    return [_entry(surface) for surface in SURFACES.values()]


def _entry(surface: AnySurface) -> SurfaceEntry:
    import numpy as np

    return SurfaceEntry(
        surface=surface,
        title=surface.title,
        formula=surface.formula,
        latex=surface.latex,
        domain=surface.shown,
        minima=tuple(
            MinimumPart(x=x, y=y, f=float(surface.value(x, y, np)), found=False)
            for x, y in surface.minima
        ),
        start=surface.start,
        lesson=surface.lesson,
        race=suggested_race(surface),
    )


@router.post("/grid", response_class=Response, responses=_FRAME)
@access("token", body_bytes=BODY_BYTES)
async def grid(studio: TheStudio, request: Request, body: GridRequest) -> Response:
    """A surface's values on a grid, as a frame with a `Reply`: values `grid`, buffer `values`."""
    return await _answered(studio, request, DrawSurface(kind="draw-surface", request=body))


@router.post("/race", response_class=Response, responses=_FRAME)
@access("token", body_bytes=BODY_BYTES)
async def race(studio: TheStudio, request: Request, body: RaceRequest) -> Response:
    """A race, as a frame with a `Reply`: values `race`; buffers `path`, `gradient`,
    `gradient_norm`, `step_length` and `distance`."""
    return await _answered(studio, request, RunRace(kind="run-race", race=body.race))


@router.post("/drawings")
@access("token", body_bytes=BODY_BYTES)
async def drawing(studio: TheStudio, body: RaceDrawing) -> AnimationJob:
    """Draw a race as a film or a figure, in the background."""
    return studio.animations.start_race(body)


async def _answered(studio: Studio, request: Request, question: Apart) -> Response:
    answer = await studio.lab.ask(question, request.is_disconnected)
    content = await asyncio.to_thread(_frame_of, answer)
    return Response(content, media_type="application/octet-stream")


def _frame_of(answer: Answer) -> bytes:
    assert isinstance(answer.event, Reply)
    buffers, payload = pack(answer.arrays)
    return encode(answer.event.model_copy(update={"buffers": buffers}), payload)
