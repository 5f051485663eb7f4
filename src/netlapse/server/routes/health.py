"""How the layers of a run are over its training, and what goes wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar

import numpy as np
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from netlapse.doctor import diagnose_run
from netlapse.protocol.diagnosis import Diagnosis
from netlapse.protocol.messages import Reply, TakeVitals
from netlapse.protocol.vitals import MAX_MOMENTS, Vitals, VitalsRange
from netlapse.record.contract import Store
from netlapse.record.packed import vitals_text
from netlapse.server.access import access
from netlapse.server.routes.runs import Run
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api/runs", tags=["runs"])
Step = Annotated[int, Query(ge=0)]
SHOWN = 200
Entry = TypeVar("Entry")


@router.get("/{run}/vitals", response_model=VitalsRange)
@access("share")
async def vitals(
    studio: TheStudio,
    run: Run,
    first_step: Step = 0,
    last_step: Annotated[int | None, Query(ge=0)] = None,
    most: Annotated[int, Query(ge=1, le=MAX_MOMENTS)] = SHOWN,
) -> Response:
    """The vitals that are recorded, of a range of steps; few of them, spread evenly, where there
    are many."""
    store = studio.manager.store
    text = await studio.workshop.run(_range, store, run, first_step, last_step, most)
    return Response(text, media_type="application/json")


def _range(store: Store, run: str, first_step: int, last_step: int | None, most: int) -> str:
    """A `VitalsRange`, of the texts as they are kept: they were judged when they came."""
    kept = store.vitals(run, first_step, last_step)
    newest = store.newest_vitals(run)
    texts = ",".join(map(vitals_text, spread(kept, most)))
    shown = "null" if newest is None else newest
    return f'{{"moments":[{texts}],"total":{len(kept)},"newest":{shown}}}'


def spread(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Some of many, evenly, the first and the last among them; of one, the last.

    >>> spread(range(10), 4)
    [0, 3, 6, 9]
    """
    if len(entries) <= most:
        return list(entries)
    if most == 1:
        return [entries[-1]]
    return [entries[round(i)] for i in np.linspace(0, len(entries) - 1, most)]


@router.get("/{run}/vitals/{step}")
@access("share")
async def vitals_at(studio: TheStudio, run: Run, step: Annotated[int, Path(ge=0)]) -> Vitals:
    """The vitals of exactly one step, which the training is rewound to; opens the run."""
    answer = await studio.manager.call(run, TakeVitals(kind="take-vitals", at=step))
    assert isinstance(answer.event, Reply)
    return Vitals.model_validate(answer.event.values["vitals"])


@router.get("/{run}/diagnosis")
@access("share")
async def diagnosis(
    studio: TheStudio, run: Run, at: Annotated[int | None, Query(ge=0)] = None
) -> Diagnosis:
    """What goes wrong at a recorded step, by what was recorded up to it; by default at the last."""
    return await studio.workshop.run(diagnose_run, studio.manager.store, run, at)
