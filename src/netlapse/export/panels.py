"""Seven panels of a run at a step: what is asked of the run, and what its pictures share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netlapse.data.plane import Axes
from netlapse.protocol.views import BoundaryView, View
from netlapse.scenes.boundary import boundary_scene
from netlapse.scenes.caption import Caption
from netlapse.scenes.seven_panels import (
    Limits,
    LossCurve,
    SevenPanelsScene,
    limits_of,
    loss_of,
    refuse_unfit,
    weight_layers,
)
from netlapse.spec.changes import intervene
from netlapse.spec.document import Spec
from netlapse.spec.training import batch_length

if TYPE_CHECKING:
    from netlapse.export.film import Film

GRID = 200
"""Columns and rows of the boundary."""
STATES = 21
"""Even states of the record whose largest numbers are the scales of a single picture."""


def panels_at(
    film: Film, caption: Caption, among: Sequence[int], *, is_linear: bool
) -> SevenPanelsScene:
    """The seven panels at the caption's step.

    Args:
        film: The run.
        caption: Which step.
        among: The steps of the animation that it is a picture of; none for a single picture.
        is_linear: Whether gradients are shown on a linear scale.

    Raises:
        DataError: The network is too large, or of another kind.
    """
    data, step = film.dataset, caption.step
    spec = _spec_at(film, step)
    refuse_unfit(spec.network, data.train_inputs.shape[1:])
    even = np.linspace(0, film.last_step, STATES).round().astype(int).tolist()
    limits = _common(film, tuple(sorted({*(among or even), step})))
    axes: Axes = (0, 1) if len(data.raw_inputs) <= 2 else "pca"
    picture, arrays = film.at(step).picture(_wanted(axes))
    assert picture.gradients is not None
    return SevenPanelsScene(
        caption=caption,
        fit=boundary_scene(caption, picture, arrays, data, axes),
        loss=_loss_curve(film, caption, spec, loss_of(picture)),
        layers=weight_layers(spec.network, arrays),
        input_names=data.feature_names,
        output_names=data.class_names if data.task == "multiclass" else (data.target_name,),
        gradient_samples=picture.gradients.samples,
        samples=len(data.train_inputs),
        has_penalty=spec.training.l1 > 0 or spec.training.l2 > 0,
        limits=limits,
        is_linear=is_linear,
    )


def _wanted(axes: Axes | None) -> View:
    boundary = None if axes is None else BoundaryView(width=GRID, height=GRID, axes=axes)
    return View(boundary=boundary, weights=True, gradients=True)


def _common(film: Film, states: tuple[int, ...]) -> Limits:
    """What the pictures of these states have in common; each state is looked at once."""
    if states not in film.panel_limits:
        data, last = film.dataset, states[-1]
        wanted = _wanted((0, 1) if len(data.raw_inputs) == 1 else None)
        targets = np.concatenate([data.train_targets, data.validation_targets])
        values = data.original(targets.astype(np.float64))
        film.panel_limits[states] = limits_of(
            {step: film.at(step).picture(wanted) for step in states},
            film.store.spec(film.run).network,
            targets=(float(values.min()), float(values.max())),
            losses=film.store.loss_columns(film.run, 1, last).high,
            epochs=float(film.epochs([last])[0]),
        )
    return film.panel_limits[states]


def _loss_curve(film: Film, caption: Caption, spec: Spec, loss: float) -> LossCurve:
    columns = film.store.loss_columns(film.run, 1, caption.step)
    ends = columns.first_step - 1 + columns.steps_per_column * np.arange(1, len(columns.low) + 1)
    samples = len(film.dataset.train_inputs)
    is_whole = batch_length(spec.training, samples) == samples
    return LossCurve(
        epochs=film.epochs(np.maximum(0, np.minimum(ends, caption.step) - 1)),
        low=columns.low,
        high=columns.high,
        is_full_batch=is_whole and all(one.kind != "dropout" for one in spec.network.layers),
        epoch=caption.epoch,
        loss=loss,
    )


def _spec_at(film: Film, step: int) -> Spec:
    """The spec as it reads at a step, with what was changed before."""
    spec = film.store.spec(film.run)
    for made in film.store.interventions(film.run):
        if made.step <= step:
            spec = intervene(spec, made.changes)
    return spec
