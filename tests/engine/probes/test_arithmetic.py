"""What is told of a number comes to the engine's own number, for every kind of layer."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from netlapse.engine.probes.arithmetic.explain import explain
from netlapse.engine.probes.arithmetic.scene import Scene
from netlapse.engine.probes.arithmetic.terms import Explanation, spelled
from netlapse.engine.programs import Programs
from netlapse.errors import InputError, StateError
from netlapse.spec.layers import INPUT
from tests.engine.building import train
from tests.engine.probes.walking import WALKS, batch_walk, sample_walk, trainer_of, walked_with

OPTIMIZERS: list[dict[str, Any]] = [
    {"kind": "sgd"},
    {"kind": "momentum"},
    {"kind": "nesterov"},
    {"kind": "adagrad"},
    {"kind": "rmsprop", "momentum": 0.5},
    {"kind": "rmsprop", "centered": True},
    {"kind": "adam"},
    {"kind": "adamw", "weight_decay": 0.1},
]
CLOSE = {"rtol": 2e-4, "atol": 2e-6}


def _some(shape: tuple[int, ...], random: np.random.Generator, most: int = 5) -> list[Any]:
    places = list(product(*(range(length) for length in shape)))
    chosen = random.permutation(len(places))[:most]
    return [places[i] for i in chosen]


def _sum_of(found: Explanation) -> float:
    """What a reader of the terms comes to."""
    values = [found.terms.term(i).value for i in range(len(found.terms.values))]
    np.testing.assert_allclose(values, found.terms.values, rtol=1e-9, atol=1e-300)
    match found.operation:
        case "sum":
            return found.scale * sum(values) + (found.bias.value if found.bias else 0)
        case "maximum":
            assert found.winner is not None
            assert values[found.winner] == max(values)
            return values[found.winner]
        case "copy":
            return values[0]
        case _:
            return found.lines[-1].value


def _names_are_counted_from_1(found: Explanation) -> None:
    """What people read counts units, channels, rows and columns from 1."""
    for i in range(len(found.terms.values)):
        term = found.terms.term(i)
        for factor in term.factors:
            if factor.index:
                shown = ",".join(str(at + 1) for at in factor.index)
                assert f"_{{{shown}}}" in factor.symbol, factor
        words = term.label.replace("sample 0", "").replace(",", " ").replace("(", " ")
        assert " 0 " not in f"{words.replace(')', ' ')} ", term.label


@pytest.fixture(scope="module")
def normalized(programs: Programs) -> Scene:
    """A batch's walk through batch normalization."""
    return _scene(programs, "batch-norm")


@pytest.mark.parametrize(("name", "walked"), WALKS)
def test_terms_come_to_the_engines_own_number(programs: Programs, name: str, walked: str) -> None:
    trainer, trace = walked_with(programs, name, walked)
    scene = Scene(trainer.structure, trace, row=trace.samples - 1)
    random = np.random.default_rng(7)
    seen: set[str] = set()
    for layer, shape in scene.shapes.items():
        phases = ["a", "da"] if layer == INPUT else ["z", "a", "dz"]
        if layer != INPUT and layer in trace.da:
            phases.append("da")
        if layer == scene.output:
            phases.append("loss")
        for phase in phases:
            for unit in _some(shape, random):
                told = explain(scene, layer, phase, unit)
                np.testing.assert_allclose(
                    _sum_of(told.explanation), told.expected, **CLOSE, err_msg=f"{layer} {phase}"
                )
                assert spelled(told.explanation).startswith(told.explanation.symbol)
                _names_are_counted_from_1(told.explanation)
                seen.add(phase)
    for layer, own in scene.declared.items():
        for parameter, declared in own.items():
            for index in _some(declared.shape, random):
                for phase in ("gradient", "update"):
                    if not declared.trainable and (
                        phase == "gradient" or not trace.training or scene.layers[layer].is_frozen()
                    ):
                        continue
                    told = explain(scene, layer, phase, (), parameter, index)
                    np.testing.assert_allclose(
                        _sum_of(told.explanation),
                        told.expected,
                        **CLOSE,
                        err_msg=f"{layer}.{parameter} {phase}",
                    )
                    _names_are_counted_from_1(told.explanation)
                    seen.add(phase)
    assert {"z", "a", "da", "dz", "loss", "gradient", "update"} <= seen


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: "-".join(map(str, one.values())))
def test_updates_come_to_the_optimizers_own(programs: Programs, optimizer: dict[str, Any]) -> None:
    more = {"optimizer": optimizer, "schedule": {"kind": "exponential", "factor": 0.9}}
    trainer = trainer_of(programs, "penalties and clipping", **more)
    train(trainer, 9)  # into the second epoch, with moments that are not zero
    scene = Scene(trainer.structure, batch_walk(trainer))
    for index in product(range(3), range(5)):
        told = explain(scene, "hidden", "update", (), "kernel", index)
        np.testing.assert_allclose(told.explanation.result, told.expected, rtol=1e-4, atol=1e-9)
        new = scene.trace.before["hidden"]["kernel"][index] + told.explanation.result
        np.testing.assert_allclose(new, scene.trace.after["hidden"]["kernel"][index], rtol=1e-6)


