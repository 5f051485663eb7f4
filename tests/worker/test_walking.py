"""Walks over the real process: now and rewound, with every kind of subject, and bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from netlapse.spec.document import Spec
from tests.worker.driving import Driver, rows
from tests.worker.test_commands import SPEC

SAMPLE = {"kind": "sample", "part": "validation", "index": 3}
CURVE = {
    "data": {"kind": "sine"},
    "network": {
        "layers": [
            {"kind": "dense", "id": "hidden", "units": 6, "activation": "relu"},
            {"kind": "dense", "id": "output", "units": 1},
        ]
    },
    "training": {"batch_size": 7, "epochs": 1000},
}


def walk(worker: Driver, subject: Any = None, **fields: Any) -> tuple[Any, dict[str, Any]]:
    return worker.reply("walk", subject=subject or {"kind": "batch"}, **fields)


def test_a_rewound_step_gives_what_it_gave_live(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(40)
    live = {name: walk(worker, s) for name, s in (("batch", None), ("sample", SAMPLE))}
    told, _ = worker.reply("arithmetic", layer="output", phase="dz", unit=[0], row=1)
    worker.play_to(90)
    assert worker.ask("recall", at=40).step == 40
    for name, subject in (("batch", None), ("sample", SAMPLE)):
        reply, arrays = walk(worker, subject, at=40)
        assert reply.step == 40
        assert reply.values == live[name][0].values
        assert reply.values["update_of"] == name
        assert arrays.keys() == live[name][1].keys()
        for key, array in arrays.items():
            np.testing.assert_array_equal(array, live[name][1][key], err_msg=key)
    again, _ = worker.reply("arithmetic", layer="output", phase="dz", unit=[0], row=1, at=40)
    assert again.values == told.values
    # Another step is another walk.
    assert walk(worker)[0].values["loss"] != live["batch"][0].values["loss"]


def test_new_weights_of_the_batch_are_those_of_the_next_state(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(25)
    reply, arrays = walk(worker)
    worker.play_to(26)
    _, found = worker.reply("get-weights")
    for name, weights in load(found["weights"].tobytes()).items():
        np.testing.assert_array_equal(arrays[f"new:{name}"], weights)
    assert reply.values["difference"] < 1e-6


def test_the_shown_sample_of_the_batch_is_one_of_it(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(10)
    reply, mean = walk(worker)
    each = [walk(worker, row=row)[1] for row in range(reply.values["samples"])]
    np.testing.assert_allclose(
        mean["a:output"], np.mean([row["a:output"] for row in each], axis=0), rtol=1e-5
    )
    np.testing.assert_allclose(
        mean["dz:output"], np.sum([row["dz:output"] for row in each], axis=0), atol=1e-6
    )
    # The bias's gradient is the sum of δ.
    np.testing.assert_allclose(mean["dz:output"], mean["gradient:output.bias"], atol=1e-6)


def test_layers_that_are_not_asked_for_stay(worker: Driver) -> None:
    worker.open(SPEC)
    reply, arrays = walk(worker, layers=["output"])
    assert [one["layer"] for one in reply.values["layers"] if one["sent"]] == ["output"]
    own = {name.split(":")[1].split(".")[0] for name in arrays if ":" in name}
    assert own == {"output"}
    described = next(one for one in reply.values["layers"] if one["layer"] == "output")
    sizes = [array.size for name, array in arrays.items() if ":" in name]
    assert described["numbers"] == sum(sizes)


def test_typed_values_take_the_predicted_class_or_the_one_that_is_said(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(30)
    typed = {"kind": "typed", "values": [0.5, -0.25]}
    reply, arrays = walk(worker, typed)
    assert reply.values["truth"] == int(arrays["a:output"][0] > 0.5)
    for label in (0, 1):
        reply, arrays = walk(worker, typed, target=label)
        assert reply.values["truth"] == label
        np.testing.assert_allclose(
            arrays["dz:output"], arrays["a:output"] - label, rtol=1e-5, atol=1e-7
        )


def test_a_regression_needs_a_target_in_its_own_unit(worker: Driver) -> None:
    worker.open(Spec.model_validate(CURVE))
    worker.play_to(5)
    typed = {"kind": "typed", "values": [0.5]}
    reply, arrays = walk(worker, typed, target=1.5)
    assert reply.values["target"] == pytest.approx(1.5)
    (prediction,) = reply.values["prediction"]
    _, told = worker.reply("predict", rows([[0.5]]), rows=1)
    assert prediction == pytest.approx(float(told["outputs"][0, 0]), rel=1e-5)
    assert arrays["da:output"].shape == (1,)
    assert "needs a target" in worker.ask("walk", subject=typed).problem.message


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"subject": {**SAMPLE, "index": 10**6}}, "has the samples 0 to"),
        ({"subject": {**SAMPLE, "part": "test"}}, "has no test part"),
        ({"subject": {"kind": "drawing", "drawing": "none"}}, "drawing"),
        ({"subject": {"kind": "typed", "values": [1.0]}}, "A sample has 2 values"),
        ({"subject": SAMPLE, "target": 2}, "The classes are 0 to 1, got 2."),
        ({"subject": SAMPLE, "target": 0.5}, "A class is a whole number"),
        ({"target": 1}, "targets of their own"),
        ({"row": 10}, "The batch has the samples 0 to 9, got 10."),
        ({"subject": SAMPLE, "row": 1}, "A single sample is its own batch"),
        ({"layers": ["nowhere"]}, "There is no layer `nowhere`"),
    ],
)
def test_bad_input_is_one_sentence(worker: Driver, asked: dict[str, Any], sentence: str) -> None:
    worker.open(SPEC)
    refused = worker.ask("walk", **{"subject": {"kind": "batch"}, **asked})
    assert refused.kind == "refused"
    assert sentence in refused.problem.message
    assert walk(worker)[0].kind == "reply"  # and the next question is answered


def test_a_step_that_leaves_the_range_of_numbers_says_where(worker: Driver) -> None:
    much = {"optimizer": {"kind": "sgd", "learning_rate": 100}, "batch_size": "full"}
    since = worker.open(Spec.model_validate({**CURVE, "training": much}))
    worker.ask("play")
    worker.wait_state("diverged", since=since)
    reply, _ = walk(worker)
    assert reply.values["problem"].startswith("Not every number of this step is finite: ")
