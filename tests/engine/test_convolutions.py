"""Convolutions and their gradients equal PyTorch's, for every form that is taken."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from netlapse.spec.layers import convolutions, onednn
from netlapse.spec.layers.convolutions import convolve, margins, output_length


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    height, width = draw(st.integers(1, 13)), draw(st.integers(1, 13))
    padding = draw(st.sampled_from(("same", "valid")))
    most = 6 if padding == "same" else min(6, height, width)
    channels = draw(st.sampled_from((1, 3, 6)))
    return {
        "batch": draw(st.sampled_from((1, 7, 8))),
        "size": (height, width),
        "kernel": draw(st.integers(1, most)),
        "stride": draw(st.integers(1, 3)),
        "padding": padding,
        "channels": channels,
        "filters": draw(st.sampled_from((1, 2, 5))),
        "each": draw(st.booleans()),
        "blocks": draw(st.booleans()),
        "large": draw(st.booleans()),
    }


@settings(max_examples=40, deadline=None)
@given(cases())
def test_values_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    height, width = case["size"]
    size, stride, padding = case["kernel"], case["stride"], case["padding"]
    channels = case["channels"]
    filters = channels if case["each"] else case["filters"]
    x = rng.normal(size=(case["batch"], height, width, channels)).astype(np.float32)
    depth = 1 if case["each"] else channels
    kernel = rng.normal(size=(size, size, depth, filters)).astype(np.float32)
    groups = channels if case["each"] else 1

    with pytest.MonkeyPatch.context() as patch:
        if case["blocks"]:  # as a large map would be: some images at a time
            patch.setattr(convolutions, "BLOCKED_BYTES", 1)
            patch.setattr(convolutions, "CACHED_BYTES", 20_000)
        if case["large"]:  # as a large batch would be: by oneDNN, where it is
            patch.setattr(convolutions, "FEW_CHANNELS", 0)
            patch.setattr(convolutions, "PATCHES_CHANNELS", 0)
            patch.setattr(convolutions, "WIDE", 0)
            patch.setattr(onednn, "LARGE_WORK", 0)
        value, back = jax.vjp(
            lambda x, k: convolve(x, k, stride=stride, padding=padding, groups=groups), x, kernel
        )
        g = rng.normal(size=value.shape).astype(np.float32)
        of_x, of_kernel = back(g)

    theirs = torch.tensor(x.transpose(0, 3, 1, 2).copy(), requires_grad=True)
    weights = torch.tensor(kernel.transpose(3, 2, 0, 1).copy(), requires_grad=True)
    down, across = (margins(n, size, stride, padding) for n in (height, width))
    padded = functional.pad(theirs, (*across, *down))
    expected = functional.conv2d(padded, weights, stride=stride, groups=groups)
    expected.backward(torch.tensor(g.transpose(0, 3, 1, 2).copy()))

    assert theirs.grad is not None
    assert weights.grad is not None
    places = tuple(output_length(n, size, stride, padding) for n in (height, width))
    assert value.shape[1:3] == places
    _close(value, expected.detach().permute(0, 2, 3, 1))
    _close(of_x, theirs.grad.permute(0, 2, 3, 1))
    _close(of_kernel, weights.grad.permute(2, 3, 1, 0))


def _close(ours: Any, theirs: torch.Tensor) -> None:
    scale = max(1.0, float(theirs.abs().max()))
    np.testing.assert_allclose(np.asarray(ours), theirs.numpy(), atol=2e-6 * scale)