def _scene(programs: Programs, name: str) -> Scene:
    trainer, trace = walked_with(programs, name, "batch")
    return Scene(trainer.structure, trace)


def test_a_pixel_that_lost_gets_nothing_and_the_winner_all(programs: Programs) -> None:
    scene = _scene(programs, "pooling")
    told = explain(scene, "max-pool2d", "z", (1, 1, 0)).explanation
    assert told.winner is not None
    winner = told.terms.term(told.winner).factors[0].index
    delta = scene.one("dz", "max-pool2d")[1, 1, 0]
    for row, column in product((2, 3), (2, 3)):
        found = explain(scene, "first", "da", (row, column, 0))
        assert found.expected == pytest.approx(delta if (row, column, 0) == winner else 0)


def test_dropped_values_say_so(programs: Programs) -> None:
    scene = _scene(programs, "dropout")
    units = list(product(range(6), range(5), range(2)))
    words = {
        told.terms.term(0).factors[0].value: told.sentence
        for told in (explain(scene, "dropout", "z", unit).explanation for unit in units)
    }
    assert sorted(words) == pytest.approx([0.0, 1 / 0.75])
    assert "dropped" in words[0.0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("nowhere", "z", (0,)), "There is no layer `nowhere`"),
        (("first", "z", (6, 0, 0)), "has 6 × 5 × 2 units, numbered from 0, got unit (6, 0, 0)"),
        (("first", "z", (0,)), "has 6 × 5 × 2 units, numbered from 0, got unit (0)"),
        (("input", "z", (0, 0, 0)), "The input is no layer"),
        (("first", "loss", (0, 0, 0)), "computed from the last layer, `output`"),
        (("output", "da", (0,)), "so that there is no ∂L/∂a"),
        (("flatten", "gradient", (), "kernel", (0, 0)), "has no parameters"),
        (("input", "update", (), "kernel", (0, 0)), "has no parameters"),
        (("first", "gradient", (), "moving_mean", (0,)), "has the parameters `kernel`, `bias`"),
        (
            ("first", "update", (), "bias", (2,)),
            "`first.bias` has 2 entries, numbered from 0, got (2)",
        ),
        (("batch-norm", "gradient", (), "moving_mean", (0,)), "no gradient changes it"),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(
    normalized: Scene, asked: Any, sentence: str
) -> None:
    with pytest.raises(InputError, match=r".") as error:
        explain(normalized, *asked)
    assert sentence in str(error.value)


def test_a_number_that_is_not_finite_is_told_in_one_sentence(programs: Programs) -> None:
    trainer = trainer_of(programs, "classes")
    own = trainer.state.parameters
    broken = {**own, "hidden": {**own["hidden"], "kernel": own["hidden"]["kernel"] * np.nan}}
    trainer.state = trainer.state._replace(parameters=broken)
    scene = Scene(trainer.structure, sample_walk(trainer, 0))
    with pytest.raises(StateError, match="not finite at step 0"):
        explain(scene, "hidden", "z", (0,))
