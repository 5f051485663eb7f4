"""Networks with batch normalization, dropout and changed images: the same bits for any division."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.engine.programs import Programs, structure_of
from netlapse.engine.samples import Samples
from netlapse.spec.document import Spec
from netlapse.spec.layers import convolutions, onednn
from tests.engine.building import dense, new_trainer, set_to, train

STEPS = 17
LAYERS: list[dict[str, Any]] = [
    {"kind": "conv2d", "id": "conv", "filters": 3, "activation": "linear"},
    {"kind": "batch-norm", "id": "norm"},
    {"kind": "activation", "id": "relu", "activation": "relu"},
    {"kind": "max-pool2d", "id": "pool"},
    {"kind": "spatial-dropout2d", "id": "maps", "rate": 0.2},
    {"kind": "flatten", "id": "flat"},
    {"kind": "dropout", "id": "drop", "rate": 0.3},
    dense("output", 10, "softmax"),
]
CHANGED = {"shift": 1, "rotate": 10, "noise": 0.05, "elastic": 0.5}


def _spec(augmentation: dict[str, Any] | None = CHANGED) -> Spec:
    """53 images in batches of 8: the last one of an epoch is filled up."""
    return Spec.model_validate(
        {
            "data": {"kind": "images", "name": "digits", "augmentation": augmentation},
            "network": {"layers": LAYERS},
            "training": {"optimizer": {"kind": "adam"}, "batch_size": 8, "epochs": 100},
            "seed": 5,
        }
    )


def _samples() -> Samples:
    random = np.random.default_rng(1)
    x = random.random((70, 8, 8, 1), dtype=np.float32)
    y = random.integers(0, 10, 70).astype(np.int32)
    return Samples("multiclass", 10, x[:53], y[:53], x[53:], y[53:])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_any_division_into_calls(programs: Programs, chunks: list[int]) -> None:
    whole, divided = (new_trainer(programs, _spec(), _samples()) for _ in range(2))
    np.testing.assert_array_equal(train(whole, STEPS), train(divided, STEPS, chunks))
    assert whole.keyframe() == divided.keyframe()


def test_any_division_into_calls_with_onednn(monkeypatch: pytest.MonkeyPatch) -> None:
    if not onednn.is_usable():
        pytest.skip("oneDNN is not in this build of JAX.")
    plain = new_trainer(Programs(), _spec(), _samples())
    monkeypatch.setattr(onednn, "LARGE_WORK", 0)
    monkeypatch.setattr(convolutions, "WIDE", 0)
    monkeypatch.setattr(convolutions, "FEW_CHANNELS", 0)
    monkeypatch.setattr(convolutions, "PATCHES_CHANNELS", 0)
    programs = Programs()
    whole, divided = (new_trainer(programs, _spec(), _samples()) for _ in range(2))
    losses = train(whole, STEPS)
    np.testing.assert_array_equal(losses, train(divided, STEPS, [1, 5, 2]))
    assert whole.keyframe() == divided.keyframe()
    np.testing.assert_allclose(losses, train(plain, STEPS), rtol=2e-5)


def test_an_intervention_replays_from_the_start_and_from_keyframes(programs: Programs) -> None:
    live = new_trainer(programs, _spec(), _samples())
    records = [train(live, 5)]
    kept = live.keyframe()
    records.append(train(live, 4, [3]))
    intervention = live.intervene([set_to("network.layers.drop.rate", 0.6)])
    records.append(train(live, STEPS - 9, [2]))
    record = np.concatenate(records)
    for keyframe, start in ((None, 0), (kept, 5)):
        replayed = new_trainer(
            programs, _spec(), _samples(), interventions=[intervention], keyframe=keyframe
        )
        np.testing.assert_array_equal(train(replayed, STEPS - start), record[start:])
        assert replayed.keyframe() == live.keyframe()


def test_augmentation_belongs_to_the_program(programs: Programs) -> None:
    samples = _samples()
    keys = {
        structure_of(_spec(changes), samples).key
        for changes in (None, CHANGED, {**CHANGED, "shift": 2})
    }
    assert len(keys) == 3
    off = {"shift": 0, "rotate": 0, "zoom": 0, "shear": 0}
    assert structure_of(_spec(off), samples).augmentation is None
    del programs


def test_training_sees_changed_images_and_evaluation_does_not(programs: Programs) -> None:
    samples = _samples()
    plain, changed = (new_trainer(programs, _spec(chosen), samples) for chosen in (None, CHANGED))
    assert plain.scores() == changed.scores()
    assert train(plain, 1)[0] != pytest.approx(train(changed, 1)[0], rel=1e-4)


TRAINED = """
import hashlib, jax
from netlapse.engine.programs import Programs
from tests.engine import test_image_determinism as here
trainer = here.new_trainer(Programs(), here._spec(), here._samples())
here.train(trainer, 5)
print(len(jax.devices()), hashlib.sha256(trainer.keyframe()).hexdigest())
"""


def test_one_and_two_devices_give_the_same_bits() -> None:
    """A process with two devices computes on one of them: bits do not belong to the machine."""
    outcomes: list[list[str]] = []
    for devices in (1, 2):
        flags = f"--xla_force_host_platform_device_count={devices}"
        done = subprocess.run(
            [sys.executable, "-c", TRAINED],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "XLA_FLAGS": flags},
            capture_output=True,
            text=True,
            check=True,
        )
        outcomes.append(done.stdout.split())
    (one, first), (two, second) = outcomes
    assert (one, two) == ("1", "2")
    assert first == second
