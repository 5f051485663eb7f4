"""What differs between two specs, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest

from netlapse.spec.base import parse
from netlapse.spec.changes import Intervention, set_value
from netlapse.spec.differences import differences, intervention_words
from netlapse.spec.document import Spec
from netlapse.spec.presets import PRESETS

SPIRAL = PRESETS["spiral"].spec


def with_layers(edit: Any) -> Spec:
    """The spiral's spec after an edit of its list of layers."""
    document = SPIRAL.to_dict()
    edit(document["network"]["layers"])
    return parse(Spec, document)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("training.optimizer.learning_rate", 0.1, ["learning rate 0.01 → 0.1"]),
        ("training.optimizer.beta_1", 0.5, ["β₁ 0.9 → 0.5"]),
        ("training.optimizer", "sgd", ["optimizer Adam → SGD"]),
        (
            "training.optimizer",
            {"kind": "momentum", "learning_rate": 0.2, "momentum": 0.5},
            ["optimizer Adam → Momentum", "learning rate 0.01 → 0.2", "momentum 0.5"],
        ),
        ("training.schedule", {"kind": "cosine"}, ["schedule Constant → Cosine"]),
        ("training.early_stopping", {"patience": 5}, ["early stopping on"]),
        ("training.batch_size", "full", ["batch 10 → full"]),
        ("training.clip_norm", 1.0, ["longest gradient off → 1"]),
        ("training.l2", 0.001, ["L2 0 → 0.001"]),
        ("seed", 7, ["seed 0 → 7"]),
        ("data", {"kind": "circle"}, ["data: spiral → circle"]),
        ("data.noise", 0.25, ["data: noise 0 → 0.25"]),
        ("data.features", ["x", "y", "xy"], None),
        ("network.layers[0].units", 16, ["hidden-1: 8 → 16 units"]),
        ("network.layers[0].activation", "relu", ["hidden-1: activation tanh → relu"]),
        ("network.layers[0].use_bias", False, ["hidden-1: bias off"]),
        ("network.layers[0].frozen", True, ["hidden-1 frozen"]),
        (
            "network.layers[0].kernel_initializer",
            "zeros",
            ["hidden-1: kernel initializer Glorot → Zeros"],
        ),
        ("name", "Another", []),
    ],
)
def test_one_change(path: str, value: object, words: list[str] | None) -> None:
    found = differences(SPIRAL, set_value(SPIRAL, path, value))
    if words is None:
        words = ["data: features added: xy", "data: features removed: sin x, sin y"]
    assert list(found) == words


def test_layers_that_come_go_and_are_renamed() -> None:
    dropout = {"kind": "dropout", "id": "dropout", "rate": 0.2}
    assert differences(SPIRAL, with_layers(lambda layers: layers.insert(1, dropout))) == (
        "layer `dropout` added after `hidden-1`",
    )
    assert differences(SPIRAL, with_layers(lambda layers: layers.insert(0, dropout))) == (
        "layer `dropout` added at the front",
    )
    assert differences(SPIRAL, with_layers(lambda layers: layers.pop(1))) == (
        "layer `hidden-2` removed",
    )
    assert differences(SPIRAL, with_layers(lambda layers: layers[1].update(id="wide"))) == (
        "layer `hidden-2` is called `wide`",
    )

    def swap(layers: list[Any]) -> None:
        layers[0], layers[1] = layers[1], layers[0]

    assert differences(SPIRAL, with_layers(swap)) == (
        "layers in the order hidden-2, hidden-1, output",
    )


def test_another_kind_of_layer_and_another_wire() -> None:
    def other(layers: list[Any]) -> None:
        layers[1] = {"kind": "dropout", "id": "hidden-2", "rate": 0.5}
        layers[2]["inputs"] = ["hidden-1"]

    assert differences(SPIRAL, with_layers(other)) == (
        "hidden-2: Dense → Dropout",
        "output: reads hidden-1",
    )


def paths(document: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and switch of a spec, by its path."""
    match document:
        case dict():
            for name, value in document.items():
                yield from paths(value, f"{place}.{name}" if place else name)
        case list():
            for index, value in enumerate(document):
                yield from paths(value, f"{place}[{index}]")
        case bool() | int() | float():
            yield place, document
        case _:
            pass


def test_no_change_of_a_number_goes_untold() -> None:
    for preset in ("spiral", "beginner", "residual"):
        spec = PRESETS[preset].spec
        for path, value in paths(spec.to_dict()):
            if path == "format":
                continue
            other = (not value) if isinstance(value, bool) else value * 0.5 or 0.25
            try:
                after = set_value(spec, path, other if type(value) is not int else value + 1)
            except Exception as error:  # a rule of the field: no such spec exists
                assert type(error).__name__ == "SpecError"
                continue
            told = differences(spec, after)
            assert len(told) == 1, path
            assert differences(after, spec) != told, path


def test_any_two_presets_can_be_compared_and_equal_ones_do_not_differ() -> None:
    for one, other in permutations(PRESETS.values(), 2):
        words = differences(one.spec, other.spec)
        assert words and all(len(text) < 300 for text in words)
    for preset in PRESETS.values():
        assert differences(preset.spec, preset.spec.with_changes(name="x")) == ()


def test_an_intervention_tells_each_thing_once() -> None:
    change = {"kind": "set", "path": "training.l1", "value": 0.1}
    intervention = parse(Intervention, {"step": 3, "changes": [change, change]})
    assert intervention_words(intervention, SPIRAL) == ("L1 0 → 0.1",)
    unknown = {"kind": "set", "path": "training.of_the_future", "value": 1}
    intervention = parse(Intervention, {"step": 3, "changes": [unknown]})
    assert intervention_words(intervention, SPIRAL) == ("of the future",)
