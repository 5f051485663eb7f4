"""The weights of one unit are those of the network, and each can be edited by its index."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from safetensors.numpy import load as load_tensors

from netlapse.spec import Spec
from netlapse.spec.base import parse
from tests.worker.driving import Driver

SPEC = parse(
    Spec,
    {
        "data": {"kind": "images", "name": "digits"},
        "network": {
            "layers": [
                {"kind": "conv2d", "id": "conv", "filters": 4, "kernel_size": 3},
                {"kind": "batch-norm", "id": "norm"},
                {"kind": "separable-conv2d", "id": "apart", "filters": 5, "kernel_size": 3},
                {"kind": "max-pool2d", "id": "pool", "pool": 2},
                {"kind": "flatten", "id": "flat"},
                {"kind": "dense", "id": "dense", "units": 6, "activation": "relu"},
                {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
            ]
        },
    },
)
PLACES = [
    ("conv", "kernel", (2, 1, 0, 3)),
    ("conv", "bias", (3,)),
    ("norm", "scale", (1,)),
    ("norm", "offset", (2,)),
    ("apart", "depthwise_kernel", (0, 2, 0, 3)),
    ("apart", "pointwise_kernel", (0, 0, 3, 4)),
    ("dense", "kernel", (57, 5)),
    ("output", "kernel", (5, 9)),
]


def weights(driver: Driver) -> dict[str, Any]:
    _, arrays = driver.reply("get-weights")
    return load_tensors(arrays["weights"].tobytes())


def unit_of(driver: Driver, layer: str, unit: int, **more: Any) -> tuple[dict[str, Any], Any]:
    reply, arrays = driver.reply("unit-weights", layer=layer, unit=unit, **more)
    return reply.values, arrays


def test_a_unit_has_its_part_of_every_array(worker: Driver) -> None:
    worker.open(SPEC)
    worker.play_to(3)
    whole = weights(worker)
    values, own = unit_of(worker, "conv", 3)
    assert values == {"shapes": {"kernel": [3, 3, 1, 4], "bias": [4]}, "renewed": []}
    np.testing.assert_array_equal(own["kernel"], whole["conv.kernel"][..., 3])
    np.testing.assert_array_equal(own["bias"], whole["conv.bias"][3:])
    values, own = unit_of(worker, "norm", 1)
    assert values["renewed"] == ["moving_mean", "moving_variance"]
    assert {name: array.tolist() for name, array in own.items()} == {
        name: [whole[f"norm.{name}"][1]]
        for name in ("scale", "offset", "moving_mean", "moving_variance")
    }
    _, own = unit_of(worker, "apart", 4)
    np.testing.assert_array_equal(own["depthwise_kernel"], whole["apart.depthwise_kernel"][:, :, 0])
    np.testing.assert_array_equal(
        own["pointwise_kernel"], whole["apart.pointwise_kernel"][0, 0, :, 4]
    )
    # What reads a flattened image has its shape.
    _, own = unit_of(worker, "dense", 5)
    assert own["kernel"].shape == (4, 4, 5)
    np.testing.assert_array_equal(own["kernel"].ravel(), whole["dense.kernel"][:, 5])
    assert unit_of(worker, "pool", 0) == ({"shapes": {}, "renewed": []}, {})


def test_any_weight_is_edited_by_its_index(worker: Driver) -> None:
    worker.open(SPEC)
    expected = weights(worker)
    for number, (layer, parameter, index) in enumerate(PLACES):
        value = 0.5 + number
        edit = {"kind": "edit", "layer": layer, "parameter": parameter, "index": index}
        answer = worker.ask("intervene", changes=[{**edit, "value": value}])
        assert answer.kind == "acknowledged", answer
        expected[f"{layer}.{parameter}"] = expected[f"{layer}.{parameter}"].copy()
        expected[f"{layer}.{parameter}"][index] = value
        # It is found where the Studio looks for it: at its place in the unit's part.
        values, own = unit_of(worker, layer, index[-1] if parameter != "depthwise_kernel" else 0)
        shape = values["shapes"][parameter]
        flat = int(np.ravel_multi_index(index, shape))
        at = flat if own[parameter].size == math.prod(shape) else flat // shape[-1]
        assert own[parameter].ravel()[at] == value
    for name, array in weights(worker).items():
        np.testing.assert_array_equal(array, expected[name])


def test_an_index_that_is_none(worker: Driver) -> None:
    worker.open(SPEC)
    edit = {"kind": "edit", "layer": "conv", "parameter": "kernel", "index": (3, 0, 0, 0)}
    answer = worker.ask("intervene", changes=[{**edit, "value": 1.0}])
    assert answer.kind == "refused"
    assert answer.problem.message == (
        "`conv.kernel` has shape (3, 3, 1, 4), so there is no entry [3, 0, 0, 0]."
    )


def test_a_unit_that_is_none(worker: Driver) -> None:
    worker.open(SPEC)
    for layer, unit, message in (
        ("conv", 4, "The layer `conv` has 4 units, got unit 4."),
        ("none", 0, "There is no layer `none`; there are: conv, norm, apart"),
    ):
        answer = worker.ask("unit-weights", layer=layer, unit=unit)
        assert answer.kind == "refused"
        assert answer.problem.message.startswith(message)
