"""The data documents: bounds, tags, defaults, and what their schema tells a form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from netlapse.errors import SpecError
from netlapse.spec.base import Document, parse
from netlapse.spec.data import Bundled, Circle, Data, Points, Spirals, TableData, TruthTable

ADAPTER: TypeAdapter[Data] = TypeAdapter(Data)
SCHEMA = ADAPTER.json_schema()
GENERATORS = (
    "blobs",
    "circle",
    "gaussians",
    "line",
    "moons",
    "multi-gaussian",
    "parabola",
    "plane",
    "sine",
    "spiral",
    "spirals",
    "truth-table",
    "xor",
)
TABLE = {
    "kind": "table",
    "table": "0123456789abcdef" * 2,
    "target": "y",
    "inputs": [{"name": "a", "read_as": "numeric"}],
}


class Holder(Document):
    data: Data


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        parse(Holder, {"data": document})
    return str(caught.value)


@pytest.mark.parametrize("kind", GENERATORS)
def test_a_generator_needs_its_kind_alone(kind: str):
    document = ADAPTER.validate_python({"kind": kind})
    assert document.kind == kind
    assert ADAPTER.validate_json(document.to_json()) == document


def test_every_kind_is_a_required_tag_without_default():
    kinds = set(SCHEMA["discriminator"]["mapping"])
    assert kinds == {*GENERATORS, "bundled", "images", "own-images", "points", "table"}
    for reference in SCHEMA["discriminator"]["mapping"].values():
        definition = SCHEMA["$defs"][reference.rsplit("/", 1)[-1]]
        assert "kind" in definition["required"]
        assert "default" not in definition["properties"]["kind"]


def test_every_field_has_a_line_of_help_and_every_number_a_range():
    for name, definition in SCHEMA["$defs"].items():
        for field, schema in definition["properties"].items():
            if field == "kind":
                continue
            assert schema.get("description") or "$ref" in schema, f"{name}.{field}"
            if schema.get("type") in ("integer", "number"):
                assert "maximum" in schema, f"{name}.{field}"
                assert "minimum" in schema or "exclusiveMinimum" in schema, f"{name}.{field}"


@given(
    samples=st.integers(2, 100_000),
    noise=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
    fraction=st.floats(0, 0.9),
    features=st.lists(
        st.sampled_from(["x", "y", "x^2", "y^2", "xy", "sin x", "sin y"]), min_size=1, unique=True
    ),
)
def test_whatever_is_within_the_bounds_survives_the_journey_through_json(
    samples: int, noise: float, seed: int, fraction: float, features: list[str]
):
    plain = {
        "kind": "circle",
        "samples": samples,
        "noise": noise,
        "seed": seed,
        "validation_fraction": fraction,
        "features": features,
    }
    document = ADAPTER.validate_python(plain)
    assert json.loads(document.to_json()) == plain
    assert ADAPTER.validate_json(document.to_json()) == document


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("samples", 1, "data.samples: This must be at least 2, got 1."),
        ("samples", 100_001, "at most 100000, got 100001."),
        ("noise", 0.51, "data.noise: This must be at most 0.5, got 0.51."),
        ("noise", float("nan"), "data.noise:"),
        ("seed", -1, "data.seed:"),
        ("seed", 2**32, "data.seed:"),
        ("validation_fraction", 0.95, "data.validation_fraction:"),
        ("features", [], "data.features:"),
        ("features", ["x", "y", "x"], "`features` must not repeat a feature, got `x` twice."),
        ("features", ["z"], "data.features[0]:"),
        ("colour", "red", "data.colour: This field is not known."),
    ],
)
def test_what_is_out_of_bounds_is_refused_at_its_field(field: str, value: object, sentence: str):
    assert sentence in refused({"kind": "circle", field: value})


def test_an_unknown_kind_is_refused():
    assert refused({"kind": "donut"}).startswith("data:")
    assert refused({"samples": 3}).startswith("data:")


def test_documents_are_frozen():
    document = Circle(kind="circle")
    with pytest.raises(ValueError, match="frozen"):
        document.samples = 3  # pyright: ignore


def test_a_changed_copy_is_validated():
    document = Spirals(kind="spirals")
    assert document.with_changes(classes=5).classes == 5
    with pytest.raises(SpecError, match="classes"):
        document.with_changes(classes=11)


def test_digits_alone_are_not_standardized_unless_asked():
    standardized = {
        name: ADAPTER.validate_python({"kind": "bundled", "name": name}).standardize
        for name in ("iris", "wine", "breast-cancer", "digits")
    }
    assert standardized == {"iris": True, "wine": True, "breast-cancer": True, "digits": False}
    assert Bundled(kind="bundled", name="digits", standardize=True).standardize


def test_the_four_rows_of_a_gate_stay_together():
    document = TruthTable(kind="truth-table")
    assert (document.samples, document.validation_fraction, document.noise) == (4, 0, 0)
    assert "data.samples" in refused({"kind": "truth-table", "samples": 3})


@pytest.mark.parametrize(
    "table", ["", "../../etc/passwd", "0123456789ABCDEF" * 2, "0" * 31, "0" * 33, "0" * 32 + "\n"]
)
def test_the_id_of_a_table_is_32_hexadecimal_digits(table: str):
    assert ".table: String should match pattern" in refused({**TABLE, "table": table})


def test_the_columns_of_a_table_are_used_once():
    assert isinstance(ADAPTER.validate_python(TABLE), TableData)
    twice = [{"name": "a"}, {"name": "a", "read_as": "categorical"}]
    assert refused({**TABLE, "inputs": twice}).endswith(
        "`inputs` must not repeat a column, got `a` twice."
    )
    assert refused({**TABLE, "target": "a"}).endswith(
        "The target must not be among the inputs, got `a` as both."
    )
    assert ".inputs: Tuple should have at least 1 item" in refused({**TABLE, "inputs": []})


def test_drawn_points_lie_in_the_plane_and_are_bounded():
    point = {"x": 6, "y": -6, "label": 9}
    assert isinstance(ADAPTER.validate_python({"kind": "points", "points": [point]}), Points)
    assert ".points[0].x: This must be at most 6, got 6.1" in refused(
        {"kind": "points", "points": [{**point, "x": 6.1}]}
    )
    assert ".points[0].label: This must" in refused(
        {"kind": "points", "points": [{**point, "label": 10}]}
    )
    assert ".points: Tuple should have at most 5000 items" in refused(
        {"kind": "points", "points": [point] * 5001}
    )
