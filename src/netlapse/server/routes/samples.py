"""Samples as images, by part and class."""

from __future__ import annotations

from fastapi import APIRouter

from netlapse.protocol.rest.images import SamplePage, SamplesRequest
from netlapse.server.access import access
from netlapse.server.limits import SPEC_BYTES
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api/data", tags=["documents"])


@router.post("/samples")
@access("token", body_bytes=SPEC_BYTES)
async def samples(studio: TheStudio, body: SamplesRequest) -> SamplePage:
    """A page of a part's images, of all classes or of one, as they are or augmented."""
    return await studio.workshop.run(studio.albums.samples, body)
