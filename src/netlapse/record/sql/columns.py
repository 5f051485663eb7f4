"""A range of losses in few columns, from the levels where it is long."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netlapse.record.contract import LossColumns, MetricRange
from netlapse.record.pyramid import MAX_COLUMNS, columns_of
from netlapse.record.sql.chunks import BLOCK, GROUP, Extremes, extremes_of

Raw = Callable[[int, int], MetricRange]
"""The steps of a range."""
Levels = Callable[[int, int], Extremes]
"""The groups of the complete blocks from one to before another."""


def columns(
    first_step: int, last_step: int, steps: int, raw: Raw, levels: Levels, saved: int
) -> LossColumns:
    """The extremes of a range, exact: at most 1,024 columns.

    Up to 262,144 steps are read one by one. Longer ranges grow to the borders of groups.

    Args:
        first_step: The first step, at least 1.
        last_step: The last one, at most `steps`.
        steps: How many are recorded.
        raw: Reads steps.
        levels: Reads groups of complete blocks.
        saved: How many steps the levels may know of.
    """
    if last_step - first_step + 1 <= MAX_COLUMNS * GROUP:
        part = raw(first_step, last_step)
        return columns_of(part.loss, part.first_step)
    start, stop = (first_step - 1) // GROUP, -(-last_step // GROUP)
    low, high = _groups(start, stop, raw, levels, saved)
    width = -(-(stop - start) // MAX_COLUMNS)
    first = start * GROUP + 1
    last = min(stop * GROUP, steps)
    return LossColumns(
        last - first + 1,
        width * GROUP,
        extremes_of(low, width).low,
        extremes_of(high, width).high,
        first,
    )


def _groups(start: int, stop: int, raw: Raw, levels: Levels, saved: int) -> Extremes:
    """The groups from `start` to before `stop`, counted from 0."""
    per_block = BLOCK // GROUP
    known = saved // BLOCK * per_block
    parts: list[Extremes] = []
    if start < known:
        block = start // per_block
        low, high = levels(block, -(-min(stop, known) // per_block))
        inside = slice(start - block * per_block, min(stop, known) - block * per_block)
        parts.append(Extremes(low[inside], high[inside]))
    if stop > known:
        rest = raw(max(start, known) * GROUP + 1, stop * GROUP)
        parts.append(extremes_of(rest.loss))
    return Extremes(
        np.concatenate([each.low for each in parts]), np.concatenate([each.high for each in parts])
    )
