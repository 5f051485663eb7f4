"""What leaves a run as a file, and comes back: bundles, tables, summaries, animations, figures."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path as FilePath
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, Literal, cast

from fastapi import APIRouter, Path
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from netlapse.data import TableStore, facts_of, known_facts, load
from netlapse.errors import StateError
from netlapse.export.bundle import import_bundle, save_bundle
from netlapse.export.film import recorded
from netlapse.export.tables import (
    TABLE_MEDIA,
    about_run,
    evaluations_table,
    metrics_table,
    table_bytes,
)
from netlapse.protocol.drawing import AnimationJob, AnimationRequest
from netlapse.protocol.rest.runs import RunCreated
from netlapse.protocol.rest.system import Done
from netlapse.record.contract import Store
from netlapse.server.access import access
from netlapse.server.routes.runs import Run, file_name
from netlapse.server.shares import guest_of
from netlapse.server.state import TheStudio
from netlapse.spec.changes import intervene
from netlapse.spec.summary import ModelSummary, summary

router = APIRouter(prefix="/api", tags=["exports"])
What = Literal[
    "bundle",
    "metrics.csv",
    "metrics.parquet",
    "metrics.json",
    "metrics.h5",
    "evaluations.csv",
    "evaluations.parquet",
    "evaluations.json",
    "evaluations.h5",
    "summary.md",
    "summary.txt",
    "summary.json",
]
Job = Annotated[str, Path(max_length=64)]
BUNDLE_BYTES = 1 << 30
IN_MEMORY_BYTES = 8 << 20
REQUEST_BYTES = 16 * 1024

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": _BINARY}}}
_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}}
_MEDIA = {"md": "text/markdown", "txt": "text/plain", **TABLE_MEDIA}


@router.get("/runs/{run}/export/{what}", response_class=Response, responses=_FILE)
@access("share")
async def export(studio: TheStudio, request: Request, run: Run, what: What) -> Response:
    """What is recorded of a run, as a file; a guest's has no tags and no remark of the owner."""
    store, work = studio.manager.store, studio.workshop
    name = file_name((await work.run(store.summary, run)).name)
    if what == "bundle":
        path = await work.run(_bundle, store, run, guest_of(request) is None)
        return FileResponse(
            path,
            media_type="application/octet-stream",
            filename=f"{name}.netlapse",
            background=BackgroundTask(path.unlink, missing_ok=True),
        )
    content = await work.run(_table, store, run, what, studio.tables)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{what}"'}
    return Response(content, headers=headers, media_type=_MEDIA[what.rpartition(".")[2]])


def _bundle(store: Store, run: str, private: bool) -> FilePath:
    with tempfile.NamedTemporaryFile(prefix="netlapse-bundle-", delete=False) as file:
        path = FilePath(file.name)
    try:
        save_bundle(store, run, path, private=private)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _table(store: Store, run: str, what: What, tables: TableStore) -> bytes:
    about, _, format = what.partition(".")
    if about == "summary":
        spec = store.spec(run)
        for one in store.interventions(run):
            spec = intervene(spec, one.changes)
        facts = known_facts(spec.data) or facts_of(load(spec.data, tables=tables))
        return _written(summary(spec, facts), format).encode()
    film = recorded(store, run, tables)
    table = evaluations_table(film) if about == "evaluations" else metrics_table(film)
    return table_bytes(table, format, about_run(run))


def _written(model: ModelSummary, format: str) -> str:
    match format:
        case "md":
            return model.to_markdown()
        case "json":
            return json.dumps(model.to_dict(), ensure_ascii=False, indent=2) + "\n"
        case _:
            return model.to_text()


@router.post("/import", openapi_extra=_BODY)
@access("token", body_bytes=BUNDLE_BYTES)
async def take_in(studio: TheStudio, request: Request) -> RunCreated:
    """Take a bundle in as a new run, paused at its last step; where anything in it is wrong,
    nothing is kept."""
    if studio.uploads.locked():
        raise StateError("Two files are being read already.", remedy="Try again in a moment.")
    async with studio.uploads:
        with SpooledTemporaryFile(IN_MEMORY_BYTES) as content:
            async for chunk in request.stream():
                content.write(chunk)
            stream = cast("BinaryIO", content)
            run = await studio.workshop.run(import_bundle, studio.manager.store, stream)
            return RunCreated(run=run)


@router.post("/runs/{run}/animations")
@access("token", body_bytes=REQUEST_BYTES)
async def animate(studio: TheStudio, run: Run, body: AnimationRequest) -> AnimationJob:
    """Draw a view over the steps of a run, or a figure of one step, in the background."""
    summary_of_run = await studio.workshop.run(studio.manager.store.summary, run)
    return studio.animations.start(run, body, file_name(summary_of_run.name))


@router.get("/animations/{job}")
@access("token")
async def animation(studio: TheStudio, job: Job) -> AnimationJob:
    """How far a drawing is."""
    return studio.animations.job(job)


@router.delete("/animations/{job}")
@access("token")
async def cancel(studio: TheStudio, job: Job) -> Done:
    """Stop a drawing, or forget a finished one."""
    studio.animations.cancel(job)
    return Done()


@router.get("/animations/{job}/file", response_class=Response, responses=_FILE)
@access("token")
async def file(studio: TheStudio, job: Job) -> Response:
    """A finished drawing."""
    path, name, media = studio.animations.file(job)
    return FileResponse(path, media_type=media, filename=name)
