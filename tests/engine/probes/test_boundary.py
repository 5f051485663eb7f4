"""Maps of the output and of every unit: quantized to half a level, finite whatever comes."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from netlapse.engine.forward import forward
from netlapse.engine.probes.boundary import LARGEST, BoundaryProbe, Map
from netlapse.engine.programs import Programs
from tests.engine.building import dense, edit, new_trainer, samples, spec, train


def _values(found: Map) -> Any:
    return found.zero + found.scale * found.stored.astype(np.float64)


def _probe(trainer: Any, *, unsigned: bool) -> tuple[BoundaryProbe, Any, Any]:
    random = np.random.default_rng(0)
    grid = random.normal(size=(40, 3)).astype(np.float32)
    units = random.normal(size=(9, 3)).astype(np.float32)
    return BoundaryProbe(trainer.structure, grid, units, unsigned=unsigned), grid, units


def test_probabilities_within_half_a_level(programs: Programs) -> None:
    trainer = new_trainer(programs, spec(), samples())
    train(trainer, 20)
    probe, grid, units = _probe(trainer, unsigned=True)
    maps = probe.maps(trainer.state.parameters, 0, 1, 1)
    output = trainer.activity(grid)["output"].T
    assert maps[""].stored.shape == (1, 40)
    assert np.abs(_values(maps[""]) - output).max() <= 0.5 / 255 + 1e-6
    activity = trainer.activity(units)
    for layer in ("hidden", "output"):
        found = maps[layer]
        assert found.zero == pytest.approx(-255 * found.scale / 2)
        assert -found.zero == pytest.approx(np.abs(activity[layer]).max())
        assert np.abs(_values(found) - activity[layer].T).max() <= found.scale * 0.5001


def test_values_of_a_regression_in_their_own_unit(programs: Programs) -> None:
    layers = [dense("hidden", 5), dense("output", 1, "linear")]
    trainer = new_trainer(programs, spec(layers), samples("regression"))
    probe, grid, _ = _probe(trainer, unsigned=False)
    parameters = trainer.state.parameters
    expected = trainer.activity(grid)["output"].T * 20 + 5
    np.testing.assert_allclose(probe.values(parameters, 5, 20)[""], expected, rtol=1e-5)
    found = probe.maps(parameters, 5, 20, 100)[""]
    assert -found.zero == 100  # the scale reaches at least so far
    assert np.abs(_values(found) - expected).max() <= found.scale * 0.5001


def test_large_layers_have_no_unit_maps(programs: Programs) -> None:
    layers = [dense("wide", 65), dense("narrow", 64), dense("output", 1, "sigmoid")]
    trainer = new_trainer(programs, spec(layers), samples())
    probe, _, _ = _probe(trainer, unsigned=True)
    assert set(probe.maps(trainer.state.parameters, 0, 1, 1)) == {"", "narrow", "output"}


def test_scales_stay_finite(programs: Programs) -> None:
    layers = [dense("hidden", 2, "linear"), dense("output", 1, "linear")]
    trainer = new_trainer(programs, spec(layers), samples("regression"))
    parameters = {
        layer: {name: jnp.full_like(value, 3e38) for name, value in own.items()}
        for layer, own in trainer.state.parameters.items()
    }
    probe, _, units = _probe(trainer, unsigned=False)
    assert not np.isfinite(
        forward(trainer.spec.network, parameters, {}, units).activations["hidden"]
    ).all()
    for found in probe.maps(parameters, 0, 1, 1).values():
        assert -found.zero == pytest.approx(LARGEST)
        assert np.isfinite([found.zero, found.scale]).all()


def test_a_constant_map(programs: Programs) -> None:
    layers = [dense("hidden", 1, "relu"), dense("output", 1, "sigmoid")]
    trainer = new_trainer(programs, spec(layers), samples())
    trainer.intervene([edit("hidden", "bias", (0,), -1000)])
    probe, _, _ = _probe(trainer, unsigned=True)
    dead = probe.maps(trainer.state.parameters, 0, 1, 1)["hidden"]
    assert np.abs(_values(dead)).max() < 1e-6
