"""A record can be trained again, bit for bit, and what is not the record is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import netlapse as nl
from netlapse.record.memory import MemoryStore
from netlapse.replaying import verify
from tests.library.test_past import IMAGES, SPIRAL


@pytest.mark.parametrize("spec", [SPIRAL, IMAGES], ids=["spiral", "images"])
def test_a_run_with_changes_is_the_same_again(spec):
    with nl.start(spec, record=False) as run:
        run.train(steps=20)
        run.intervene({"training.optimizer.learning_rate": 0.02})
        run.train(steps=30)
        run.edit("output", "bias", 0, 0.5)
        run.train(steps=13)
        store = run._session.store
        seen: list[tuple[int, int]] = []
        verdict = verify(store, run.id, lambda *at: seen.append(at))
        assert (verdict.steps, verdict.difference) == (63, None)
        assert verdict.keyframes >= 3
        assert seen[-1] == (63, 63)


def test_epochs_that_were_added_are_trained_again():
    with nl.train(SPIRAL, record=False) as run:
        run.train(epochs=2)
        assert verify(run._session.store, run.id).difference is None


def changed_copy(run: nl.Run, step: int, keyframe: bool = False) -> tuple[MemoryStore, str]:
    """The record with one number changed."""
    kept, made = run._session.store, MemoryStore()
    copy = made.create(run.spec)
    metrics = kept.metrics(run.id)
    loss = metrics.loss.copy()
    if not keyframe:
        loss[step - 1] = np.nextafter(loss[step - 1], np.float32(9), dtype=np.float32)
    made.append_metrics(copy, 1, loss, metrics.gradient_norm)
    newest = kept.newest_keyframe(run.id)
    assert newest is not None
    data = bytearray(newest.data)
    if keyframe:
        data[-2] ^= 1
    made.save_keyframe(copy, replace(newest, data=bytes(data)))
    return made, copy


def test_the_first_other_loss_is_named():
    with nl.train(SPIRAL, steps=50, record=False) as run:
        verdict = verify(*changed_copy(run, 37))
        assert verdict.steps == 36
        assert str(verdict.difference).startswith("step 37: loss is 0.")


def test_another_state_is_named_by_parameter_and_index():
    with nl.train(SPIRAL, steps=50, record=False) as run:
        difference = verify(*changed_copy(run, 50, keyframe=True)).difference
        assert difference is not None
        assert difference.step == 50
        assert "[" in difference.what
