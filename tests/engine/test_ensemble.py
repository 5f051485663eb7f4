"""Many networks at once do what each does alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
import pytest

from netlapse.engine.block import is_small
from netlapse.engine.ensemble import Ensemble, with_seeds
from netlapse.engine.programs import Programs, structure_of
from netlapse.engine.samples import Samples
from netlapse.engine.trainer import Trainer
from netlapse.errors import SpecError
from netlapse.spec.changes import set_value
from netlapse.spec.document import Spec
from tests.engine.building import dense, samples, spec, two_layers

DROPOUT = {"kind": "dropout", "id": "drop", "rate": 0.3}
STEPS = 60
"""More than eight epochs of 53 samples in batches of 8: the last batch of an epoch has 5."""

CASES = {
    "sgd": (spec(), samples(), True),
    "adam": (spec(optimizer={"kind": "adam"}), samples(), True),
    "penalties, clipping, schedule": (
        spec(
            optimizer={"kind": "momentum"},
            l1=0.001,
            l2=0.01,
            clip_norm=0.5,
            schedule={"kind": "step", "every": 2, "factor": 0.5},
        ),
        samples(),
        True,
    ),
    "full batch": (spec(batch_size="full"), samples(count=24), True),
    "softmax": (spec(two_layers(5, "softmax", 3)), samples("multiclass", outputs=3), True),
    "regression": (spec(two_layers(5, "linear", 2)), samples("regression", outputs=2), True),
    "no bias": (
        spec([dense("hidden", 5, use_bias=False), dense("output", 1, "sigmoid")]),
        samples(),
        True,
    ),
    "dropout": (
        spec([dense("hidden", 5), DROPOUT, dense("output", 1, "sigmoid")]),
        samples(),
        False,
    ),
    "softmax inside": (
        spec([dense("hidden", 5, "softmax"), dense("output", 1, "sigmoid")]),
        samples(),
        False,
    ),
    "wide": (spec(two_layers(40)), samples(), False),
}


@pytest.mark.parametrize("case", CASES)
def test_each_network_is_trained_as_if_alone(case: str) -> None:
    described, data, small = CASES[case]
    assert is_small(structure_of(described, data)) == small
    ensemble = Ensemble(with_seeds(described, [3, 9, 2**32 - 1]), data)
    losses, norms = ensemble.advance(STEPS)
    assert losses.shape == norms.shape == (STEPS, 3)
    programs = Programs()
    for index, network in enumerate(ensemble.specs):
        trainer = Trainer(network, data, programs)
        steps = trainer.advance(STEPS)
        np.testing.assert_allclose(losses[:, index], steps.losses, rtol=2e-4, atol=1e-6)
        np.testing.assert_allclose(norms[:, index], steps.gradient_norms, rtol=2e-3, atol=1e-5)
        _assert_close(ensemble.parameters[index], trainer.state.parameters)


def test_learning_rates_may_differ() -> None:
    rates = (0.01, 0.1, 0.5)
    described = [set_value(spec(), "training.optimizer.learning_rate", rate) for rate in rates]
    _assert_like_trainers(described, samples())


def test_dropout_rates_may_differ() -> None:
    layers = [dense("hidden", 5), DROPOUT, dense("output", 1, "sigmoid")]
    other = [dense("hidden", 5), {**DROPOUT, "rate": 0.6}, dense("output", 1, "sigmoid")]
    _assert_like_trainers([spec(layers), spec(other)], samples())


@pytest.mark.parametrize("case", ["adam", "dropout"])
def test_bits_depend_neither_on_the_others_nor_on_calls(case: str) -> None:
    described, data, _ = CASES[case]
    many = Ensemble(with_seeds(described, range(50)), data)
    together, _ = many.advance(STEPS)
    alone = Ensemble(with_seeds(described, [37]), data)
    parts = [alone.advance(count)[0] for count in (1, 6, 7, 20, 26)]
    np.testing.assert_array_equal(np.concatenate(parts)[:, 0], together[:, 37])
    for a, b in zip(_leaves(many, 37), _leaves(alone, 0), strict=True):
        np.testing.assert_array_equal(a, b)


def test_more_steps_than_a_call_holds() -> None:
    described, data = spec(batch_size="full"), samples(count=8, features=1)
    ensemble = Ensemble(with_seeds(described, [0]), data)
    losses, _ = ensemble.advance(20_000)
    assert losses.shape == (20_000, 1)
    assert np.isfinite(losses).all() and losses[-1, 0] < losses[0, 0]


def test_scores_are_those_of_a_trainer() -> None:
    data = samples()
    ensemble = Ensemble(with_seeds(spec(), [0, 1]), data)
    ensemble.advance(STEPS)
    trainer = Trainer(ensemble.specs[1], data, Programs())
    trainer.advance(STEPS)
    for ours, theirs in zip(ensemble.scores()[1], trainer.scores(), strict=True):
        assert ours is not None and theirs is not None
        assert ours.accuracy == theirs.accuracy
        assert ours.loss == pytest.approx(theirs.loss, rel=1e-4)


def test_a_network_that_diverges_leaves_the_others_alone() -> None:
    layers = two_layers(5, "linear")
    described = [
        set_value(spec(layers), "training.optimizer.learning_rate", rate) for rate in (100.0, 0.01)
    ]
    losses, _ = Ensemble(described, samples("regression")).advance(STEPS)
    assert not np.isfinite(losses[-1, 0])
    assert np.isfinite(losses[:, 1]).all()


@pytest.mark.parametrize(
    "other",
    [
        spec(two_layers(6)),
        spec(batch_size=9),
        spec(optimizer={"kind": "adam"}),
        spec([dense("hidden", 5, bias_initializer={"kind": "normal"}), *two_layers()[1:]]),
    ],
)
def test_networks_must_share_their_structure(other: Spec) -> None:
    with pytest.raises(SpecError, match=r"must share .* network 1 differs from network 0\."):
        Ensemble([spec(), other], samples())


def test_no_network_is_no_ensemble() -> None:
    with pytest.raises(SpecError, match=r"^An ensemble needs at least one network\.$"):
        Ensemble([], samples())


def test_networks_together_cannot_stop_early() -> None:
    with pytest.raises(SpecError, match="can neither stop early nor"):
        Ensemble([spec(early_stopping={"patience": 3})], samples())


def _assert_like_trainers(described: Sequence[Spec], data: Samples) -> None:
    losses, _ = Ensemble(described, data).advance(STEPS)
    programs = Programs()
    for index, network in enumerate(described):
        alone = Trainer(network, data, programs).advance(STEPS).losses
        np.testing.assert_allclose(losses[:, index], alone, rtol=2e-4, atol=1e-6)


def _assert_close(ours: Any, theirs: Any) -> None:
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=2e-3, atol=1e-5)


def _leaves(ensemble: Ensemble, index: int) -> list[Any]:
    return jax.tree.leaves(ensemble.parameters[index])
