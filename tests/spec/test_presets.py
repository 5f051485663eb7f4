"""Presets: nothing to complain about, and what each promises holds for five seeds."""

from __future__ import annotations

import pytest

from netlapse.data import load
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.errors import NotFoundError
from netlapse.spec import presets
from netlapse.spec.document import parse_spec
from netlapse.spec.presets import PRESETS, PROMISES
from netlapse.spec.resolve import examine_spec
from netlapse.worker.parts import samples_of

NAMES = [
    "spiral",
    "xor",
    "circles",
    "quadratic",
    "iris",
    "digits",
    "three-spirals",
    "gaussians",
    "moons",
    "plane",
    "line",
    "sine",
    "wine",
    "breast-cancer",
]


@pytest.fixture(scope="module")
def programs() -> Programs:
    return Programs()


def test_all_are_there_and_promise_something() -> None:
    assert list(PRESETS) == NAMES
    assert set(PROMISES) == set(PRESETS)
    for name, preset in PRESETS.items():
        assert preset.name == name
        assert getattr(presets, name.replace("-", "_"))() is preset.spec
        assert presets.preset(name) is preset
    with pytest.raises(NotFoundError, match="There is no preset `nope`; there are: spiral, xor"):
        presets.preset("nope")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_complain_about(name: str) -> None:
    preset = PRESETS[name]
    samples = samples_of(load(preset.spec.data))
    examination = examine_spec(preset.spec, samples.facts)
    assert examination.findings == ()
    assert parse_spec(preset.spec.to_json()) == preset.spec
    assert PROMISES[name].epochs == preset.spec.training.epochs
    assert preset.summary.endswith(".")
    promise = PROMISES[name]
    assert promise.threshold >= 0.7


def test_the_spiral_is_measured_on_enough_points() -> None:
    samples = samples_of(load(presets.spiral().data))
    promise = PROMISES["spiral"]
    assert (promise.metric, promise.threshold, promise.epochs) == ("accuracy", 0.95, 400)
    assert len(samples.validation_inputs) >= 100


def test_the_quadratic_is_the_classic_one() -> None:
    spec = presets.quadratic()
    samples = samples_of(load(spec.data))
    assert samples.train_inputs.shape == (100, 1)
    assert len(samples.validation_inputs) == 0
    assert abs(samples.train_inputs).max() <= 1
    assert [layer.to_dict()["units"] for layer in spec.network.layers] == [10, 1]
    assert spec.training.optimizer.to_dict() == {"kind": "sgd", "learning_rate": 0.1}
    assert (spec.training.batch_size, spec.training.epochs) == ("full", 101)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_promise_holds_for_five_seeds(programs: Programs, name: str) -> None:
    spec, promise = PRESETS[name].spec, PROMISES[name]
    samples = samples_of(load(spec.data))
    reached: list[float] = []
    for seed in range(5):
        trainer = Trainer(spec.with_changes(seed=seed), samples, programs)
        while not trainer.finished:
            trainer.advance(10_000)
        assert trainer.epoch == promise.epochs
        train, validation = trainer.scores()
        value = getattr(validation or train, promise.metric)
        assert value is not None
        reached.append(value)
    assert min(reached) >= promise.threshold, reached
