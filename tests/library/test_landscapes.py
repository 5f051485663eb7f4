"""Landscapes and warped planes from Python: now and at past steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import netlapse as nl
from netlapse.data import load
from netlapse.errors import InputError, SpecError, StateError
from netlapse.protocol.landscape import Landscape
from netlapse.protocol.views import BoundaryView, View
from netlapse.session.path import with_path
from netlapse.spec.changes import set_value

SPIRAL = set_value(nl.presets.spiral(), "training.epochs", 100)


@pytest.fixture(scope="module")
def run() -> Iterator[nl.Run]:
    with nl.start(SPIRAL, record=False) as run:
        run.train(steps=600)
        yield run


def test_a_landscape_is_the_loss_of_changed_networks(run: nl.Run):
    found = run.landscape(size=7, span=0.8, seed=3)
    assert found.losses.shape == (7, 7)
    assert found.step == run.step
    assert found.loss == pytest.approx(run.metrics.train.loss, rel=1e-5)
    assert (found.share, found.path, found.path_steps) == (None, None, None)
    assert "all 200 training samples" in found.note
    other = run.landscape(size=7, span=0.8, seed=4)
    assert (found.losses != other.losses).sum() == 48
    held = run.landscape(size=3, split="validation")
    assert held.part == "validation"
    assert run.metrics.validation is not None
    assert held.loss == pytest.approx(run.metrics.validation.loss, rel=1e-5)
    assert repr(found) == "<LossLandscape 7 × 7 of the train part at step 600, random plane>"


def test_a_path_leads_from_the_first_weights_to_the_state(run: nl.Run):
    found = run.landscape("path", size=9)
    assert found.path is not None
    assert found.path_steps is not None
    assert (found.path_steps[0], found.path_steps[-1]) == (0, run.step)
    assert (np.diff(found.path_steps) > 0).all()
    np.testing.assert_array_equal(found.path[-1], [0, 0])
    assert (found.path[0] <= 0).all()
    assert found.share is not None
    assert 0.5 < found.share <= 1
    for axis, values in enumerate((found.a, found.b)):
        assert values[0] < found.path[:, axis].min()
        assert values[-1] > found.path[:, axis].max()
    # A span of 2 is a square of twice the side around the same path.
    wide = run.landscape("path", size=9, span=2)
    np.testing.assert_allclose(np.ptp(wide.a), 2 * np.ptp(found.a), rtol=1e-5)
    np.testing.assert_array_equal(wide.path, found.path)


def test_the_past_has_the_landscape_that_it_had():
    with nl.start(SPIRAL, record=False) as run:
        run.train(steps=200)
        run.intervene({"training.optimizer.learning_rate": 0.02})
        run.train(steps=100)
        then = {plane: run.landscape(plane, size=5) for plane in ("random", "path")}
        warped = run.warped_plane("hidden-2", (2, 5))
        run.train(steps=200)
        assert not np.array_equal(run.landscape(size=5).losses, then["random"].losses)
        moment = run.at(300)
        for plane, before in then.items():
            after = moment.landscape(plane, size=5)
            assert after.step == 300
            np.testing.assert_array_equal(after.losses, before.losses)
            np.testing.assert_array_equal(after.path_steps, before.path_steps)
        again = moment.warped_plane("hidden-2", (2, 5))
        np.testing.assert_array_equal(again.grid, warped.grid)
        assert run.step == 500


def test_a_warped_plane_is_what_the_units_give(run: nl.Run):
    size = 11
    for layer, units in (("hidden-1", (0, 7)), ("hidden-2", (3, 1))):
        found = run.warped_plane(layer, units, size=size)
        assert found.grid.shape == (size, size, 2)
        part, _ = run.picture(View(boundary=BoundaryView(width=size, height=size)))
        plane = part.boundary
        assert plane is not None
        assert plane.y is not None
        xs = np.linspace(plane.x.low, plane.x.high, size)
        ys = np.linspace(plane.y.low, plane.y.high, size)
        points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        expected = run.activations(points)[layer][:, list(units)].reshape(size, size, 2)
        np.testing.assert_allclose(found.grid, expected, atol=2e-5)
        raw = run.warped_plane(layer, units, size=size, before=True)
        np.testing.assert_allclose(np.tanh(raw.grid), found.grid, atol=1e-6)


def test_a_warped_plane_holds_the_samples(run: nl.Run):
    data = load(run.spec.data)
    found = run.warped_plane("hidden-1", (2, 4))
    raw = np.concatenate([data.train_raw, data.validation_raw])
    expected = run.activations(raw)["hidden-1"][:, [2, 4]]
    np.testing.assert_allclose(found.samples, expected, atol=2e-5)
    targets = np.concatenate([data.train_targets, data.validation_targets]).ravel()
    np.testing.assert_array_equal(found.targets, targets)
    assert found.training == len(data.train_raw)


def test_wrong_questions_get_one_sentence(run: nl.Run):
    with pytest.raises(SpecError, match="must be 'random' or 'path', got \"circle\""):
        run.landscape("circle")
    with pytest.raises(SpecError, match="size: This must be at least 3, got 2"):
        run.landscape(size=2)
    with pytest.raises(SpecError, match="span: This must be greater than 0"):
        run.landscape(span=0)
    with pytest.raises(InputError, match="There is no layer `gone`"):
        run.warped_plane("gone")
    with pytest.raises(InputError, match="The units of layer `output` are 0 to 0, got 1"):
        run.warped_plane("output")
    with pytest.raises(SpecError, match="two units of a layer, got 3"):
        run.warped_plane("hidden-1", 3)  # type: ignore[arg-type]


def test_a_training_that_has_not_begun_has_no_path():
    with nl.start(SPIRAL, record=False) as run:
        with pytest.raises(StateError) as refused:
            run.landscape("path")
        assert str(refused.value) == (
            "There is no path yet: the training has not begun. "
            "Train first, or take random directions."
        )
        assert run.landscape(size=3).step == 0
        run.train(steps=1)
        with pytest.raises(StateError, match="A path needs two states before"):
            run.landscape("path")


def test_the_keyframes_of_a_path_are_states_of_the_training():
    with nl.start(SPIRAL, record=False) as run:
        for _ in range(4):
            run.train(steps=100)
        question = Landscape(kind="landscape", plane="path")
        asked, payload = with_path(run.store, run.id, question)
        assert {100, 200, 300, 400} <= set(asked.path)
        rows = np.frombuffer(payload, "<f4").reshape(len(asked.path), -1)
        for step, row in zip(asked.path, rows, strict=True):
            weights = run.at(step).weights()
            names = sorted(weights, key=lambda name: name.replace(".", "/"))
            np.testing.assert_array_equal(
                row, np.concatenate([weights[name].ravel() for name in names])
            )
        before, _ = with_path(run.store, run.id, question.model_copy(update={"at": 250}))
        assert max(before.path) == 200
