"""Runs: creating, listing, commanding, asking."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from netlapse.protocol.messages import (
    Acknowledged,
    Evaluate,
    Evaluation,
    GetWeights,
    Predict,
    Reply,
    Status,
)
from netlapse.protocol.rest.library import RunEntry
from netlapse.protocol.rest.runs import (
    BranchRequest,
    LossRange,
    PredictRequest,
    PredictResult,
    RunCommand,
    RunCreated,
    RunDetails,
    RunRequest,
)
from netlapse.protocol.rest.system import Done
from netlapse.record.contract import Store
from netlapse.server.access import access
from netlapse.server.details import details_of
from netlapse.server.limits import SPEC_BYTES
from netlapse.server.predictions import as_rows, result_of
from netlapse.server.routes.library import TheQuery
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api/runs", tags=["runs"])
Run = Annotated[str, Path(max_length=64)]
COMMAND_BYTES = 256 * 1024

_SAFETENSORS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


@router.post("")
@access("token", body_bytes=SPEC_BYTES)
async def create(studio: TheStudio, body: RunRequest) -> RunCreated:
    """Open a new run, paused at step 0."""
    made = await studio.manager.create(
        body.spec, confirmed=body.confirmed, edited_from=body.edited_from
    )
    return RunCreated(run=made)


@router.get("")
@access("token")
async def entries(studio: TheStudio, query: TheQuery) -> list[RunEntry]:
    """All runs that fit, the newest first unless another order is asked for."""
    return await studio.manager.runs(query)


@router.get("/{run}")
@access("share")
async def details(studio: TheStudio, run: Run) -> RunDetails:
    """All that is known of a run beside its metrics."""
    status = await studio.manager.status(run)
    return await studio.workshop.run(details_of, studio.manager.store, run, status)


@router.delete("/{run}")
@access("token")
async def delete(studio: TheStudio, run: Run) -> Done:
    """Remove a run and all that is recorded of it."""
    await studio.manager.delete(run)
    return Done()


@router.post("/{run}/branch")
@access("token")
async def branch(studio: TheStudio, run: Run, body: BranchRequest) -> RunCreated:
    """Start a run with the history of this one up to a step; this one stays as it is."""
    return RunCreated(run=await studio.manager.branch(run, body.step))


@router.get("/{run}/losses")
@access("share")
async def losses(
    studio: TheStudio,
    run: Run,
    first_step: Annotated[int, Query(ge=1)] = 1,
    last_step: Annotated[int | None, Query(ge=1)] = None,
) -> LossRange:
    """The loss of a range of steps, at any zoom."""
    return await studio.workshop.run(_losses, studio.manager.store, run, first_step, last_step)


def _losses(store: Store, run: str, first_step: int, last_step: int | None) -> LossRange:
    columns = store.loss_columns(run, first_step, last_step)
    low, high = (
        tuple(value if np.isfinite(value) else None for value in values.tolist())
        for values in (columns.low, columns.high)
    )
    return LossRange(
        first_step=columns.first_step,
        steps=columns.steps,
        steps_per_column=columns.steps_per_column,
        low=low,
        high=high,
    )


@router.post("/{run}/commands")
@access("token", body_bytes=COMMAND_BYTES)
async def command(studio: TheStudio, run: Run, body: Annotated[RunCommand, Body()]) -> Acknowledged:
    """Play, pause, advance, pace or intervene; answers with the exact step."""
    event = (await studio.manager.call(run, body)).event
    assert isinstance(event, Acknowledged)
    return event


@router.post("/{run}/resume")
@access("token")
async def resume(studio: TheStudio, run: Run) -> Status:
    """Open a run again whose worker died, or that is closed."""
    return (await studio.manager.resume(run)).status


@router.post("/{run}/predict")
@access("share", body_bytes=SPEC_BYTES)
async def predict(studio: TheStudio, run: Run, body: PredictRequest) -> PredictResult:
    """What the network answers to rows of raw inputs, as it is now or as it was at a past step."""
    ready = (await studio.manager.open(run)).ready
    rows = as_rows(body.rows, ready.raw_names if ready else ())
    question = Predict(kind="predict", command=0, at=body.at, rows=len(rows), layers=body.layers)
    answer = await studio.manager.call(run, question, rows.tobytes())
    return await asyncio.to_thread(result_of, answer, ready)


@router.get("/{run}/evaluation")
@access("token")
async def evaluation(studio: TheStudio, run: Run) -> Evaluation:
    """Metrics of both splits, now."""
    answer = await studio.manager.call(run, Evaluate(kind="evaluate", command=0))
    assert isinstance(answer.event, Reply)
    return Evaluation.model_validate(answer.event.values["evaluation"])


@router.get("/{run}/weights", response_class=Response, responses=_SAFETENSORS)
@access("token")
async def weights(studio: TheStudio, run: Run) -> Response:
    """All parameters as a safetensors file."""
    answer = await studio.manager.call(run, GetWeights(kind="get-weights", command=0))
    content = answer.arrays["weights"].tobytes()
    name = (await studio.workshop.run(studio.manager.store.spec, run)).name
    headers = {"Content-Disposition": f'attachment; filename="{file_name(name)}.safetensors"'}
    return Response(content, headers=headers, media_type="application/octet-stream")


def file_name(name: str) -> str:
    """A run's name as the name of a file: letters, digits, dots and dashes.

    >>> file_name("Spiral, 2nd try"), file_name("…")
    ('spiral-2nd-try', 'netlapse')
    """
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")[:60] or "netlapse"
