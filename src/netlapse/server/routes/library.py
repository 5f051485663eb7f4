"""The library of runs: finding, describing, hiding, restoring, comparing."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import PlainTextResponse

from netlapse.comparing import MOST, comparison_of, history_of
from netlapse.protocol.comparison import Comparison
from netlapse.protocol.messages import RunState
from netlapse.protocol.rest.library import (
    MAX_TAGS,
    Line,
    RunDescription,
    RunEntry,
    RunPage,
    RunVersion,
    Tag,
    TagCount,
)
from netlapse.protocol.rest.system import Done
from netlapse.record.contract import RunQuery, Sort, Store
from netlapse.server.access import access
from netlapse.server.shelf import entry_of, page, tag_counts
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api", tags=["library"])
Run = Annotated[str, Path(max_length=64)]
Runs = Annotated[list[Annotated[str, Query(max_length=64)]], Query(alias="run", max_length=MOST)]
MAX_PAGE = 500
DESCRIPTION_BYTES = 16 * 1024
_KINDS = {"csv": "text/csv", "losses": "text/csv", "markdown": "text/markdown"}


def query_of(
    search: Annotated[Line, Query()] = "",
    state: Annotated[list[RunState], Query(max_length=20)] = [],  # noqa: B006
    tag: Annotated[list[Tag], Query(max_length=MAX_TAGS)] = [],  # noqa: B006
    sort: Sort = "created",
    ascending: bool = False,
    limit: Annotated[int | None, Query(ge=0, le=100_000)] = None,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    hidden: bool = False,
) -> RunQuery:
    """Which runs are asked for, by the parameters of the address."""
    return RunQuery(search, tuple(state), tuple(tag), hidden, sort, ascending, limit, offset)


TheQuery = Annotated[RunQuery, Depends(query_of)]


@router.get("/library")
@access("token")
async def library(studio: TheStudio, query: TheQuery) -> RunPage:
    """A page of the library, at most 500 runs, and how many fit in all."""
    limit = MAX_PAGE if query.limit is None else min(MAX_PAGE, query.limit)
    bounded = replace(query, limit=limit)
    return await studio.workshop.run(page, studio.manager.store, bounded)


@router.get("/library/tags")
@access("token")
async def tags(studio: TheStudio) -> list[TagCount]:
    """All tags and how many runs have them, the most used first."""
    return await studio.workshop.run(tag_counts, studio.manager.store)


@router.patch("/runs/{run}")
@access("token", body_bytes=DESCRIPTION_BYTES)
async def describe(studio: TheStudio, run: Run, body: RunDescription) -> RunEntry:
    """Change name, tags or remark of a run; what is not given stays."""
    return await studio.workshop.run(_describe, studio.manager.store, run, body)


def _describe(store: Store, run: str, body: RunDescription) -> RunEntry:
    tags = None if body.tags is None else tuple(t for tag in body.tags if (t := tag.strip()))
    name = None if body.name is None else body.name.strip()
    store.describe(run, name=name, tags=tags, remark=body.remark)
    return entry_of(store.summary(run))


@router.post("/runs/{run}/hide")
@access("token")
async def hide(studio: TheStudio, run: Run) -> Done:
    """Delete a run so that it can be restored for a day; its training ends with a keyframe."""
    await studio.manager.hide(run)
    return Done()


@router.post("/runs/{run}/restore")
@access("token")
async def restore(studio: TheStudio, run: Run) -> Done:
    """Bring back a run that was hidden, as it was."""
    await studio.workshop.run(studio.manager.store.restore, run)
    return Done()


@router.get("/runs/{run}/versions")
@access("token")
async def versions(studio: TheStudio, run: Run) -> list[RunVersion]:
    """The spec of a run as it was edited and changed, with the differences in words."""
    return list(await studio.workshop.run(history_of, studio.manager.store, run))


@router.get("/compare")
@access("token")
async def compare(studio: TheStudio, runs: Runs) -> Comparison:
    """Two to six runs beside each other."""
    return await studio.workshop.run(_compare, studio.manager.store, runs)


@router.get("/compare/{form}", response_class=PlainTextResponse)
@access("token")
async def compare_as(
    studio: TheStudio, form: Literal["csv", "losses", "markdown"], runs: Runs
) -> PlainTextResponse:
    """The same as a file: the metrics or the losses as CSV, or all in words as Markdown."""
    found = await studio.workshop.run(_compare, studio.manager.store, runs)
    match form:
        case "markdown":
            text, name = found.to_markdown(), "comparison.md"
        case "csv":
            text, name = found.to_csv(), "comparison.csv"
        case "losses":
            text, name = found.to_csv("losses"), "losses.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, headers=headers, media_type=_KINDS[form])


def _compare(store: Store, runs: list[str]) -> Comparison:
    return comparison_of([(store, run) for run in runs])
