"""The table of numerical conventions: every row has its test."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from netlapse.engine.programs import Programs
from tests.engine.building import new_trainer, parameters, samples, spec

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "design" / "numerics.md"
HEADER = re.compile(r"^\| (thing|---) \|")


def test_every_row_names_a_test_that_exists() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not HEADER.match(row)]
    assert len(rows) > 45
    for row in rows:
        cells = re.split(r"(?<!\\) \|(?= |$)", row)[:-1]
        assert len(cells) == 5, row
        named = re.fullmatch(r" `(tests/\S+\.py)::(\w+)(\[[\w.-]+\])?`", cells[-1])
        assert named, f"this row names no test: {row}"
        source = (ROOT / named[1]).read_text()
        assert f"def {named[2]}(" in source, f"{named[0]} does not exist"
        if named[3]:
            parts = named[3].strip("[]").split("-")
            assert all(part in source for part in parts) or "ACTIVATIONS" in source, named[0]


def test_defaults_of_a_dense_layer(programs: Programs) -> None:
    layers = [{"kind": "dense", "id": "only", "units": 300}]
    layers.append({"kind": "dense", "id": "output", "activation": "sigmoid", "units": 1})
    drawn = parameters(new_trainer(programs, spec(layers), samples(features=100)))
    assert not drawn["only.bias"].any()
    limit = np.sqrt(6 / 400)
    assert limit * 0.999 < np.abs(drawn["only.kernel"]).max() <= limit
