"""Shapes, parameters, multiply-adds and memory of image networks: those of the real arithmetic."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.engine.forward import forward, initial_parameters
from netlapse.spec.examination import examine
from netlapse.spec.network import Facts, Network
from tests.spec import documents

BATCH = 3
RUNNING = {"moving_mean", "moving_variance"}


def _computed(network: Network, facts: Facts) -> tuple[Any, Any, Any]:
    """Shapes of the parameters, the sums and the activations, as the engine computes them."""

    def compute(key: Any, x: Any) -> Any:
        parameters = initial_parameters(network, facts.input_shape, 0)
        rates = {layer.id: dict(layer.hyperparameters()) for layer in network.layers}
        ids = jnp.arange(BATCH)
        activity = forward(network, parameters, rates, x, training=True, key=key, sample_ids=ids)
        return parameters, activity.pre_activations, activity.activations

    x = jax.ShapeDtypeStruct((BATCH, *facts.input_shape), jnp.float32)
    return jax.eval_shape(compute, jax.random.key(0), x)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_shapes_and_counts_are_those_that_are_computed(data: st.DataObject) -> None:
    facts = data.draw(documents.image_facts())
    network = Network.model_validate(data.draw(documents.finished_image_networks(facts)))
    examination = examine(network, facts)
    assert examination.trainable, examination.findings
    parameters, sums, activations = _computed(network, facts)
    trained = 0
    for layer, report in zip(network.layers, examination.layers, strict=True):
        real = activations[layer.id]
        assert real.shape == sums[layer.id].shape == (BATCH, *(report.output_shape or ()))
        assert real.dtype == jnp.float32
        assert report.memory_bytes * BATCH == real.size * real.dtype.itemsize
        own = parameters.get(layer.id, {})
        assert report.parameters == sum(a.size for name, a in own.items() if name not in RUNNING)
        trained += report.parameters
        # Every weight of a kernel is multiplied once for each place of the output.
        places = math.prod(real.shape[1:-1])
        kernels = sum(array.size for name, array in own.items() if name.endswith("kernel"))
        assert report.multiply_adds == places * kernels
    assert examination.parameters == trained


def _layer(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": "a", **fields}


@pytest.mark.parametrize(
    ("layer", "shape", "output", "parameters", "multiply_adds"),
    [
        # (28 + 2·2 - 5) / 1 + 1 = 28 places; 5·5·3·8 weights and 8 biases.
        (_layer("conv2d", filters=8, kernel_size=5), (28, 28, 3), (28, 28, 8), 608, 784 * 600),
        (
            _layer("conv2d", filters=4, kernel_size=3, stride=2, padding="valid"),
            (9, 7, 2),
            (4, 3, 4),
            76,
            12 * 72,
        ),
        (
            _layer("conv2d", filters=4, kernel_size=4, stride=3, use_bias=False),
            (10, 11, 1),
            (4, 4, 4),
            64,
            16 * 64,
        ),
        # 3·3·8 weights for each channel alone, 8·16 to mix them, 16 biases.
        (_layer("separable-conv2d", filters=16), (6, 6, 8), (6, 6, 16), 216, 36 * 200),
        (_layer("max-pool2d"), (7, 9, 4), (3, 4, 4), 0, 0),
        (_layer("max-pool2d", pool=3, stride=2, padding="same"), (7, 9, 4), (4, 5, 4), 0, 0),
        (_layer("average-pool2d", pool=3), (9, 9, 2), (3, 3, 2), 0, 0),
        (_layer("global-pool2d"), (5, 6, 7), (7,), 0, 0),
        (_layer("batch-norm"), (4, 4, 6), (4, 4, 6), 12, 0),
        (_layer("layer-norm", learn_offset=False), (4, 4, 6), (4, 4, 6), 6, 0),
        (_layer("spatial-dropout2d"), (4, 4, 6), (4, 4, 6), 0, 0),
        (_layer("flatten"), (4, 5, 6), (120,), 0, 0),
        (_layer("dense", units=10), (120,), (10,), 1210, 1200),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_closed_forms(
    layer: dict[str, Any],
    shape: tuple[int, ...],
    output: tuple[int, ...],
    parameters: int,
    multiply_adds: int,
) -> None:
    network = Network.model_validate({"layers": [layer]})
    (report,) = examine(network, Facts(shape, "multiclass", 10, 100)).layers
    assert report.output_shape == output
    assert (report.parameters, report.multiply_adds) == (parameters, multiply_adds)
    assert report.memory_bytes == 4 * math.prod(output)
