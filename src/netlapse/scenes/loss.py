"""The loss of every step's batch up to a step, and of both parts where they were evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlapse.record.contract import EvaluationData, LossColumns
from netlapse.scenes.caption import Caption


@dataclass(frozen=True, eq=False)
class LossScene:
    """Curves of the loss. Where a column spans many steps, its ends are exact."""

    caption: Caption
    steps: NDArray[np.float64]
    """The last step of each column [k]."""
    steps_per_column: int
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    evaluated: NDArray[np.float64]
    """Steps of evaluations [m]."""
    train: NDArray[np.float64]
    """Loss of the whole training part [m]; NaN where it is not finite."""
    validation: NDArray[np.float64]
    """Loss of the whole validation part [m]; NaN where there is none."""
    last_step: int
    """Where the axis ends: the step shown, or the last of an animation."""
    least: float
    """The lower end of the axis of losses."""
    greatest: float
    """The upper end."""


def loss_scene(
    caption: Caption,
    columns: LossColumns,
    evaluations: Iterable[EvaluationData],
    *,
    last_step: int | None = None,
    extent: tuple[float, float] | None = None,
) -> LossScene:
    """The scene of the record up to the caption's step.

    Args:
        caption: Which run and step.
        columns: Losses of the steps up to it.
        evaluations: All that are recorded; those after the step are left out.
        last_step: Where the axis ends; by default the step.
        extent: Least and greatest loss of the axis; by default of what is shown.
    """
    shown = [entry for entry in evaluations if entry["step"] <= caption.step]
    ends = columns.first_step - 1 + columns.steps_per_column * np.arange(1, len(columns.low) + 1)
    train = _losses(shown, "train")
    validation = _losses(shown, "validation")
    least, greatest = extent or extent_of(columns, shown)
    return LossScene(
        caption=caption,
        steps=np.minimum(ends, caption.step).astype(np.float64),
        steps_per_column=columns.steps_per_column,
        low=columns.low,
        high=columns.high,
        evaluated=np.array([entry["step"] for entry in shown], np.float64),
        train=train,
        validation=validation,
        last_step=max(1, caption.step if last_step is None else last_step),
        least=least,
        greatest=greatest,
    )


def extent_of(columns: LossColumns, evaluations: Iterable[EvaluationData]) -> tuple[float, float]:
    """The least and the greatest finite loss; 0 and 1 where there is none."""
    shown = list(evaluations)
    values = np.concatenate(
        [columns.low, columns.high, _losses(shown, "train"), _losses(shown, "validation")]
    )
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _losses(evaluations: Iterable[EvaluationData], part: str) -> NDArray[np.float64]:
    found = [(entry.get(part) or {}).get("loss") for entry in evaluations]
    return np.array([np.nan if value is None else value for value in found], np.float64)
