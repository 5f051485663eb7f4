"""Specs as files: round trip, and errors with the path of the field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from netlapse.errors import SpecError
from netlapse.spec import presets
from netlapse.spec.base import field_path, parse
from netlapse.spec.data import TableData
from netlapse.spec.document import Spec, parse_spec, read_spec
from tests.spec import documents

BASE = presets.spiral().to_dict()


def _refused(change: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as raised:
        parse_spec(json.dumps({**BASE, **change}))
    return str(raised.value)


def _layer(**fields: Any) -> dict[str, Any]:
    return {"network": {"layers": [{"kind": "dense", "id": "a", **fields}]}}


@settings(max_examples=100, deadline=None)
@given(documents.unfinished_networks, documents.trainings)
def test_round_trip(network: Any, training: Any) -> None:
    spec = Spec.model_validate({"data": BASE["data"], "network": network, "training": training})
    assert parse_spec(spec.to_json()) == spec
    assert Spec.model_validate(spec.to_dict()) == spec
    assert parse_spec(spec.to_json()).to_json() == spec.to_json()


def test_documents_are_frozen_and_copies_are_validated() -> None:
    spec = presets.xor()
    with pytest.raises(ValueError, match="frozen"):
        spec.seed = 3  # pyright: ignore
    assert spec.with_changes(seed=3).seed == 3
    assert spec.with_changes(training=spec.training.with_changes(epochs=3)).training.epochs == 3
    with pytest.raises(SpecError, match="seed: This must be"):
        spec.with_changes(seed=-1)


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_seeds_at_the_edges(seed: int) -> None:
    assert parse_spec(json.dumps({**BASE, "seed": seed})).seed == seed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"seed": 2**32},
            "seed: This must be at most 4294967295, got 4294967296.",
        ),
        ({"seed": 1.5}, "seed: This must be a valid integer"),
        ({"nonsense": 1}, "nonsense: This field is not known."),
        ({"data": {}}, "data: A `kind` is required, got dict with 0 entries."),
        ({"data": {"kind": "spirl"}}, "data: The kind `spirl` is not known; there are: circle,"),
        ({"training": {"batch_size": 0}}, "training.batch_size: This must be at least"),
        (
            {"training": {"batch_size": "ful"}},
            "training.batch_size: This must be a whole number from 1 to 65,536, `full` or `auto`, "
            'got "ful".',
        ),
        (
            {"data": {"kind": "images", "name": "digits", "train_samples": "some"}},
            "data.train_samples: This must be a whole number from 10 to 60,000 or `all`, "
            'got "some".',
        ),
        ({"training": {"clip_norm": -1}}, "training.clip_norm: This must be greater than 0"),
        ({"training": {"l1": "x"}}, "training.l1: This must be a valid number"),
        (
            {"training": {"optimizer": {"kind": "adam", "momentum": 1}}},
            "training.optimizer.momentum: This field is not known.",
        ),
        (_layer(units=0), "network.layers[0].units: This must be at least 1"),
        (
            _layer(kernel_initializer={"kind": "normal", "standard_deviation": 0}),
            "network.layers[0].kernel_initializer.standard_deviation: This must be greater",
        ),
        (
            _layer(activation="rely"),
            "network.layers[0].activation: This must be 'linear', 'relu'",
        ),
        ({"network": {"layers": [{"kind": "dense"}]}}, "network.layers[0].id: This field is requ"),
        ({"network": {"layers": [{"kind": "dense", "id": "a b"}]}}, "network.layers[0].id: String"),
        (_layer(inputs=["a b"]), "network.layers[0].inputs[0]: String should match pattern"),
        (
            {"data": {"kind": "points", "points": [{"x": 7, "y": 0}]}},
            "data.points[0].x: This must be at most 6, got 7.",
        ),
        ({"data": {"kind": "points", "points": 3}}, "data.points: This must be a valid tuple"),
        (
            {"data": {"kind": "table", "table": 3, "target": "y", "inputs": [{"name": "x"}]}},
            "data.table: This must be a valid string, got 3.",
        ),
        (
            {"data": {"kind": "table", "target": "y"}},
            "data.table: This field is required (1 more).",
        ),
        ({"format": 2}, "format: This netlapse reads spec format 1, got 2. Install a newer"),
        ({"format": "1"}, 'format: This netlapse reads spec format 1, got "1".'),
    ],
    ids=str,
)
def test_errors_name_the_field(change: dict[str, Any], message: str) -> None:
    assert _refused(change).startswith(message)


def test_a_field_named_like_its_kind_parsed_alone() -> None:
    with pytest.raises(SpecError) as raised:
        parse(TableData, {"kind": "table", "table": 3, "target": "y", "inputs": [{"name": "x"}]})
    assert raised.value.place == "table"


def test_errors_at_several_places_are_counted_once_each() -> None:
    change = {"training": {"batch_size": 0, "epochs": 0, "l1": -1}}
    assert _refused(change).endswith("got 0 (2 more).")


def test_a_path_into_what_is_not_there() -> None:
    assert field_path(("a", 3, "b"), {"a": []}) == "a[3].b"
    assert field_path(("a", "b"), None, "file: ") == "file: a.b"
    assert field_path((), {}) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "This is not JSON: Expecting value at line 1, column 1."),
        ("{", "This is not JSON: Expecting property name"),
        ("[]", "A spec is a JSON object."),
        ("[" * 100_000, "This JSON is nested too deeply."),
        ('{"seed": ' + "1" * 5000 + "}", "A number in this JSON has thousands of digits."),
        ('{"data": {"kind": "xor", "noise": NaN}}', "data.noise: This must be a finite number"),
        ('{"data": {"kind": "xor"}, "seed": 1e400}', "seed: This must be a finite number"),
        ('{"data": {"kind": "xor"}, "name": "\\ud800"}', "name: "),
    ],
    ids=lambda text: text[:20],
)
def test_text_that_is_no_spec(text: str, message: str) -> None:
    with pytest.raises(SpecError) as raised:
        parse_spec(text)
    assert str(raised.value).startswith(message)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    spec = presets.wine()
    path.write_text(spec.to_json(), encoding="utf-8")
    assert read_spec(path) == spec
    path.write_text(spec.to_json(), encoding="utf-8-sig")  # as Windows' editor writes it
    assert read_spec(path) == spec
    for content, message in (
        (b"\xff\xfe{}", "spec.json: A spec file is UTF-8 text, and this is not."),
        (b" " * (8 * 1024 * 1024 + 1), "spec.json: A spec file holds at most 8,388,608 bytes."),
        (b'{"data": {"kind": "xor", "samples": 1}}', "spec.json: data.samples: This must be"),
        (b'{"format": 9}', "spec.json: format: This netlapse reads spec format 1, got 9."),
    ):
        path.write_bytes(content)
        with pytest.raises(SpecError) as raised:
            read_spec(path)
        assert message in str(raised.value)
    with pytest.raises(SpecError, match=r"The file cannot be read: No such file or directory\."):
        read_spec(tmp_path / "none.json")
