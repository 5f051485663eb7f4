"""The page and its files."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from netlapse.server.access import access
from netlapse.server.state import TheStudio
from netlapse.server.static import INDEX, file_response

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
@access("token")
async def index(studio: TheStudio, request: Request) -> Response:
    """The page."""
    return file_response(studio.files, INDEX, request)


@router.api_route("/{name:path}", methods=["GET", "HEAD"])
@access("guest")
async def static_file(studio: TheStudio, request: Request, name: str) -> Response:
    """A file of the page."""
    return file_response(studio.files, name, request)
