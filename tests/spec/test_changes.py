"""Changing a spec by paths, and what may change during a training."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlapse.errors import SpecError
from netlapse.spec import presets
from netlapse.spec.changes import (
    CHANGEABLE,
    Intervention,
    SetValue,
    intervene,
    is_new_optimizer,
    parse_assignment,
    set_value,
)

SPEC = presets.spiral()


def _refused(path: str, value: object = 1) -> str:
    with pytest.raises(SpecError) as raised:
        set_value(SPEC, path, value)
    return str(raised.value)


def test_a_number_by_index_and_by_id() -> None:
    for path in ("network.layers[1].units", "network.layers.hidden-2.units"):
        changed = set_value(SPEC, path, 3)
        assert changed.network.layers[1].to_dict()["units"] == 3
        assert changed.network.layers[0] == SPEC.network.layers[0]
    assert SPEC.network.layers[1].to_dict()["units"] == 8


def test_whole_parts_and_entries_of_lists() -> None:
    assert set_value(SPEC, "data.features[0]", "xy").to_dict()["data"]["features"][0] == "xy"
    assert set_value(SPEC, "network", {"layers": []}).network.layers == ()
    assert set_value(SPEC, "training.early_stopping", {}).training.early_stopping is not None
    assert set_value(SPEC, "training.batch_size", "full").training.batch_size == "full"


def test_the_name_of_a_kind_stands_for_it() -> None:
    changed = set_value(SPEC, "training.schedule", "cosine")
    assert changed.training.schedule.kind == "cosine"
    assert set_value(SPEC, "data", "moons").data.kind == "moons"


def test_another_optimizer_keeps_the_learning_rate_unless_one_is_given() -> None:
    assert set_value(SPEC, "training.optimizer", "sgd").training.optimizer.learning_rate == 0.01
    given_rate = {"kind": "sgd", "learning_rate": 0.5}
    changed = set_value(SPEC, "training.optimizer", given_rate)
    assert changed.training.optimizer.learning_rate == 0.5


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "training.optimizer.learning_rate",
            -1,
            "training.optimizer.learning_rate: This must be at least 0, got -1.",
        ),
        (
            "training.optimizer.momentum",
            0.9,
            "training.optimizer.momentum: There is no field `momentum`; there are: "
            "learning_rate, kind, beta_1, beta_2, epsilon.",
        ),
        ("training.batch_size", 0, "training.batch_size: This must be at least"),
        (
            "network.layers[9].units",
            3,
            "There is no entry `9`; there are: hidden-1, hidden-2, output.",
        ),
        ("network.layers.nope.units", 3, "There is no entry `nope`; there are: hidden-1"),
        ("data.features[9]", "x", "There is no entry `9`; there are: [0] to [3]."),
        ("data.features.x", "x", "There is no entry `x`; there are: [0] to [3]."),
        ("seed.x", 1, "There is no field `x`; there are: none here."),
        ("training.early_stopping.patience", 1, "There is no field `patience`; there are: none"),
        ("network[0]", 1, "There is no field `0`; there are: layers."),
        ("", 1, "A path is written like `training.optimizer.learning_rate`."),
        ("training..epochs", 1, "A path is written like"),
        ("training.epochs ", 1, "There is no field `epochs `"),
        ("training[epochs]", 1, "A path is written like"),
        (".training", 1, "A path is written like"),
        ("training.optimizer", "nope", "training.optimizer: The kind `nope` is not known; there"),
        ("data", "table", "data.table: This field is required (2 more)."),
    ],
)
def test_refused(path: str, value: object, message: str) -> None:
    assert message in _refused(path, value)


@given(st.text(max_size=30), st.one_of(st.none(), st.text(max_size=9), st.integers()))
def test_any_text_as_a_path(path: str, value: object) -> None:
    try:
        set_value(SPEC, path, value)
    except SpecError as error:
        assert error.message


paths = st.lists(
    st.sampled_from(["data", "network", "layers", "training", "[0]", "[7]", "units", "optimizer"]),
    min_size=1,
    max_size=4,
).map(lambda parts: ".".join(parts).replace(".[", "["))


@given(paths, st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists))
def test_any_value_at_any_place(path: str, value: Any) -> None:
    try:
        changed = set_value(SPEC, path, value)
    except SpecError as error:
        assert error.message
    else:
        assert type(changed).model_validate(changed.to_dict()) == changed


def test_assignments() -> None:
    assert parse_assignment("a.b = 3") == ("a.b", 3)
    assert parse_assignment("a=[1, null]") == ("a", [1, None])
    assert parse_assignment("a=b=c") == ("a", "b=c")
    assert parse_assignment("a=") == ("a", "")
    for text in ("1" * 5000, "[" * 100_000):
        assert parse_assignment(f"a={text}") == ("a", text)
    for text in ("a", "=3", " =3", ""):
        with pytest.raises(SpecError, match="written path=value"):
            parse_assignment(text)


# --- during a training ------------------------------------------------------------------------

ALLOWED = [
    ("training.optimizer.learning_rate", 0.5),
    ("training.optimizer", "sgd"),
    ("training.optimizer.beta_1", 0.5),
    ("training.schedule", "cosine"),
    ("training.batch_size", 3),
    ("training.epochs", 9),
    ("training.class_weights", "balanced"),
    ("training.l1", 0.1),
    ("training.l2", 0.1),
    ("training.clip_norm", 1),
    ("training.clip_value", None),
    ("training.early_stopping", {"patience": 4}),
    ("network.layers[0].frozen", True),
    ("network.layers.hidden-1.frozen", True),
]
FORBIDDEN = [
    "seed",
    "name",
    "format",
    "data",
    "data.samples",
    "network",
    "network.layers",
    "network.layers[0]",
    "network.layers[0].units",
    "network.layers[0].activation",
    "network.layers[0].kernel_initializer",
    "training",
    "training.loss",
    "training.batch_sizes",
    "training.l3",
    "xtraining.l1",
]


@pytest.mark.parametrize(("path", "value"), ALLOWED)
def test_what_may_change(path: str, value: object) -> None:
    changed = intervene(SPEC, [SetValue(kind="set", path=path, value=value)])
    assert changed == set_value(SPEC, path, value)
    assert changed.network.layers[0].to_dict()["units"] == 8


@pytest.mark.parametrize("path", FORBIDDEN)
def test_what_may_not(path: str) -> None:
    assert not CHANGEABLE.match(path)
    with pytest.raises(SpecError) as raised:
        intervene(SPEC, [SetValue(kind="set", path=path, value=1)])
    assert str(raised.value) == (
        f"{path}: This cannot change during a training. Start anew with the changed spec."
    )


def test_changes_build_on_each_other() -> None:
    changes = [
        SetValue(kind="set", path="training.optimizer", value="nesterov"),
        SetValue(kind="set", path="training.optimizer.momentum", value=0.5),
    ]
    assert intervene(SPEC, changes).training.optimizer.hyperparameters() == {
        "learning_rate": 0.01,
        "momentum": 0.5,
    }


def test_which_optimizers_start_anew() -> None:
    def optimizer(kind: str, **numbers: Any) -> Any:
        document = {"kind": kind, "learning_rate": 1, **numbers}
        return set_value(SPEC, "training.optimizer", document).training.optimizer

    assert is_new_optimizer(optimizer("adam"), optimizer("adamw"))
    assert is_new_optimizer(optimizer("rmsprop"), optimizer("rmsprop", centered=True))
    assert not is_new_optimizer(optimizer("adam"), optimizer("adam", beta_1=0))
    assert not is_new_optimizer(optimizer("rmsprop"), optimizer("rmsprop", momentum=0.9))


def test_an_intervention_travels_as_json() -> None:
    intervention = Intervention.model_validate(
        {
            "step": 3,
            "changes": [
                {"kind": "set", "path": "training.optimizer", "value": {"kind": "sgd"}},
                {
                    "kind": "edit",
                    "layer": "output",
                    "parameter": "bias",
                    "index": [0],
                    "value": -0.5,
                },
            ],
        }
    )
    assert Intervention.model_validate_json(intervention.to_json()) == intervention
    with pytest.raises(ValueError, match="at least 1 item"):
        Intervention.model_validate({"step": 3, "changes": []})
