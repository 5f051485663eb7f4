"""Runs: creating, listing, commanding, asking."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
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
from netlapse.protocol.rest import (
    Done,
    PredictRequest,
    PredictResult,
    RunCommand,
    RunCreated,
    RunDetails,
    RunEntry,
    RunRequest,
)
from netlapse.record.contract import Store
from netlapse.server.access import access
from netlapse.server.limits import SPEC_BYTES
from netlapse.server.predictions import as_rows, result_of
from netlapse.server.state import TheStudio
from netlapse.spec.changes import intervene

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
    return RunCreated(run=await studio.manager.create(body.spec, confirmed=body.confirmed))


@router.get("")
@access("token")
async def entries(studio: TheStudio) -> list[RunEntry]:
    """All runs, the newest first."""
    return await studio.manager.runs()


@router.get("/{run}")
@access("token")
async def details(studio: TheStudio, run: Run) -> RunDetails:
    """All that is known of a run beside its metrics."""
    status = await studio.manager.status(run)
    return await studio.workshop.run(_details, studio.manager.store, run, status)


def _details(store: Store, run: str, status: Status) -> RunDetails:
    initial = store.spec(run)
    interventions = store.interventions(run)
    spec = initial
    for intervention in interventions:
        spec = intervene(spec, intervention.changes)
    return RunDetails(
        id=run,
        spec=spec,
        initial_spec=initial,
        interventions=interventions,
        status=status,
        evaluations=tuple(Evaluation.model_validate(e) for e in store.evaluations(run)),
    )


@router.delete("/{run}")
@access("token")
async def delete(studio: TheStudio, run: Run) -> Done:
    """Remove a run and all that is recorded of it."""
    await studio.manager.delete(run)
    return Done()


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
@access("token", body_bytes=SPEC_BYTES)
async def predict(studio: TheStudio, run: Run, body: PredictRequest) -> PredictResult:
    """What the network answers to rows of raw inputs, as it is now."""
    ready = (await studio.manager.open(run)).ready
    rows = as_rows(body.rows, ready.raw_names if ready else ())
    question = Predict(kind="predict", command=0, rows=len(rows), layers=body.layers)
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
