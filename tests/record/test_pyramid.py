"""Columns of losses: exact, few, the same however they were appended."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netlapse.record.pyramid import Pyramid


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(1, 4))
def test_any_division_gives_the_exact_columns(lengths: list[int], power: int) -> None:
    pyramid = Pyramid(max_columns=2**power)
    values = np.random.default_rng(sum(lengths)).normal(size=sum(lengths)).astype(np.float32)
    start = 0
    for length in lengths:
        pyramid.append(values[start : start + length])
        start += length
    columns = pyramid.columns()
    width = columns.steps_per_column
    assert len(columns.low) == -(-len(values) // width) <= 2**power
    assert width == 1 or len(values) > 2**power * width // 2
    for index in range(len(columns.low)):
        group = values[index * width : (index + 1) * width]
        assert columns.low[index] == group.min()
        assert columns.high[index] == group.max()


def test_nan_and_infinity() -> None:
    pyramid = Pyramid(max_columns=2)
    pyramid.append(np.array([np.nan, 1, np.inf, np.nan], np.float32))
    columns = pyramid.columns()
    assert columns.low.tolist() == [1, np.inf]
    assert columns.high.tolist() == [1, np.inf]
    pyramid = Pyramid(max_columns=2)
    pyramid.append(np.array([np.nan, np.nan], np.float32))
    assert np.isnan(pyramid.columns().low).all()
