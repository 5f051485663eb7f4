"""Pictures: everything in one belongs to its step, whatever the worker does meanwhile."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from netlapse.data import Dataset, load
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.protocol.frames import unpack
from netlapse.protocol.messages import Picture
from netlapse.spec import presets
from netlapse.spec.document import Spec
from netlapse.worker.parts import samples_of
from tests.engine.building import train
from tests.worker.driving import Driver
from tests.worker.test_commands import SPEC, set_to

FULL = {
    "boundary": {"width": 21, "height": 13, "unit_size": 7},
    "weights": True,
    "evaluation": True,
    "inspect": ["hidden", "drop", "output", "unknown"],
}
CLASSES = Spec.model_validate(
    {
        "data": {"kind": "bundled", "name": "iris"},
        "network": {
            "layers": [
                {"kind": "dense", "id": "hidden", "units": 4, "activation": "tanh"},
                {"kind": "dense", "id": "output", "units": 3, "activation": "softmax"},
            ]
        },
    }
)


def _picture(driver: Driver, view: Any, since: int, **fields: Any) -> tuple[Picture, Any, Any]:
    """Want one picture; gives it with its arrays and its stored bytes."""
    driver.send("want", view=view, **fields)
    picture, payload = driver.wait_with_payload(lambda e: e.kind == "picture", since)
    raw = {
        b.name: np.frombuffer(payload, b.dtype, int(np.prod(b.shape)), b.offset)
        for b in picture.buffers
    }
    return picture, unpack(picture.buffers, payload), raw


def _forward(arrays: Any, features: Any, last: str = "sigmoid") -> tuple[Any, Any]:
    """Hidden and output activations, from the weights in the picture, in float64."""
    weights = {n.removeprefix("parameter:"): a.astype(np.float64) for n, a in arrays.items()}
    hidden = np.tanh(features @ weights["hidden:kernel"] + weights["hidden:bias"])
    z = hidden @ weights["output:kernel"] + weights["output:bias"]
    if last == "sigmoid":
        return hidden, 1 / (1 + np.exp(-z))
    if last == "softmax":
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return hidden, powers / powers.sum(axis=1, keepdims=True)
    return hidden, z


def _scale(picture: Picture, name: str) -> float:
    return next(b.scale for b in picture.buffers if b.name == name)


def _assert_true(picture: Picture, arrays: Any, dataset: Dataset) -> None:
    """Boundary, unit maps and metrics are those of the weights in the same picture."""
    grid = dataset.plane_points((0, 1), (21, 13)).features
    _, output = _forward(arrays, grid)
    shown = arrays["boundary"].reshape(1, -1).T
    assert np.abs(shown - output).max() <= 0.501 / 255

    units = dataset.plane_points((0, 1), (7, 7)).features
    hidden, small = _forward(arrays, units)
    for name, expected in (("unit:hidden", hidden), ("unit:drop", hidden), ("unit:output", small)):
        shown = arrays[name].reshape(len(arrays[name]), -1).T
        assert np.abs(shown - expected).max() <= _scale(picture, name) * 0.501

    evaluation = picture.evaluation
    assert evaluation is not None
    assert evaluation.step == picture.step
    assert evaluation.validation is not None
    for split, inputs, targets in (
        (evaluation.train, dataset.train_inputs, dataset.train_targets),
        (evaluation.validation, dataset.validation_inputs, dataset.validation_targets),
    ):
        _, p = _forward(arrays, inputs)
        loss = -np.where(targets > 0.5, np.log(p), np.log1p(-p)).mean()
        assert split.loss == pytest.approx(loss, rel=1e-4)
        assert split.accuracy == pytest.approx(((p > 0.5) == (targets > 0.5)).mean())


# --- what is in a picture ---------------------------------------------------------------------


def test_everything_belongs_to_its_step(worker: Driver, programs: Programs) -> None:
    """Also of pictures that come while it trains."""
    since = worker.open(SPEC)
    dataset = load(SPEC.data)
    worker.ask("pace", steps_per_second=3000)
    worker.ask("play")
    seen: list[tuple[Picture, Any]] = []
    for _ in range(8):
        picture, arrays, _ = _picture(worker, FULL, len(worker.events))
        seen.append((picture, arrays))
    worker.ask("pause")
    worker.ask("pace")
    steps = [picture.step for picture, _ in seen]
    assert steps == sorted(steps)
    assert steps[-1] > steps[0]
    trainer = Trainer(SPEC, samples_of(dataset), programs)
    for picture, arrays in seen:
        _assert_true(picture, arrays, dataset)
        if picture.step > trainer.step:
            train(trainer, picture.step - trainer.step)
        for name in picture.parameters:
            _, layer, parameter = name.split(":")
            expected = trainer.state.parameters[layer][parameter]
            np.testing.assert_array_equal(arrays[name], expected)
        assert picture.epoch == pytest.approx(trainer.progress)
        assert picture.learning_rate == pytest.approx(trainer.learning_rate)
    assert since >= 0


def test_layers(worker: Driver, programs: Programs) -> None:
    since = worker.open(SPEC)
    worker.play_to(100)
    picture, arrays, _ = _picture(worker, FULL, since)
    assert [part.layer for part in picture.layers] == ["hidden", "drop", "output"]
    dataset = load(SPEC.data)
    hidden, output = _forward(arrays, dataset.train_inputs)
    np.testing.assert_allclose(arrays["activation:hidden"], hidden.mean(axis=0), atol=1e-5)
    # The gradient of the mean loss by the output's sums is p - y, without dropout.
    error = (output - dataset.train_targets) / len(output)
    np.testing.assert_allclose(arrays["gradient:output:kernel"], hidden.T @ error, atol=1e-5)
    np.testing.assert_allclose(arrays["gradient:output:bias"], error.sum(axis=0), atol=1e-5)
    assert [summary.quantity for summary in picture.layers[0].summaries] == [
        "activations",
        "pre-activations",
        "weights",
        "biases",
        "weight gradients",
        "bias gradients",
    ]
    weights = picture.layers[0].summaries[2]
    kernel = arrays["parameter:hidden:kernel"]
    assert (weights.count, weights.minimum, weights.maximum) == (10, kernel.min(), kernel.max())
    assert sum(weights.counts) == 10


def test_several_inputs_and_classes(worker: Driver) -> None:
    dataset = load(CLASSES.data)
    since = worker.open(CLASSES)
    worker.play_to(50)
    for axes in ((0, 1), (3, 2), "pca"):
        boundary = {"width": 9, "height": 11, "unit_size": 5, "axes": axes}
        view = {"boundary": boundary, "weights": True}
        picture, arrays, _ = _picture(worker, view, len(worker.events))
        plane = dataset.plane_points(axes, (9, 11))
        _, output = _forward(arrays, plane.features, "softmax")
        assert arrays["boundary"].shape == (3, 11, 9)
        assert np.abs(arrays["boundary"].reshape(3, -1).T - output).max() <= 0.501 / 255
        assert picture.boundary is not None
        assert picture.boundary.y is not None
        names = (picture.boundary.x.name, picture.boundary.y.name)
        assert names == (plane.x_name, plane.y_name)
        assert picture.boundary.x.low == plane.x_values[0]
    # Axes that the data does not have: the plane that suits it.
    view = {"boundary": {"width": 9, "height": 11, "axes": (0, 99)}}
    picture, arrays, _ = _picture(worker, view, len(worker.events))
    assert picture.boundary is not None
    assert picture.boundary.description == dataset.plane_points(None, (9, 11)).description
    assert since >= 0


def test_a_curve(worker: Driver) -> None:
    """One input: the values themselves, in the target's unit."""
    spec = presets.sine()
    dataset = load(spec.data)
    since = worker.open(spec)
    worker.play_to(100)
    view = {"boundary": {"width": 50, "unit_size": 10}, "weights": True}
    picture, arrays, _ = _picture(worker, view, since)
    arrays = {name.replace("hidden-1", "hidden"): array for name, array in arrays.items()}
    assert picture.boundary is not None
    assert picture.boundary.y is None
    _, expected = _forward(arrays, dataset.plane_points(None, (50, 50)).features, "linear")
    assert arrays["boundary"].dtype == np.float32
    np.testing.assert_allclose(arrays["boundary"].T, dataset.original(expected), atol=1e-4)
    hidden, _ = _forward(arrays, dataset.plane_points(None, (10, 10)).features, "linear")
    np.testing.assert_allclose(arrays["unit:hidden"].T, hidden, atol=1e-4)


