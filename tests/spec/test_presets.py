"""Presets: nothing to complain about, and what each promises holds for five seeds."""

from __future__ import annotations

import pytest

from netlapse.data import known_facts, load
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.errors import NotFoundError
from netlapse.spec import presets
from netlapse.spec.document import parse_spec
from netlapse.spec.presets import PRESETS, PROMISES
from netlapse.spec.resolve import examine_spec
from netlapse.spec.training import steps_per_epoch
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
TEMPLATES = [
    "two-layer",
    "lenet-5",
    "beginner",
    "intermediate",
    "advanced",
    "conv-5x5",
    "residual",
    "dense-connections",
]


@pytest.fixture(scope="module")
def programs() -> Programs:
    return Programs()


def test_all_are_there_and_promise_something() -> None:
    assert list(PRESETS) == [*NAMES, *TEMPLATES]
    assert set(PROMISES) == set(NAMES)
    assert [name for name, preset in PRESETS.items() if preset.template] == TEMPLATES
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


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_trains_on_mnist(name: str) -> None:
    preset = PRESETS[name]
    facts = known_facts(preset.spec.data)
    assert facts is not None
    assert facts.input_shape == (28, 28, 1)
    assert examine_spec(preset.spec, facts).findings == ()
    assert parse_spec(preset.spec.to_json()) == preset.spec
    assert preset.summary.endswith(".")


def _shapes(name: str) -> list[str]:
    """What stands in a template, and what it gives."""
    spec = PRESETS[name].spec
    facts = known_facts(spec.data)
    assert facts is not None
    reports = examine_spec(spec, facts).layers
    return [
        f"{layer.kind} {'×'.join(map(str, report.output_shape or ()))}"
        for layer, report in zip(spec.network.layers, reports, strict=True)
    ]


def test_two_layers_are_784_50_10_for_ten_thousand_steps() -> None:
    spec = presets.two_layer()
    facts = known_facts(spec.data)
    assert facts is not None
    assert _shapes("two-layer") == ["flatten 784", "dense 50", "dense 10"]
    assert [layer.function for layer in spec.network.layers] == ["linear", "sigmoid", "softmax"]
    assert spec.training.optimizer.to_dict() == {"kind": "sgd", "learning_rate": 0.1}
    assert spec.training.batch_size == 100
    assert spec.training.epochs * steps_per_epoch(spec.training, facts.samples) == 10_000


def test_lenet_is_lecuns() -> None:
    assert _shapes("lenet-5") == [
        "conv2d 28×28×6",
        "average-pool2d 14×14×6",
        "conv2d 10×10×16",
        "average-pool2d 5×5×16",
        "flatten 400",
        "dense 120",
        "dense 84",
        "dense 10",
    ]
    facts = known_facts(presets.lenet_5().data)
    assert facts is not None
    assert examine_spec(presets.lenet_5(), facts).parameters == 61_706


def test_the_advanced_one_has_six_convolutions_and_changes_its_images() -> None:
    shapes = [shape for shape in _shapes("advanced") if shape.split()[0] in ("conv2d", "dense")]
    assert shapes == [
        *["conv2d 28×28×32"] * 2,
        *["conv2d 14×14×64"] * 2,
        *["conv2d 7×7×128"] * 2,
        "dense 256",
        "dense 128",
        "dense 10",
    ]
    assert presets.advanced().to_dict()["data"]["augmentation"] is not None


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
