"""The execution plan names what the bits of a training depend on."""

from __future__ import annotations

import numpy as np
import pytest

from netlapse.engine import structure
from netlapse.engine.plan import execution_plan
from netlapse.engine.programs import structure_of
from netlapse.engine.samples import Samples
from netlapse.spec.layers import onednn
from tests.engine.building import dense, samples, spec

CONVOLVING = [
    {"kind": "conv2d", "id": "conv", "filters": 4},
    {"kind": "flatten", "id": "flat"},
    dense("output", 4, "softmax"),
]


def _images() -> Samples:
    x, y = np.zeros((20, 8, 8, 1), np.float32), np.arange(20, dtype=np.int32) % 4
    return Samples("multiclass", 4, x[:16], y[:16], x[16:], y[16:])


@pytest.mark.parametrize("usable", [True, False])
def test_onednn_is_named_where_a_network_convolves(
    usable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onednn, "is_usable", lambda: usable)
    convolving = execution_plan(structure_of(spec(CONVOLVING), _images()))
    assert ("oneDNN" in convolving.variant) is usable
    assert "oneDNN" not in execution_plan(structure_of(spec(), samples())).variant


@pytest.mark.parametrize(("usable", "shards"), [(True, 1), (False, 2)])
def test_large_batches_are_divided_unless_onednn_divides_them(
    usable: bool, shards: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onednn, "is_usable", lambda: usable)
    assert execution_plan(structure_of(spec(CONVOLVING), _images())).shards == 1
    monkeypatch.setattr(structure, "SHARDED_WORK", 1)
    assert execution_plan(structure_of(spec(CONVOLVING), _images())).shards == 2
    monkeypatch.setattr(structure, "JOINT_WORK", 1)
    assert execution_plan(structure_of(spec(CONVOLVING), _images())).shards == shards
