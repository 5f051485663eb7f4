"""Questions to a run in pictures: hardest samples, feature maps, saliency, occlusion, drawings."""

from __future__ import annotations

import asyncio
import base64
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from netlapse.errors import InputError, StateError
from netlapse.protocol.asked import SentSubject
from netlapse.protocol.frames import encode, pack
from netlapse.protocol.landscape import Landscape, StopLandscape
from netlapse.protocol.messages import Reply
from netlapse.protocol.questions import MAX_PIXELS_TEXT, Draw, LookRequest
from netlapse.server.access import access
from netlapse.server.seams import Answer
from netlapse.server.shares import guest_of
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api/runs", tags=["runs"])
Run = Annotated[str, Path(max_length=64)]
LOOK_BYTES = MAX_PIXELS_TEXT + 64 * 1024

_FRAME: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


@router.post("/{run}/looks", response_class=Response, responses=_FRAME)
@access("share", body_bytes=LOOK_BYTES)
async def look(studio: TheStudio, request: Request, run: Run, body: LookRequest) -> Response:
    """The answer to a question, as a frame of the live channel with a `Reply` and its buffers."""
    if (
        isinstance(body.question, Draw | Landscape | StopLandscape)
        and guest_of(request) is not None
    ):
        raise StateError(
            "A drawing is kept with the run, and a guest changes nothing of it."
            if isinstance(body.question, Draw)
            else "A landscape takes the time of the training, which is its owner's.",
            remedy="Open a copy of the run.",
        )
    payload = payload_of(body)
    answer = await studio.manager.call(run, body.question, payload)
    content = await asyncio.to_thread(frame_of, answer)
    return Response(content, media_type="application/octet-stream")


def payload_of(body: LookRequest) -> bytes:
    """The image that comes with a question: as bytes for a drawing, else as float32.

    Raises:
        InputError: It is no base64.
    """
    try:
        pixels = base64.b64decode(body.pixels, validate=True)
    except ValueError:
        raise InputError("The pixels must be base64.", place="pixels") from None
    if isinstance(body.question, Draw):
        return pixels
    subject = getattr(body.question, "image", None) or getattr(body.question, "subject", None)
    if isinstance(subject, SentSubject):
        return (np.frombuffer(pixels, np.uint8) / np.float32(255)).astype("<f4").tobytes()
    return b""


def frame_of(answer: Answer) -> bytes:
    """A reply with its arrays, as on the live channel."""
    assert isinstance(answer.event, Reply)
    buffers, payload = pack(answer.arrays)
    return encode(answer.event.model_copy(update={"buffers": buffers}), payload)
