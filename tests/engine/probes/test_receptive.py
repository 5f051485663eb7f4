"""Receptive fields beside brute force: every pixel is changed, to see which units change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.engine.forward import forward
from netlapse.engine.probes.images import ImageProbe
from netlapse.engine.probes.receptive import Field, receptive_field
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.errors import InputError
from netlapse.spec.activations import activate
from tests.engine.probes.images import conv, head, image_trainer, named, pictures, shapes_of

NETWORKS: dict[str, list[dict[str, Any]]] = {
    "same": [conv("a", 2), conv("b", 3, kernel_size=5)],
    "valid": [conv("a", 2, padding="valid"), conv("b", 2, padding="valid", kernel_size=2)],
    "even": [conv("a", 2, kernel_size=4), conv("b", 2, kernel_size=2)],
    "strides": [
        conv("a", 2, stride=2),
        conv("b", 2, kernel_size=2, stride=3),
        conv("c", 2, kernel_size=3),
    ],
    "pools": [
        named("max-pool2d", pool=3, stride=2, padding="same"),
        conv("a", 2),
        named("average-pool2d", pool=2),
    ],
    "separable": [named("separable-conv2d", filters=3), named("batch-norm"), conv("b", 2)],
    "residual": [
        conv("a", 3),
        conv("b", 3, kernel_size=5),
        named("add", inputs=["a", "b"]),
        named("layer-norm"),
    ],
    "side by side": [
        conv("a", 2, kernel_size=1),
        conv("b", 3, kernel_size=5),
        named("concatenate", inputs=["a", "b"]),
        named("max-pool2d"),
    ],
    "whole": [conv("a", 2, stride=2), named("global-pool2d")],
    "softmax": [conv("a", 3, "softmax")],
}
AMONG = 12
"""Units of each layer that are looked at."""


def _looked(
    programs: Programs, layers: Any, data: Any = None, low: float = 0.3
) -> tuple[Trainer, Any]:
    trainer = image_trainer(programs, [*layers, *head()], data, low)
    image = trainer.samples.train_inputs[:1]
    return trainer, ImageProbe(trainer.structure).look(trainer.state.parameters, image)


def _field(trainer: Trainer, look: Any, layer: str, unit: Any) -> Field:
    return receptive_field(
        trainer.spec.network,
        shapes_of(trainer),
        trainer.state.parameters.get(layer, {}),
        look.activations,
        layer,
        unit,
    )


def _units(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Corners, and some between."""
    random = np.random.default_rng(0)
    corners = [tuple(0 for _ in shape), tuple(n - 1 for n in shape)]
    inner = [tuple(int(random.integers(n)) for n in shape) for _ in range(AMONG)]
    return [*corners, *inner]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_field_is_what_changes_a_unit(programs: Programs, name: str) -> None:
    trainer, look = _looked(programs, NETWORKS[name])
    image = trainer.samples.train_inputs[0]
    height, width, channels = image.shape
    changed = np.repeat(image[None], height * width + 1, axis=0)
    shift = 50.0 * np.arange(1, channels + 1)
    for pixel in range(height * width):
        changed[pixel + 1, pixel // width, pixel % width] += shift
    activations = forward(trainer.spec.network, trainer.state.parameters, {}, changed).activations
    for layer, shape in shapes_of(trainer).items():
        if layer == "output" or layer == "input":
            continue
        values = np.asarray(activations[layer])
        differs = np.abs(values[1:] - values[0]) > 1e-4 * (1e-3 + np.abs(values[0]))
        for unit in _units(shape):
            seen = differs[(slice(None), *unit)].reshape(height, width)
            rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
            visible = _field(trainer, look, layer, unit).visible
            assert visible[:2] == (
                (rows[0], rows[-1]),
                (columns[0], columns[-1]),
            ), (layer, unit)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_arithmetic_gives_the_value(programs: Programs, name: str) -> None:
    trainer, look = _looked(programs, NETWORKS[name], low=-1)
    for layer in trainer.spec.network.layers:
        for unit in _units(shapes_of(trainer)[layer.id]):
            found = _field(trainer, look, layer.id, unit)
            done = found.arithmetic
            assert found.value == pytest.approx(look.activations[layer.id][unit])
            if done.operation == "other":
                assert layer.kind == "layer-norm"
                continue
            assert done.sum is not None
            assert done.patch is not None
            if layer.function != "softmax":
                expected = float(activate(layer.function, np.float32(done.sum)))
                assert found.value == pytest.approx(expected, rel=1e-3, abs=1e-4)
            if done.kernel is not None:
                assert done.kernel.shape == done.patch.shape
                total = (done.patch * done.kernel).sum() + done.bias
                assert done.sum == pytest.approx(total, rel=1e-4, abs=1e-5)


def test_a_window_at_the_edge(programs: Programs) -> None:
    """Of a 3×3 convolution with `same` the corner sees four pixels and five of the padding."""
    trainer, look = _looked(programs, [conv("a", 2)])
    found = _field(trainer, look, "a", (0, 0, 1))
    assert found.values()["field"] == {"top": -1, "left": -1, "height": 3, "width": 3}
    assert found.values()["visible"] == {"top": 0, "left": 0, "height": 2, "width": 2}
    arrays = found.arrays()
    assert arrays["inside"].tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert (arrays["patch"][arrays["inside"] == 0] == 0).all()
    image = trainer.samples.train_inputs[0]
    np.testing.assert_array_equal(arrays["patch"][1:, 1:], image[:2, :2])
    kernel = np.asarray(trainer.state.parameters["a"]["kernel"])
    np.testing.assert_array_equal(arrays["kernel"], kernel[:, :, :, 1])
    assert found.reads == ("input",)


def test_two_convolutions_see_five_pixels(programs: Programs) -> None:
    trainer, look = _looked(programs, [conv("a", 2), conv("b", 2)], pictures((11, 12, 1)))
    found = _field(trainer, look, "b", (5, 6, 0))
    assert found.values()["field"] == {"top": 3, "left": 4, "height": 5, "width": 5}
    assert found.values()["window"] == {"top": 4, "left": 5, "height": 3, "width": 3}


def test_a_pixel_of_the_input(programs: Programs) -> None:
    trainer, look = _looked(programs, [conv("a", 2)])
    found = _field(trainer, look, "input", (2, 3, 1))
    assert found.value == trainer.samples.train_inputs[0, 2, 3, 1]
    assert found.values()["visible"] == {"top": 2, "left": 3, "height": 1, "width": 1}


@pytest.mark.parametrize("unit", [(9, 0, 0), (0, 0, 2), (0, 0), (3,)])
def test_a_unit_that_does_not_exist(programs: Programs, unit: tuple[int, ...]) -> None:
    trainer, look = _looked(programs, [conv("a", 2)])
    with pytest.raises(InputError, match=r"The layer `a` has 9 × 7 × 2 units, got unit \("):
        _field(trainer, look, "a", unit)
