"""Landscapes and warped planes over the real process: in pieces, told, cancelled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.engine.probes.weight_planes import flat
from netlapse.engine.programs import Programs
from netlapse.errors import RunError
from netlapse.protocol.views import View
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec
from netlapse.worker.way import kept, rerun
from tests.engine.building import new_trainer, samples, set_to, spec, train
from tests.worker.driving import Driver
from tests.worker.test_commands import SPEC

LARGE = Spec.model_validate(
    {
        "data": {"kind": "images", "name": "digits"},
        "network": {
            "layers": [
                {"kind": "conv2d", "id": "conv", "filters": 16, "kernel_size": 5},
                {"kind": "flatten", "id": "flat"},
                {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
            ]
        },
        "training": {"epochs": 1_000_000},
    }
)
HEAVY: dict[str, Any] = {"size": 201}
"""Takes minutes: nobody waits for its end."""


def wait_until_begun(worker: Driver, since: int) -> Any:
    return worker.wait(lambda e: e.kind == "surveying" and e.done > 0, since)


def test_a_landscape_has_its_middle_at_the_state(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(40)
    reply, arrays = worker.reply("landscape", size=5, span=0.5)
    assert reply.step == 40
    assert arrays["losses"].shape == (5, 5)
    np.testing.assert_allclose(arrays["a"], [-0.5, -0.25, 0, 0.25, 0.5])
    values = worker.reply("evaluate")[0].values["evaluation"]
    assert np.isclose(values["train"]["loss"], reply.values["loss"], rtol=1e-5)
    assert arrays["losses"][2, 2] == np.float32(reply.values["loss"])
    assert reply.values["least"] == arrays["losses"].min()
    assert reply.values["greatest"] == arrays["losses"].max()
    assert reply.values["share"] is None
    reply, arrays = worker.reply("landscape", size=5, part="validation", samples=10)
    assert reply.values["samples"] == 10
    assert "first 10 of 33 validation samples" in reply.values["note"]


def test_training_pictures_and_questions_go_on_meanwhile(worker: Driver) -> None:
    since = worker.open(LARGE)
    asked = worker.send("landscape", **HEAVY)
    begun = wait_until_begun(worker, since)
    assert (begun.run, begun.step) == ("run", 0)
    worker.ask("play")
    worker.wait(lambda e: e.kind == "metrics" and e.first_step > 5, since)
    worker.send("want", view=View(evaluation=True).to_dict())
    worker.wait(lambda e: e.kind == "picture" and e.step > 0, since)
    assert worker.reply("evaluate-part", part="validation")[0].values["metrics"]["samples"]
    seen = len(worker.events)
    further = wait_until_begun(worker, seen)
    assert begun.done < further.done < 1
    assert further.seconds_left > 0
    worker.ask("pause")
    worker.reply("stop-landscape")
    refused = worker.answer(asked)
    assert (refused.kind, refused.problem.message) == ("refused", "The landscape was cancelled.")


def test_another_landscape_and_another_run_end_the_one_on_its_way(worker: Driver) -> None:
    since = worker.open(LARGE)
    first = worker.send("landscape", **HEAVY)
    wait_until_begun(worker, since)
    worker.reply("landscape", size=3, samples=5)
    assert worker.answer(first).problem.message == (
        "Another landscape was asked for before this one was done."
    )
    second = worker.send("landscape", **HEAVY)
    worker.open(SPEC)
    assert worker.answer(second).problem.message == (
        "Another run was opened before this landscape was done."
    )
    worker.reply("stop-landscape")  # nothing is on its way: nothing happens


def test_data_without_a_validation_part_have_no_landscape_of_it(worker: Driver) -> None:
    data = {"kind": "xor", "validation_fraction": 0}
    worker.open(Spec.model_validate({**SPEC.to_dict(), "data": data}))
    refused = worker.ask("landscape", part="validation")
    assert "has no validation part" in refused.problem.message


def test_a_warped_plane_comes_with_each_picture(worker: Driver) -> None:
    since = worker.open(SPEC)
    view = View.model_validate({"warped": {"layer": "hidden", "units": (1, 4), "size": 3}})
    worker.send("want", view=view.to_dict())
    first, data = worker.wait_with_payload(lambda e: e.kind == "picture", since)
    assert (first.warped.count, first.warped.problem, first.warped.training) == (5, "", 77)
    assert (first.warped.x, first.warped.y) == ("x", "y")
    assert {buffer.name: buffer.shape for buffer in first.buffers} == {
        "warped:grid": (3, 3, 2),
        "warped:samples": (110, 2),
        "warped:targets": (110,),
    }
    worker.play_to(5)
    worker.send("want", view=view.to_dict())
    _, later = worker.wait_with_payload(lambda e: e.kind == "picture" and e.step == 5, since)
    assert later != data


def test_a_warped_plane_that_does_not_fit_says_why(worker: Driver) -> None:
    for document, layer, units, problem in (
        (SPEC, "gone", (0, 1), "There is no layer `gone`; there are: hidden, drop, output."),
        (SPEC, "hidden", (0, 5), "The units of layer `hidden` are 0 to 4, got 5."),
        (LARGE, "conv", (0, 1), "A warped plane needs data with two inputs, and this has 64."),
    ):
        since = worker.open(document)
        view = View.model_validate({"warped": {"layer": layer, "units": units}})
        worker.send("want", view=view.to_dict())
        picture = worker.wait(lambda e: e.kind == "picture", since)
        assert picture.warped.problem == problem
        assert picture.buffers == ()


def test_the_way_of_the_keyframes_begins_with_the_first_weights(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    first = flat(trainer.state.parameters)
    rows: list[Any] = []
    for _ in range(3):
        train(trainer, 10)
        rows.append(flat(trainer.state.parameters))
    state, structure = trainer.state.parameters, trainer.structure
    payload = np.stack(rows).tobytes()
    steps, states = kept(structure, state, (10, 20, 30), payload, trainer.spec.seed, 30)
    assert steps == (0, 10, 20)  # the state looked at is none of them
    np.testing.assert_array_equal(states, [first, *rows[:2]])
    with pytest.raises(RunError, match="belong to another network"):
        kept(structure, state, (10, 20), payload, trainer.spec.seed, 30)


def test_the_way_that_is_run_again_is_the_same_training(programs: Programs) -> None:
    change = Intervention(step=40, changes=(set_to("training.optimizer.learning_rate", 0.5),))
    trainer = new_trainer(programs, spec(), samples(), interventions=[change])
    steps, states = rerun(trainer.elsewhere([change]), 128, ())
    assert steps == tuple(range(0, 128, 2))
    for step, state in zip(steps, states, strict=True):
        if step:
            train(trainer, 2)
        np.testing.assert_array_equal(state, flat(trainer.state.parameters))
