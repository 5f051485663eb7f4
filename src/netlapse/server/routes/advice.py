"""The route about advice: what could stand next, and what the architecture is worth."""

from __future__ import annotations

from fastapi import APIRouter

from netlapse.protocol.rest.editing import AdviceRequest, AdviceResult
from netlapse.server.access import access
from netlapse.server.limits import SPEC_BYTES
from netlapse.server.routes.documents import facts_for
from netlapse.server.state import TheStudio
from netlapse.spec.advice import architecture_score, growing_place, recommend

router = APIRouter(prefix="/api", tags=["documents"])


@router.post("/advice")
@access("token", body_bytes=SPEC_BYTES)
async def advice(studio: TheStudio, body: AdviceRequest) -> AdviceResult:
    """What could stand next after a layer, and what the architecture is worth."""
    network, training = body.spec.network, body.spec.training
    facts = await facts_for(studio, body.spec.data)
    after = growing_place(network, facts) if body.after is None else body.after
    return AdviceResult(
        after=after,
        recommendations=recommend(network, facts, after, training),
        score=architecture_score(network, facts, training),
    )
