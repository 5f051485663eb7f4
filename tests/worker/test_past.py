"""Recalls over the real process: the past beside a training that goes on."""

from __future__ import annotations

from typing import Any

import numpy as np

from netlapse.protocol.views import View
from tests.worker.driving import Driver
from tests.worker.test_commands import SPEC, set_to

FAR = 4_000_000
"""A step that takes seconds to reach."""


def view(at: int, *, nearest: bool = False) -> dict[str, Any]:
    return View(weights=True, at=at, nearest=nearest).to_dict()


def picture_of(worker: Driver, at: int, since: int) -> Any:
    return worker.wait(lambda e: e.kind == "picture" and e.at == at, since)


def test_a_recall_is_acknowledged_with_its_step_and_then_shown(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(300)
    assert worker.ask("recall", at=120).step == 120
    worker.send("want", view=view(120))
    assert picture_of(worker, 120, since).step == 120
    reply, _ = worker.reply("get-weights", at=120)
    assert reply.step == 120
    # Now is where it was.
    assert worker.reply("get-weights")[0].step == 300


def test_the_training_goes_on_meanwhile(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(500)
    since = len(worker.events)
    worker.ask("play")
    assert worker.ask("recall", at=200).step == 200
    worker.send("want", view=view(200))
    picture_of(worker, 200, since)
    worker.wait(lambda e: e.kind == "metrics" and e.first_step > 600, since)
    worker.ask("pause")
    losses = worker.losses(since)
    assert len(losses) > 100
    assert np.isfinite(losses).all()


def test_the_nearest_keyframe_comes_without_a_re_run(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(400)
    keyframe, state = worker.wait_with_payload(lambda e: e.kind == "keyframe" and e.final, since)
    assert keyframe.seconds > 0
    worker.play_to(450)
    answer = worker.ask("recall", state, at=430, nearest=True, keyframe=True)
    assert answer.step == 400
    worker.send("want", view=view(430, nearest=True))
    assert picture_of(worker, 430, since).step == 400
    # The exact step goes on from there.
    assert worker.ask("recall", state, at=430, keyframe=True).step == 430


def test_a_newer_recall_takes_the_place_of_one_on_its_way(worker: Driver) -> None:
    worker.open(SPEC)
    first = worker.send("recall", at=FAR)
    worker.wait(lambda e: e.kind == "recalling" and e.at == FAR and e.step > 0)
    second = worker.send("recall", at=50)
    assert worker.answer(first).problem.message == (
        "Another step is looked at before this one was reached."
    )
    assert worker.answer(second).step == 50


def test_forgetting_ends_a_recall(worker: Driver) -> None:
    worker.open(SPEC)
    recalled = worker.send("recall", at=FAR)
    worker.ask("forget")
    assert worker.answer(recalled).kind == "refused"
    refused = worker.ask("get-weights", at=FAR)
    assert (refused.kind, refused.problem.remedy) == ("refused", "Ask again.")


def test_a_long_recall_says_how_far_it_is(worker: Driver) -> None:
    worker.open(SPEC)
    since = len(worker.events)
    worker.send("recall", at=FAR)
    first = worker.wait(lambda e: e.kind == "recalling", since)
    later = worker.wait(lambda e: e.kind == "recalling" and e.step > first.step, since)
    assert first.at == FAR
    assert later.seconds_left is not None
    worker.ask("forget")


def test_a_recall_says_where_it_is_not_what_was_recorded(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(40)
    losses = worker.losses(since)[:, 0].copy()
    losses[30] += 1
    worker.ask("recall", losses.astype("<f4").tobytes(), at=40, losses=40)
    assert worker.wait(lambda e: e.kind == "differs", since).step == 31


def test_an_intervention_at_a_step_belongs_to_it(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(60)
    edit = {"kind": "edit", "layer": "hidden", "parameter": "bias", "index": [1], "value": 2.5}
    made = worker.ask("intervene", changes=[edit]).intervention
    worker.ask("intervene", changes=[set_to("training.optimizer", "sgd")])
    worker.ask("recall", at=60, interventions=[made.to_dict()])
    _, arrays = worker.reply("get-weights", at=60)
    assert np.float32(2.5).tobytes() in arrays["weights"].tobytes()
    worker.ask("recall", at=59)
    _, arrays = worker.reply("get-weights", at=59)
    assert np.float32(2.5).tobytes() not in arrays["weights"].tobytes()
