"""The first call of a training is short, whatever a step takes: nothing acts before it ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netlapse.engine.programs import structure_of
from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure
from netlapse.spec.presets import PRESETS
from netlapse.worker.pace import FIRST_STEPS, Pace

IMAGES = Samples(
    "multiclass",
    10,
    np.zeros((640, 28, 28, 1), np.float32),
    np.arange(640, dtype=np.int32) % 10,
    np.zeros((10, 28, 28, 1), np.float32),
    np.arange(10, dtype=np.int32),
)


def _structure(preset: str) -> Structure:
    return structure_of(PRESETS[preset].spec, IMAGES)


@pytest.mark.parametrize(
    ("preset", "least", "most"),
    [("advanced", 1, 2), ("intermediate", 2, 8), ("beginner", 9, 64), ("two-layer", 64, 64)],
)
def test_the_first_call_has_few_steps_of_a_large_network(
    preset: str, least: int, most: int
) -> None:
    count, wait_s = Pace(_structure(preset)).due(watched=True)
    assert least <= count <= most <= FIRST_STEPS
    assert wait_s == 0


def test_later_calls_follow_what_a_step_took_until_the_batch_changes() -> None:
    structure = _structure("advanced")
    pace = Pace(structure)
    first, _ = pace.due(watched=False)
    pace.took(first, 0.2 * first)
    assert pace.due(watched=False) == (4, 0.0)
    pace.took(4, 0.2)
    assert pace.due(watched=False) == (16, 0.0)  # the first call waits for memory, too
    pace.forget_cost(replace(structure, batch=structure.batch // 8))
    smaller, _ = pace.due(watched=False)
    assert smaller in range(first + 1, FIRST_STEPS)
