"""What the live channel and the routes promise of landscapes."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from netlapse.protocol.messages import LiveEvent
from netlapse.server.live.outbox import Outbox
from tests.server.fakes import FakeStudio
from tests.server.test_shares import as_guest, link_to


def test_everything_that_is_said_live_leaves_the_outbox():
    events = get_args(get_args(LiveEvent)[0])
    kinds = [event.model_fields["kind"].annotation.__args__[0] for event in events]
    assert "surveying" in kinds
    for kind in kinds:
        outbox = Outbox()
        outbox.put(kind, b"frame")
        assert outbox.take_now() == b"frame", kind


@pytest.mark.parametrize("kind", ["landscape", "stop-landscape"])
def test_a_guest_takes_no_time_of_the_training(studio: FakeStudio, spec: dict[str, Any], kind: str):
    made = studio.create(spec)
    token = link_to(studio, made, 0)
    question = {"question": {"kind": kind}}
    answer = studio.client.post(
        f"/api/runs/{made.run}/looks", json=question, headers=as_guest(token)
    )
    assert answer.status_code == 409
    assert answer.json()["message"] == (
        "A landscape takes the time of the training, which is its owner's."
    )
    assert answer.json()["remedy"] == "Open a copy of the run."
