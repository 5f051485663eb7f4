"""Pictures with gradients: of the loss over the whole training part, at the picture's own step."""

from __future__ import annotations

import numpy as np

from netlapse.data import load
from netlapse.spec import presets
from netlapse.spec.changes import set_value
from tests.worker.driving import Driver
from tests.worker.test_pictures import _picture

WANTED = {"weights": True, "gradients": True}


def test_the_gradient_is_that_of_the_weights_beside_it(worker: Driver) -> None:
    """Of a linear model, whose gradient has a closed form."""
    spec = presets.line()
    worker.open(spec)
    picture, arrays, _ = _picture(worker, WANTED, len(worker.events))
    data = load(spec.data)
    x, y = data.train_inputs.astype(np.float64), data.train_targets.astype(np.float64)
    residual = x @ arrays["parameter:output:kernel"] + arrays["parameter:output:bias"] - y
    assert picture.gradients is not None
    assert picture.gradients.samples == len(x)
    np.testing.assert_allclose(picture.gradients.loss, (residual**2).mean(), rtol=1e-5)
    np.testing.assert_allclose(
        arrays["loss-gradient:output:kernel"], 2 * x.T @ residual / len(x), rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(
        arrays["loss-gradient:output:bias"], 2 * residual.mean(axis=0), rtol=1e-4, atol=1e-6
    )


def test_a_large_network_has_none(worker: Driver) -> None:
    worker.open(set_value(presets.quadratic(), "network.layers[0].units", 4096))
    picture, arrays, _ = _picture(worker, WANTED, len(worker.events))
    assert picture.gradients is not None
    worker.open(set_value(presets.digits(), "network.layers[0].units", 512))
    picture, arrays, _ = _picture(worker, WANTED, len(worker.events))
    assert picture.gradients is None
    assert not any(name.startswith("loss-gradient") for name in arrays)