def test_a_surface(worker: Driver) -> None:
    """Two inputs and a number: bytes with a scale that holds the data's range."""
    spec = presets.plane()
    dataset = load(spec.data)
    since = worker.open(spec)
    worker.play_to(200)
    view = {"boundary": {"width": 12, "height": 12}, "weights": True}
    picture, arrays, _ = _picture(worker, view, since)
    kernel, bias = arrays["parameter:output:kernel"], arrays["parameter:output:bias"]
    z = dataset.plane_points((0, 1), (12, 12)).features @ kernel + bias
    expected = dataset.original(z)
    scale = _scale(picture, "boundary")
    assert np.abs(arrays["boundary"].reshape(1, -1).T - expected).max() <= 0.501 * scale
    assert 255 * scale >= 2 * np.abs(dataset.target_range).max() * (1 - 1e-6)


def test_nothing_that_is_not_wanted(worker: Driver) -> None:
    since = worker.open(SPEC)
    picture, arrays, _ = _picture(worker, {}, since)
    assert arrays == {}
    assert (picture.boundary, picture.evaluation, picture.layers) == (None, None, ())
    _, arrays, _ = _picture(worker, {"boundary": {"unit_size": 0}}, len(worker.events))
    assert list(arrays) == ["boundary"]


# --- when a picture comes ---------------------------------------------------------------------


