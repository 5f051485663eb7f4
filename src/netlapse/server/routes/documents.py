"""Documents: their schemas, presets, checking and changing a spec, looking at a dataset."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from netlapse.data import known_facts
from netlapse.errors import NetlapseError
from netlapse.protocol.messages import ProblemPart
from netlapse.protocol.rest.datasets import DatasetPreview, DatasetRequest
from netlapse.protocol.rest.editing import (
    CheckRequest,
    CheckResult,
    PresetEntry,
    SetRequest,
    SetResult,
)
from netlapse.protocol.rest.system import Schemas
from netlapse.protocol.views import View
from netlapse.server.access import access
from netlapse.server.datasets import Seen
from netlapse.server.limits import SPEC_BYTES
from netlapse.server.state import Studio, TheStudio
from netlapse.spec.base import Document, parse
from netlapse.spec.changes import set_value
from netlapse.spec.data import Data
from netlapse.spec.document import Spec
from netlapse.spec.lab import Race
from netlapse.spec.network import Facts
from netlapse.spec.presets import PRESETS
from netlapse.spec.resolve import examine_spec

router = APIRouter(prefix="/api", tags=["documents"])


@router.get("/schema")
@access("guest")
def schemas(request: Request) -> Schemas:
    """What forms are made of: ranges, defaults and help of every field."""
    return Schemas(
        spec=_schema(Spec),
        view=_schema(View),
        race=_schema(Race),
        openapi=request.app.openapi(),
    )


@cache
def _schema(document: type[Document]) -> dict[str, Any]:
    return document.model_json_schema()


@router.get("/openapi.json", include_in_schema=False)
@access("token")
def openapi(request: Request) -> dict[str, object]:
    """This interface, as an OpenAPI document."""
    return request.app.openapi()


@router.get("/presets")
@access("token")
def presets() -> list[PresetEntry]:
    """Trainings that one click solves, in the order of the gallery."""
    return [
        PresetEntry(
            name=preset.name,
            title=preset.title,
            summary=preset.summary,
            spec=preset.spec,
            template=preset.template,
        )
        for preset in PRESETS.values()
    ]


@router.post("/check")
@access("token", body_bytes=SPEC_BYTES)
async def check(studio: TheStudio, body: CheckRequest) -> CheckResult:
    """What there is to say about a spec: the broken rule, or shapes, counts and findings."""
    try:
        spec = parse(Spec, body.spec)
    except NetlapseError as error:
        return CheckResult(spec=None, problem=_part(error), examination=None)
    try:
        facts = await facts_for(studio, spec.data)
    except NetlapseError as error:
        return CheckResult(spec=spec, problem=_part(error), examination=None)
    return CheckResult(spec=spec, problem=None, examination=examine_spec(spec, facts))


def _part(error: NetlapseError) -> ProblemPart:
    return ProblemPart(**error.as_dict())


@router.post("/set")
@access("token", body_bytes=SPEC_BYTES)
def set_path(body: SetRequest) -> SetResult:
    """A spec with another value at a path."""
    return SetResult(spec=set_value(body.spec, body.path, body.value))


@router.post("/dataset", response_model=DatasetPreview)
@access("token", body_bytes=SPEC_BYTES)
async def dataset(studio: TheStudio, body: DatasetRequest) -> Response:
    """What a dataset holds: splits, columns, balance, points to plot, first rows."""
    seen = await _seen(studio, body.data)
    return Response(seen.preview, media_type="application/json")


async def facts_for(studio: Studio, data: Data) -> Facts:
    """What a network must know of a dataset, without its files where that can be.

    Raises:
        DataError: The data cannot be read.
    """
    return known_facts(data) or (await _seen(studio, data)).facts


async def _seen(studio: Studio, data: Data) -> Seen:
    seen = studio.datasets.recall(data)
    return seen or await studio.workshop.run(studio.datasets.look, data)
