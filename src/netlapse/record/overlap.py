"""Appending is idempotent: what is kept already is compared, and only the rest is taken."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netlapse.errors import RunError
from netlapse.record.contract import MetricRange


def fresh_part(
    given: MetricRange, recorded: int, kept: Callable[[int, int], MetricRange]
) -> MetricRange | None:
    """The part of `given` behind step `recorded`, copied; none where all is kept already.

    Args:
        given: Consecutive steps.
        recorded: The last step that is kept.
        kept: Gives the kept steps of a range, to compare with.

    Raises:
        RunError: Steps are missing between, or a kept step has other bits.
    """
    if given.first_step < 1 or given.first_step > recorded + 1:
        raise RunError(
            "Metrics must follow without a gap: "
            f"step {recorded + 1} is next, got {given.first_step}."
        )
    known = max(0, min(given.last_step, recorded) - given.first_step + 1)
    if known:
        _refuse_other(given, kept(given.first_step, given.first_step + known - 1))
    if known == len(given.loss):
        return None
    return MetricRange(
        given.first_step + known,
        np.array(given.loss[known:], np.float32),
        np.array(given.gradient_norm[known:], np.float32),
    )


def _refuse_other(given: MetricRange, kept: MetricRange) -> None:
    count = len(kept.loss)
    # Compared as bits: NaN equals itself, and 0.0 differs from -0.0.
    same = (_bits(given.loss[:count]) == _bits(kept.loss)) & (
        _bits(given.gradient_norm[:count]) == _bits(kept.gradient_norm)
    )
    if not same.all():
        step = given.first_step + int(np.argmin(same))
        raise RunError(f"What is recorded never changes: step {step} has other values now.")


def _bits(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32).view(np.uint32)
