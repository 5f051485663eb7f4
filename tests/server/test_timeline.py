"""Timelines and the labels of interventions."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest

from netlapse.doctor.record import history_of
from netlapse.protocol.frames import unpack
from netlapse.protocol.messages import Timeline
from netlapse.record.contract import Note
from netlapse.record.memory import MemoryStore
from netlapse.server.live.labels import label_of
from netlapse.server.live.timeline import TimelineBuilder
from netlapse.spec.changes import Change, Intervention, SetValue
from netlapse.spec.presets import PRESETS
from tests.server.fakes import evaluation_at

SPEC = PRESETS["spiral"].spec


def timeline_of(frame: bytes) -> tuple[Timeline, dict[str, Any]]:
    (length,) = struct.unpack_from("<I", frame)
    message = Timeline.model_validate(json.loads(frame[4 : 4 + length]))
    return message, unpack(message.buffers, frame[4 + length :])


def set_to(path: str, value: object) -> Intervention:
    return Intervention(step=3, changes=(SetValue(kind="set", path=path, value=value),))


@pytest.mark.parametrize(
    ("path", "value", "label"),
    [
        ("training.optimizer.learning_rate", 0.1, "learning rate {rate:g} → 0.1"),
        ("training.optimizer", "rmsprop", "optimizer Adam → RMSprop"),
        ("training.schedule", {"kind": "cosine"}, "schedule Constant → Cosine"),
        ("training.batch_size", "full", "batch {batch} → full"),
        ("training.l2", 0.001, "L2 0 → 0.001"),
        ("training.clip_norm", 1.0, "longest gradient off → 1"),
        ("training.early_stopping", {"patience": 5}, "early stopping on"),
        ("network.layers.hidden-1.frozen", True, "hidden-1 frozen"),
        ("network.layers[0].frozen", False, "no change"),
        ("training.nothing", 1, "nothing"),
    ],
)
def test_labels(path: str, value: object, label: str) -> None:
    optimizer = SPEC.training.optimizer
    expected = label.format(rate=optimizer.learning_rate, batch=SPEC.training.batch_size)
    assert label_of(set_to(path, value), SPEC) == expected


def test_label_of_edits_and_of_many_changes() -> None:
    edits: list[Change] = [
        Intervention.model_validate(
            {
                "step": 0,
                "changes": [
                    {
                        "kind": "edit",
                        "layer": "hidden-1",
                        "parameter": parameter,
                        "index": index,
                        "value": 1.5,
                    }
                ],
            }
        ).changes[0]
        for parameter, index in (("kernel", [0, 2]), ("bias", [1]), ("bias", [2]))
    ]
    assert label_of(Intervention(step=0, changes=(edits[0],)), SPEC) == (
        "weight hidden-1[0,2] = 1.5"
    )
    assert label_of(Intervention(step=0, changes=tuple(edits)), SPEC) == (
        "weight hidden-1[0,2] = 1.5, bias hidden-1[1] = 1.5, 1 more"
    )


def test_a_timeline_holds_losses_scores_and_flags() -> None:
    store = MemoryStore()
    run = store.create(SPEC)
    loss = np.linspace(1, 0, 5000, dtype=np.float32)
    store.append_metrics(run, 1, loss, loss)
    for step in (0, 2000, 4000):
        store.append_evaluation(run, evaluation_at(step).to_dict())
    builder = TimelineBuilder(store, run)
    builder.frame()
    store.append_intervention(run, set_to("training.l2", 0.5))
    store.append_intervention(run, set_to("training.l2", 0.25))
    store.append_note(run, Note(4999, "extended", "400 more epochs"))
    store.append_note(run, Note(4999, "finished"))
    message, arrays = timeline_of(builder.frame())
    assert message.steps == 5000
    assert message.columns == len(arrays["loss_low"]) <= 1024
    assert arrays["loss_high"][0] == 1.0
    np.testing.assert_array_equal(arrays["evaluation_step"], [0, 2000, 4000])
    np.testing.assert_array_equal(arrays["train_score"], np.float32([0.75] * 3))
    assert [(flag.step, flag.label) for flag in message.flags] == [
        (3, "L2 0.5 → 0.25 (2 changes)"),
        (4999, "finished"),
    ]


def test_a_timeline_of_nothing() -> None:
    store = MemoryStore()
    run = store.create(SPEC)
    message, arrays = timeline_of(TimelineBuilder(store, run).frame())
    assert message.steps == 0 and message.columns == len(arrays["loss_low"])
    assert arrays["validation_loss"].shape == (0,)


def test_a_timeline_is_small_however_long_the_run() -> None:
    store = MemoryStore()
    run = store.create(SPEC)
    loss = np.ones(1_000_000, np.float32)
    for part in range(3):
        store.append_metrics(run, part * 1_000_000 + 1, loss, loss)
    for step in range(3000):
        store.append_intervention(
            run, set_to("training.l2", step / 10_000).model_copy(update={"step": step * 1000})
        )
    assert len(TimelineBuilder(store, run).frame()) < 200_000


def test_a_timeline_tells_where_classes_came_to_count_otherwise() -> None:
    store = MemoryStore()
    run = store.create(SPEC)
    loss = np.ones(100, np.float32)
    store.append_metrics(run, 1, loss, loss)
    builder = TimelineBuilder(store, run)
    assert timeline_of(builder.frame())[0].reweighted == ()
    for step, path, value in (
        (10, "training.l2", 0.5),
        (20, "training.class_weights", "balanced"),
        (30, "training.class_weights", "balanced"),
        (40, "training.class_weights", "none"),
    ):
        changed = set_to(path, value).model_copy(update={"step": step})
        store.append_intervention(run, changed)
    assert timeline_of(builder.frame())[0].reweighted == (20, 40)
    assert timeline_of(TimelineBuilder(store, run).frame())[0].reweighted == (20, 40)
    assert history_of(store, run, 39).reweighted == 20
    assert history_of(store, run, 19).reweighted is None