def _pictures(driver: Driver, since: int, at_least: int) -> int:
    """How many came, once that many have come and others had their chance to come too."""

    def come() -> int:
        return sum(event.kind == "picture" for event, _ in driver.events[since:])

    driver.wait(lambda _: come() >= at_least, since)
    for _ in range(3):  # pictures are shown between commands that do not come in one go
        driver.ask("pace")
        time.sleep(0.03)
    return come()


def test_one_want_is_one_picture_and_only_of_something_new(worker: Driver) -> None:
    since = worker.open(SPEC)
    view = {"weights": True}
    worker.send("want", view=view)
    assert _pictures(worker, since, 1) == 1
    worker.send("want", view=view)  # nothing has changed: it waits
    assert _pictures(worker, since, 1) == 1
    worker.send("want", view={"evaluation": True})  # another view is another matter
    assert _pictures(worker, since, 2) == 2
    worker.ask("advance", steps=1)
    worker.wait(lambda e: e.kind == "picture" and e.step == 1, since)
    assert _pictures(worker, since, 3) == 3
    worker.send("want", view=view, fresh=True)
    assert _pictures(worker, since, 4) == 4


def test_what_is_shown_has_been_told_before(worker: Driver) -> None:
    """Whoever ends the worker now loses no step that a status or picture has shown."""
    since = worker.open(SPEC)
    worker.ask("pace", steps_per_second=300)
    worker.ask("play")
    for _ in range(6):
        pictures = len(worker.events)
        worker.send("want", view={"weights": True})
        worker.wait(lambda e: e.kind == "picture", pictures)
    worker.ask("pause")
    told, shown = 0, set[str]()
    for event, _ in worker.events[since:]:
        if event.kind == "metrics":
            told = event.first_step + event.count - 1
        elif event.kind in ("status", "picture"):
            assert event.step <= told, event.kind
            shown |= {event.kind} if event.step else set()
    assert shown == {"status", "picture"}


def test_an_edited_weight_is_something_new(worker: Driver) -> None:
    since = worker.open(SPEC)
    view = {"weights": True}
    _picture(worker, view, since)
    worker.send("want", view=view)
    edit = {"kind": "edit", "layer": "output", "parameter": "bias", "index": [0], "value": 7}
    worker.ask("intervene", changes=[edit])
    picture, payload = worker.wait_with_payload(
        lambda e: e.kind == "picture" and e.interventions == 1, since
    )
    assert picture.step == 0
    assert unpack(picture.buffers, payload)["parameter:output:bias"] == 7


def test_another_run_forgets_what_was_wanted(worker: Driver) -> None:
    worker.open(SPEC, "first")
    _picture(worker, {"weights": True}, len(worker.events))
    worker.send("want", view={"weights": True})
    since = worker.open(SPEC, "second")
    assert _pictures(worker, since, 0) == 0


def test_watched_or_not_the_losses_are_the_same(worker: Driver) -> None:
    found: list[bytes] = []
    for watched in (False, True):
        since = worker.open(SPEC)
        worker.ask("intervene", changes=[set_to("training.optimizer.learning_rate", 0.05)])
        if not watched:
            worker.play_to(20_000)
        else:
            worker.send("play", until_step=20_000)
            views = [FULL, {"weights": True}, {"evaluation": True}]
            for number in range(200):
                worker.send("want", view=views[number % 3], fresh=True)
            worker.wait(lambda e: e.kind == "status" and e.step == 20_000, since)
            worker.wait(lambda e: e.kind == "picture", since)
        found.append(worker.losses(since).tobytes())
    assert found[0] == found[1]
    assert len(found[0]) == 20_000 * 8
