"""Any past step can be looked at, and is what it was; branches go on from there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import netlapse as nl
from netlapse.errors import SpecError, StateError
from netlapse.protocol.views import BoundaryView, MicroscopeView, View
from netlapse.spec.changes import set_value

SPIRAL = set_value(nl.presets.spiral(), "training.epochs", 40)
IMAGES: dict[str, Any] = {
    "data": {"kind": "images", "name": "digits"},
    "network": {
        "layers": [
            {"kind": "conv2d", "id": "conv", "filters": 3, "activation": "linear"},
            {"kind": "batch-norm", "id": "norm"},
            {"kind": "flatten", "id": "flat"},
            {"kind": "dropout", "id": "drop", "rate": 0.3},
            {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
        ]
    },
    "training": {"epochs": 3, "batch_size": 64},
}
VIEW = View(boundary=BoundaryView(width=20, height=20, unit_size=8), weights=True, evaluation=True)


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    assert one.keys() == other.keys()
    return all(one[name].tobytes() == other[name].tobytes() for name in one)


@pytest.mark.parametrize("spec", [SPIRAL, IMAGES], ids=["spiral", "images"])
def test_a_past_step_is_the_training_stopped_there(spec: Any):
    with nl.train(spec, record=False) as run:
        end = run.weights()
        for step in (run.step, 0, 1, run.step // 2, run.step // 3):
            moment = run.at(step)
            with nl.start(spec, record=False) as other:
                if step:
                    other.train(steps=step)
                assert same(moment.weights(), other.weights())
                assert moment.metrics == other.metrics
        assert same(run.weights(), end)


def test_the_same_probes_draw_past_and_present():
    with nl.start(SPIRAL, record=False) as run:
        run.train(steps=300)
        then, drawn = run.picture(VIEW)
        run.train(steps=400)
        past, again = run.at(300).picture(VIEW)
        assert (past.step, past.at, past.evaluation) == (300, 300, then.evaluation)
        assert same(drawn, again)
        assert not same(drawn, run.picture(VIEW)[1])
        x = [[0.5, -1.0]]
        assert run.at(300).predict(x).tobytes() != run.predict(x).tobytes()


def test_the_microscope_looks_into_the_past():
    look = {"layer": "conv"}
    view = View(microscope=MicroscopeView.model_validate({"layers": [look]}), predictions=True)
    with nl.start(IMAGES, record=False) as run:
        run.train(steps=10)
        _, drawn = run.picture(view)
        maps, confusion = run.feature_maps(("validation", 3)), run.confusion()
        hardest = run.hardest(20)
        run.train(steps=20)
        moment = run.at(10)
        picture, again = moment.picture(view)
        assert picture.predictions is not None
        assert picture.predictions.step == 10
        assert same(drawn, again)
        assert same(moment.feature_maps(("validation", 3)), maps)
        assert (moment.confusion() == confusion).all()
        assert (moment.hardest(20).losses == hardest.losses).all()


def test_what_was_changed_on_the_way_acts_in_the_past_as_it_did():
    with nl.start(SPIRAL, record=False) as run:
        known: dict[int, dict[str, np.ndarray]] = {}

        def note() -> None:
            known[run.step] = run.weights()

        run.train(steps=50)
        note()
        run.intervene({"training.optimizer": {"kind": "sgd", "learning_rate": 0.1}})
        run.train(steps=50)
        note()
        run.intervene({"training.batch_size": 25})
        run.train(steps=37)
        run.edit("hidden-1", "bias", 2, -1.5)
        note()  # the state at a step is the one after its interventions
        run.train(steps=100)
        note()
        for step in (237, 50, 137, 100):
            assert same(run.at(step).weights(), known[step])


def test_extensions_act_in_the_past_as_they_did():
    spec = set_value(set_value(SPIRAL, "training.epochs", 2), "training.schedule.kind", "cosine")
    with nl.train(spec, record=False) as run:
        run.train(steps=30)
        then = run.weights()
        run.train(steps=70)
        assert same(run.at(run.step - 70).weights(), then)


def test_a_step_beyond_the_record_is_refused_in_one_sentence():
    with nl.train(SPIRAL, steps=20, record=False) as run:
        with pytest.raises(StateError, match=r"The record ends at step 20, before step 21\."):
            run.at(21)
        with pytest.raises(SpecError, match=r"`step` must be at least 0, got -1\."):
            run.at(-1)
        assert run.at(20).step == 20


def test_two_moments_of_one_run_answer_in_turn():
    with nl.train(SPIRAL, steps=400, record=False) as run:
        early, late = run.at(100), run.at(300)
        assert not same(early.weights(), late.weights())
        assert same(early.weights(), run.at(100).weights())


def test_a_branch_goes_on_from_the_past_and_leaves_the_original():
    with nl.start(SPIRAL, record=False) as run:
        run.train(steps=100)
        run.intervene({"training.optimizer.learning_rate": 0.005})
        run.train(steps=200)
        before = run.weights(), run.loss.tobytes(), run.interventions
        with run.branch(150) as branch:
            assert (branch.step, branch.interventions) == (150, run.interventions)
            assert same(branch.weights(), run.at(150).weights())
            assert branch.loss.tobytes() == run.loss[:150].tobytes()
            branch.train(steps=150)
            assert same(branch.weights(), run.weights())
            branch.intervene({"training.optimizer.learning_rate": 0.1})
            branch.train(steps=10)
        with run.branch(50) as earlier:
            assert earlier.interventions == ()
        assert same(run.weights(), before[0])
        assert (run.loss.tobytes(), run.interventions) == before[1:]
