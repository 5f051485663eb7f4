"""Initializers: bounds, mean and variance, beside PyTorch's; the same key gives the same bits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter

from netlapse.spec.initializers import Initializer, draw

INPUTS, OUTPUTS = 300, 200
KINDS: TypeAdapter[Any] = TypeAdapter(Initializer)


def _drawn(document: dict[str, Any], seed: int = 0) -> np.ndarray[Any, Any]:
    initializer = KINDS.validate_python(document)
    shape = (INPUTS, OUTPUTS)
    return np.asarray(draw(initializer, (seed, 7), shape, INPUTS, OUTPUTS))


def _torch(document: dict[str, Any]) -> np.ndarray[Any, Any]:
    torch.manual_seed(0)
    tensor = torch.empty(OUTPUTS, INPUTS)
    init = torch.nn.init
    uniform = document["distribution"] == "uniform"
    if document["kind"] == "glorot":
        (init.xavier_uniform_ if uniform else init.xavier_normal_)(tensor)
    else:
        gain = "relu" if document["kind"] == "he" else "linear"
        (init.kaiming_uniform_ if uniform else init.kaiming_normal_)(tensor, nonlinearity=gain)
    return tensor.numpy()


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize("kind", ["glorot", "he", "lecun"])
def test_statistics_are_pytorchs(kind: str, distribution: str) -> None:
    document = {"kind": kind, "distribution": distribution}
    ours, peer = _drawn(document), _torch(document)
    deviation = peer.std()
    assert ours.dtype == np.float32
    assert abs(ours.mean()) < 5 * deviation / math.sqrt(ours.size)
    assert ours.var() == pytest.approx(peer.var(), rel=0.03)
    # The fourth moment tells the distributions apart: 1.8 σ⁴ and 3 σ⁴.
    kurtosis = (ours**4).mean() / ours.var() ** 2
    assert kurtosis == pytest.approx((peer**4).mean() / peer.var() ** 2, rel=0.05)
    if distribution == "uniform":
        limit = deviation * math.sqrt(3)
        assert np.abs(ours).max() == pytest.approx(np.abs(peer).max(), rel=1e-3)
        assert np.abs(ours).max() <= limit * 1.01
    else:
        assert np.abs(ours).max() > 3.5 * deviation  # not truncated, unlike Keras


def test_normal() -> None:
    ours = _drawn({"kind": "normal", "standard_deviation": 0.2})
    assert ours.std() == pytest.approx(0.2, rel=0.02)
    assert abs(ours.mean()) < 0.005


def test_zeros_and_constant() -> None:
    assert not _drawn({"kind": "zeros"}).any()
    assert (_drawn({"kind": "constant", "value": 0.25}) == 0.25).all()


def test_the_same_key_gives_the_same_bits_and_another_others() -> None:
    document = {"kind": "he"}
    np.testing.assert_array_equal(_drawn(document, 4), _drawn(document, 4))
    assert (_drawn(document, 4) != _drawn(document, 5)).mean() > 0.99
