"""Vitals while a worker trains: when they are told, and of which states."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from netlapse.protocol.vitals import MAX_MOMENTS, Vitals
from netlapse.spec.document import Spec
from netlapse.spec.presets import PRESETS
from netlapse.worker import vitals as worker_vitals
from netlapse.worker.vitals import VitalsTaker
from tests.worker.driving import Driver

SPEC = PRESETS["xor"].spec


def told(worker: Driver, since: int) -> list[Vitals]:
    return [event.vitals for event, _ in worker.events[since:] if event.kind == "vitals"]


def taken(worker: Driver, at: int | None = None) -> dict[str, Any]:
    reply, _ = worker.reply("take-vitals", at=at)
    return reply.values["vitals"]


def test_a_short_training_has_moments_from_its_first_step_to_its_last(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(600)
    now = taken(worker)  # those that wait for the probe come first
    found = told(worker, since)
    steps = [one.step for one in found]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, 600)
    assert len(steps) >= 6
    assert now == found[-1].to_dict()
    assert [layer.layer for layer in found[-1].layers] == ["hidden-1", "output"]
    assert sum(len(one.values) for one in found[-1].parameters) == 25
    evaluated = {e.evaluation.step for e, _ in worker.events[since:] if e.kind == "evaluated"}
    assert set(steps) <= evaluated


@pytest.mark.parametrize("leaving", ["get-keyframe", "close"])
def test_a_training_of_one_step_has_its_first_and_its_last_moment(
    new_worker: Callable[[], Driver], leaving: str
) -> None:
    worker = new_worker()
    since = worker.open(SPEC)
    worker.play_to(1)
    worker.ask(leaving)  # the probe is hardly compiled by then
    assert [one.step for one in told(worker, since)] == [0, 1]


LARGE = Spec.model_validate(
    {
        "data": {"kind": "images", "name": "digits"},
        "network": {
            "layers": [
                {"kind": "conv2d", "id": "conv", "filters": 16},
                {"kind": "batch-norm", "id": "norm"},
                {"kind": "conv2d", "id": "conv-2", "filters": 16},
                {"kind": "flatten", "id": "flat"},
                {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
            ]
        },
        "training": {"optimizer": {"kind": "adam"}, "batch_size": 64, "epochs": 5},
    }
)
"""Its vitals take the next step from the training itself."""


@pytest.mark.parametrize(("spec", "steps"), [(SPEC, 100), (LARGE, 30)])
def test_a_moment_taken_again_is_the_same(spec: Spec, steps: int, worker: Driver) -> None:
    since = worker.open(spec)
    worker.play_to(steps)
    taken(worker)
    recorded = {one.step: one.to_dict() for one in told(worker, since)}
    assert recorded
    assert all(
        0 in recorded and layer["update_norm"]
        for layer in recorded[0]["layers"]
        if layer["weight_norm"]
    )
    for step in sorted(recorded)[:3]:
        worker.open(spec, replay_to=0)
        worker.play_to(steps)
        worker.ask("recall", at=step)
        assert taken(worker, at=step) == recorded[step]


def test_taking_them_does_not_touch_the_training(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(200)
    watched = worker.losses(since)
    since = worker.open(SPEC)
    for step in (50, 51, 120, 200):
        worker.play_to(step)
        taken(worker)
    assert worker.losses(since).tobytes() == watched.tobytes()


def test_a_training_of_ten_million_moments_takes_some_hundred(monkeypatch: Any) -> None:
    """A year of training at a third of a second for each chunk, by a clock of its own."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(worker_vitals, "VitalsProbe", lambda *_: SimpleNamespace(compile=int))
    still = SimpleNamespace(state=SimpleNamespace(parameters={}), following=lambda: None)
    trainer = SimpleNamespace(
        step=0,
        acted=0,
        structure=SimpleNamespace(key='[[], [2], "binary", {}, {}, 10, 200, null]', is_large=False),
        samples=None,
        still=lambda: still,
    )
    opened: Any = SimpleNamespace(trainer=trainer, seconds=0.0)
    taker, noted = VitalsTaker(lambda: None), 0
    taker._costs_s.append(0.002)
    moments = 10_000_000
    chunk_s = 0.03
    done = 0
    while done < moments:
        noted += taker.note(opened)
        # What lies between two moments that are told is passed over at once.
        skipped = max(1, int(0.9 * taker._every_s(opened) / chunk_s))
        done += skipped
        clock.now += skipped * chunk_s
        opened.seconds = clock.now
        trainer.step += skipped * 50
    assert 100 <= noted <= 3 * MAX_MOMENTS


def test_the_probe_of_a_large_network_is_not_compiled_while_a_short_training_runs(
    monkeypatch: Any,
) -> None:
    compiled: list[object] = []
    probe = SimpleNamespace(compile=lambda: compiled.append(1))
    monkeypatch.setattr(worker_vitals, "VitalsProbe", lambda *_: probe)
    monkeypatch.setattr(worker_vitals, "vitals_of", lambda *_: "vitals")
    still = SimpleNamespace(state=SimpleNamespace(parameters={}), following=lambda: dict)
    structure = SimpleNamespace(key='[[], [2], "binary", {}, {}, 10, 200, null]', is_large=True)
    still.structure, still.samples = structure, None
    trainer = SimpleNamespace(step=0, acted=0, structure=structure, samples=None)
    trainer.still = lambda: still
    opened: Any = SimpleNamespace(trainer=trainer, seconds=0.0)
    taker = VitalsTaker(lambda: None)
    assert taker.note(opened)
    assert taker.taken() is None and not compiled
    trainer.step = 9
    assert taker.note(opened, now=True)  # it stands still
    assert taker.taken(wait=True) == taker.taken(wait=True) == "vitals"
    assert len(compiled) == 1
