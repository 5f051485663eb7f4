"""Links to runs: making, listing and revoking them, and what a guest asks instead of the owner."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Header, Path
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from netlapse.errors import InputError, NetlapseError, NotFoundError
from netlapse.protocol.rest.datasets import DatasetPreview, DatasetRequest
from netlapse.protocol.rest.editing import CheckRequest
from netlapse.protocol.rest.images import SamplePage, SamplesRequest
from netlapse.protocol.rest.system import Done
from netlapse.protocol.sharing import (
    RunSamplesRequest,
    ShareCreated,
    SharedRun,
    ShareEntry,
    ShareRequest,
)
from netlapse.server.access import access
from netlapse.server.pages import not_built
from netlapse.server.routes.documents import check, dataset
from netlapse.server.routes.runs import details
from netlapse.server.shares import guest_of, hash_of, link_of
from netlapse.server.state import Studio, TheStudio
from netlapse.server.static import INDEX
from netlapse.spec.data import Data, ImageDocument

router = APIRouter(tags=["shares"])
Run = Annotated[str, Path(max_length=64)]
Id = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Token = Annotated[str, Header(alias="Netlapse-Link", max_length=100)]
VIEW_BYTES = 16 * 1024


# --- for the owner ----------------------------------------------------------------------------


@router.post("/api/runs/{run}/shares")
@access("token", body_bytes=VIEW_BYTES)
async def create(studio: TheStudio, run: Run, body: ShareRequest) -> ShareCreated:
    """Make a link to a run at a step. The token is told this once."""
    try:
        json.dumps(body.view, allow_nan=False)
    except ValueError:
        raise InputError("A view holds finite numbers only.", place="view") from None
    token = await studio.shares.create(run, body.step, body.view)
    studio.manager.keep(run)
    return ShareCreated(token=token, path=f"/s/{token}")


@router.get("/api/runs/{run}/shares")
@access("token")
async def entries(studio: TheStudio, run: Run) -> list[ShareEntry]:
    """All links to a run, oldest first."""
    return [
        ShareEntry(id=share.token_hash, step=share.step, created=share.created)
        for share in await studio.shares.of(run)
    ]


@router.delete("/api/shares/{share}")
@access("token")
async def revoke(studio: TheStudio, share: Id) -> Done:
    """End a link: whoever came by it sees nothing more of the run."""
    await studio.shares.revoke(share)
    return Done()


# --- for who has a link -----------------------------------------------------------------------


@router.api_route("/s/{token}", methods=["GET", "HEAD"], include_in_schema=False)
@access("link")
async def enter(studio: TheStudio, request: Request, token: str) -> Response:
    """The page, for who follows a link; a cookie lets it ask for the run."""
    page = studio.files.get(INDEX)
    if page is None:
        return HTMLResponse(not_built(), 503)
    # The page lies one folder deeper than its files.
    content = page.content.replace(b'="./', b'="../')
    response = HTMLResponse(content, headers={"Cache-Control": "no-store"})
    name = studio.settings.link_cookie(link_of(request).token_hash)
    response.set_cookie(name, token, httponly=True, samesite="strict", path="/")
    return response


@router.get("/api/shared", response_model=SharedRun)
@access("guest")
async def shared(studio: TheStudio, request: Request, token: Token) -> Response:
    """The run of a link, with all that its page needs."""
    share = await studio.shares.known(hash_of(token))
    if share is None:
        raise NotFoundError("The link was revoked, or its run was deleted.")
    told = await details(studio, share.run)
    summary = await studio.workshop.run(studio.manager.store.summary, share.run)
    checked = await check(studio, CheckRequest(spec=told.spec.to_dict()))
    preview = await _preview(studio, told.spec.data)

    def as_json() -> bytes:
        answer = SharedRun(
            run=share.run,
            name=summary.name,
            step=share.step,
            view=dict(share.view),
            is_owner=guest_of(request) is None,
            details=told,
            check=checked,
            dataset=DatasetPreview.model_validate_json(preview) if preview else None,
        )
        return answer.model_dump_json().encode()

    return Response(await studio.workshop.run(as_json), media_type="application/json")


async def _preview(studio: Studio, data: Data) -> bytes | None:
    """The preview of a dataset as JSON; none where the data is gone."""
    try:
        return bytes((await dataset(studio, DatasetRequest(data=data))).body)
    except NetlapseError:
        return None


@router.post("/api/runs/{run}/samples")
@access("share", body_bytes=4096)
async def samples(studio: TheStudio, run: Run, body: RunSamplesRequest) -> SamplePage:
    """A page of the images that a run learns from."""
    spec = (await details(studio, run)).spec
    if not isinstance(spec.data, ImageDocument):
        raise InputError("This run does not learn from images.", place=f"run {run}")
    request = SamplesRequest.model_validate(
        {**body.to_dict(), "data": spec.data.to_dict(), "seed": spec.seed}
    )
    return await studio.workshop.run(studio.albums.samples, request)
