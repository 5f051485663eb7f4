"""Every layer of image networks beside PyTorch: values, gradients, statistics, for any batch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from netlapse.spec.layers import AnyLayer, Dropout, Pass, SpatialDropout2D
from netlapse.spec.network import Network
from tests.engine.image_reference import RUNNING, applied

CASES: dict[str, dict[str, Any]] = {
    "conv-same": {"kind": "conv2d", "filters": 5, "kernel_size": 3},
    "conv-even": {"kind": "conv2d", "filters": 5, "kernel_size": 4},
    "conv-valid": {"kind": "conv2d", "filters": 5, "kernel_size": 2, "padding": "valid"},
    "conv-stride": {"kind": "conv2d", "filters": 3, "kernel_size": 5, "stride": 2},
    "conv-valid-stride": {
        "kind": "conv2d",
        "filters": 3,
        "kernel_size": 3,
        "stride": 3,
        "padding": "valid",
        "use_bias": False,
    },
    "separable": {"kind": "separable-conv2d", "filters": 4},
    "separable-even-stride": {
        "kind": "separable-conv2d",
        "filters": 4,
        "kernel_size": 4,
        "stride": 2,
    },
    "separable-valid": {
        "kind": "separable-conv2d",
        "filters": 4,
        "kernel_size": 2,
        "padding": "valid",
        "use_bias": False,
    },
    "max-pool": {"kind": "max-pool2d"},
    "max-pool-overlapping": {"kind": "max-pool2d", "pool": 3, "stride": 2, "padding": "same"},
    "max-pool-even-same": {"kind": "max-pool2d", "pool": 4, "stride": 3, "padding": "same"},
    "average-pool": {"kind": "average-pool2d"},
    "average-pool-same": {"kind": "average-pool2d", "pool": 4, "stride": 3, "padding": "same"},
    "global-average": {"kind": "global-pool2d"},
    "global-max": {"kind": "global-pool2d", "mode": "max"},
    "batch-norm": {"kind": "batch-norm"},
    "batch-norm-plain": {
        "kind": "batch-norm",
        "momentum": 0.3,
        "epsilon": 0.01,
        "learn_scale": False,
        "learn_offset": False,
    },
    "batch-norm-frozen": {"kind": "batch-norm", "frozen": True},
    "layer-norm": {"kind": "layer-norm"},
    "flatten": {"kind": "flatten"},
    "activation": {"kind": "activation", "activation": "gelu"},
    "add": {"kind": "add", "inputs": ["input", "input", "input"]},
    "concatenate": {"kind": "concatenate", "inputs": ["input", "input"]},
}
EVEN, ODD = (8, 8, 3), (7, 5, 6)


def _layer(case: str) -> AnyLayer:
    return Network.model_validate({"layers": [{"id": "a", **CASES[case]}]}).layers[0]


def _channels_first(array: Any) -> torch.Tensor:
    values = np.array(array, np.float32)
    return torch.tensor(values.transpose(0, 3, 1, 2).copy() if values.ndim == 4 else values)


def _close(ours: Any, theirs: torch.Tensor) -> None:
    values = theirs.detach()
    expected = (values.permute(0, 2, 3, 1) if values.ndim == 4 else values).numpy()
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(np.asarray(ours), expected, atol=1e-5 * scale, rtol=1e-4)


@pytest.mark.parametrize(
    ("batch", "size"),
    [(1, EVEN), (7, ODD), (63, EVEN), (64, ODD)],
    ids=["1-even", "7-odd", "63-even", "64-odd"],
)
@pytest.mark.parametrize("case", CASES)
def test_values_and_gradients_are_those_of_pytorch(
    case: str, size: tuple[int, int, int], batch: int
) -> None:
    layer = _layer(case)
    rng = np.random.default_rng(0)
    count = len(layer.inputs or (1,))
    xs = tuple(rng.normal(size=(batch, *size)).astype(np.float32) for _ in range(count))
    declared = layer.parameters((size,) * count)
    own = {
        name: np.abs(rng.normal(size=p.shape)).astype(np.float32) for name, p in declared.items()
    }
    running = {name: own.pop(name) for name in RUNNING if name in own}
    above = rng.normal(size=(batch, *layer.output_shape((size,) * count))).astype(np.float32)
    numbers = {name: jnp.float32(value) for name, value in layer.hyperparameters().items()}

    @jax.jit
    def compute(own: Any, xs: Any) -> Any:
        context = Pass(training=True, key=None, sample_ids=None)
        value, back = jax.vjp(
            lambda own, xs: layer.apply({**running, **own}, numbers, xs, context), own, xs
        )
        still = Pass(training=False, key=None, sample_ids=None)
        evaluated = layer.apply({**running, **own}, numbers, xs, still)
        renewed = Pass(training=True, key=None, sample_ids=None)
        layer.apply({**running, **own}, numbers, xs, renewed)
        return value, back(above), evaluated, renewed.renew

    value, (of_weights, of_inputs), evaluated, renewed = compute(own, xs)

    inputs = [_channels_first(x).requires_grad_() for x in xs]
    weights = {name: torch.tensor(array, requires_grad=True) for name, array in own.items()}
    kept = [torch.tensor(array) for array in running.values()]
    with torch.no_grad():
        expected_evaluated = applied(layer, inputs, weights, kept, training=False)
    expected = applied(layer, inputs, weights, kept, training=True)
    (expected * _channels_first(above)).sum().backward()

    assert value.shape == above.shape
    _close(value, expected)
    _close(evaluated, expected_evaluated)
    for ours, theirs in zip(of_inputs, inputs, strict=True):
        assert theirs.grad is not None
        _close(ours, theirs.grad)
    for name, theirs in weights.items():
        assert theirs.grad is not None
        scale = max(1.0, float(theirs.grad.abs().max()))
        np.testing.assert_allclose(
            np.asarray(of_weights[name]), theirs.grad.numpy(), atol=1e-5 * scale, rtol=1e-4
        )
    # A frozen layer's new averages are not taken: tests/engine/test_image_layers.py.
    for name, theirs in zip(running, kept, strict=True) if not layer.is_frozen() else ():
        np.testing.assert_allclose(np.asarray(renewed[name]), theirs.numpy(), rtol=1e-4)


TIES: dict[str, tuple[dict[str, Any], torch.nn.Module]] = {
    "halved": ({"kind": "max-pool2d"}, torch.nn.MaxPool2d(2)),
    "overlapping": ({"kind": "max-pool2d", "pool": 3, "stride": 2}, torch.nn.MaxPool2d(3, 2)),
    "global": ({"kind": "global-pool2d", "mode": "max"}, torch.nn.AdaptiveMaxPool2d(1)),
}


@pytest.mark.parametrize("case", TIES)
def test_of_equal_values_the_first_gets_the_gradient(case: str) -> None:
    document, peer = TIES[case]
    layer = Network.model_validate({"layers": [{"id": "a", **document}]}).layers[0]
    x = np.random.default_rng(0).integers(0, 2, (4, 7, 9, 3)).astype(np.float32)
    still = Pass(training=False, key=None, sample_ids=None)
    value, back = jax.vjp(lambda x: layer.apply({}, {}, (x,), still), jnp.asarray(x))
    (ours,) = back(jnp.ones_like(value))
    theirs = _channels_first(x).requires_grad_()
    peer(theirs).sum().backward()
    assert theirs.grad is not None
    _close(ours, theirs.grad)


# --- dropout ----------------------------------------------------------------------------------


def _dropped(layer: Dropout | SpatialDropout2D, x: np.ndarray[Any, Any], ids: Any = None) -> Any:
    chosen = jnp.arange(len(x)) if ids is None else jnp.asarray(ids)
    context = Pass(training=True, key=jax.random.key(3), sample_ids=chosen)
    rate = {"rate": jnp.float32(layer.rate)}
    return np.asarray(layer.apply({}, rate, (jnp.asarray(x),), context))


def test_spatial_dropout_drops_whole_maps_as_pytorch_does() -> None:
    layer = SpatialDropout2D(kind="spatial-dropout2d", id="a", rate=0.3)
    x = np.random.default_rng(0).uniform(1, 2, (500, 4, 5, 16)).astype(np.float32)
    factors = _dropped(layer, x) / x
    torch.manual_seed(0)
    peer = torch.nn.Dropout2d(0.3)(_channels_first(x)).permute(0, 2, 3, 1).numpy() / x
    for ratios in (factors, peer):
        # A map is kept whole or dropped whole, and what is kept is divided by 1 - rate.
        np.testing.assert_allclose(ratios, np.broadcast_to(ratios[:, :1, :1], x.shape), rtol=1e-5)
        kept = ratios[:, 0, 0] > 0
        np.testing.assert_allclose(ratios[:, 0, 0][kept], 1 / 0.7, rtol=1e-5)
        assert kept.mean() == pytest.approx(0.7, abs=0.02)
    still = Pass(training=False, key=None, sample_ids=None)
    assert layer.apply({}, {"rate": jnp.float32(0.3)}, (x,), still) is x


@pytest.mark.parametrize("batch", [1, 7, 63, 64])
@pytest.mark.parametrize("kind", [Dropout, SpatialDropout2D])
def test_masks_of_maps_belong_to_their_samples(kind: Any, batch: int) -> None:
    layer = kind(kind=kind.model_fields["kind"].annotation.__args__[0], id="a", rate=0.5)
    x = np.ones((64, 5, 3, 4), np.float32)
    whole = _dropped(layer, x)
    ids = np.random.default_rng(1).permutation(64)[:batch]
    np.testing.assert_array_equal(_dropped(layer, x[:batch], ids), whole[ids])
    assert len(np.unique(whole.reshape(64, -1), axis=0)) > 10
