"""One update in slow motion, from Python."""

from __future__ import annotations

import numpy as np
import pytest

import netlapse as nl
from netlapse.data import load
from netlapse.errors import DataError, InputError
from netlapse.run import Run


@pytest.fixture(scope="module")
def run() -> Run:
    """The spiral after 30 steps."""
    return nl.train(nl.presets.spiral(), steps=30, record=False)


def test_a_past_step_is_walked_through_as_it_was(run: Run) -> None:
    moment = run.at(12)
    step = moment.walk()
    assert (step.step, step.answer.update_of) == (12, "batch")
    np.testing.assert_array_equal(step.new["output.bias"], run.at(13).weights()["output.bias"])
    assert step.loss == pytest.approx(float(run.loss[12]), rel=1e-5)


def test_raw_inputs_are_the_sample_that_they_are_of(run: Run) -> None:
    step = run.walk(4)
    assert step.answer.update_of == "sample"
    raw = load(run.spec.data).validation_raw[4]
    typed = run.walk(raw, target=step.answer.truth)
    np.testing.assert_allclose(typed.a["output"], step.a["output"], rtol=1e-5)
    np.testing.assert_allclose(typed.delta["output"], step.delta["output"], rtol=1e-5)


def test_an_image_is_the_sample_that_it_is_of() -> None:
    layers = [
        {"kind": "max-pool2d", "id": "pool", "pool": 4},
        {"kind": "flatten", "id": "flat"},
        {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
    ]
    spec = {"data": {"kind": "images", "name": "digits"}, "network": {"layers": layers}}
    with nl.train(spec, steps=3, record=False) as run:
        step = run.walk(2)
        image = load(run.spec.data).validation_inputs[2]
        sent = run.walk(image, target=step.answer.truth)
        np.testing.assert_array_equal(sent.z["output"], step.z["output"])
        assert sent.answer.loss == step.answer.loss
        place = (3, 3, 0)
        back = run.arithmetic("input", "da", place, sample=image, target=step.answer.truth)
        assert back.expected == step.all("da")["input"][place]


def test_the_terms_name_where_they_come_from(run: Run) -> None:
    found = run.arithmetic("output", "z", 0, sample=4)
    values = run.walk(4).a["hidden-2"]
    sources = [term.factors[1] for term in found.terms]
    assert {one.layer for one in sources} == {"hidden-2"}
    assert [one.value for one in sources] == pytest.approx([float(v) for v in values])
    assert found.result == pytest.approx(found.expected, rel=1e-5)


def test_long_sums_are_cut_and_say_the_rest(run: Run) -> None:
    whole = run.arithmetic("output", "z", 0, sample=4)
    cut = run.arithmetic("output", "z", 0, sample=4, most=3)
    assert (len(cut.terms), cut.count) == (3, whole.count)
    assert cut.rest == pytest.approx(sum(term.value for term in whole.terms[3:]))
    assert cut.result == whole.result


def test_bad_input_is_one_sentence(run: Run) -> None:
    with pytest.raises(DataError, match="has the samples 0 to"):
        run.walk(10**6)
    with pytest.raises(InputError, match="There is no layer `nowhere`"):
        run.arithmetic("nowhere", "z", 0)
    with pytest.raises(DataError, match="array of numbers"):
        run.walk("seven")
