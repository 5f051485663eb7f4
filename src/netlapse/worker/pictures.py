"""From a view to a picture: everything in it belongs to one step."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass

import numpy as np

from netlapse.data import Dataset, InputPlane
from netlapse.engine.probes.boundary import BoundaryProbe
from netlapse.engine.probes.gradients import GradientProbe
from netlapse.engine.probes.layers import LayerProbe
from netlapse.engine.trainer import Trainer
from netlapse.errors import DataError
from netlapse.protocol.frames import Array, Quantized, pack
from netlapse.protocol.messages import (
    BoundaryPart,
    Evaluation,
    GradientPart,
    LayerPart,
    Picture,
)
from netlapse.protocol.views import BoundaryView, View
from netlapse.worker.drawings import Drawings
from netlapse.worker.microscope import Microscope
from netlapse.worker.parts import boundary_part, evaluation, layer_part, map_buffers
from netlapse.worker.showing import Predictions
from netlapse.worker.warped import Warped

MAX_WEIGHTS = 20_000
MAX_PROBES = 16
DRAGGED_SHARE = 0.15
"""Of the samples that metrics of a large network are made of, while somebody drags the timeline."""


@dataclass(frozen=True)
class _Grid:
    plane: InputPlane
    part: BoundaryPart
    probe: BoundaryProbe
    height: int


class Pictures:
    """Draws pictures of one training; keeps the compiled probes.

    Attributes:
        microscope: The look into layers.
        evaluated: The newest metrics that were computed by the clock.
    """

    def __init__(self, run: str, trainer: Trainer, dataset: Dataset, drawings: Drawings) -> None:
        self._run = run
        self._trainer = trainer
        self._dataset = dataset
        self._grids: dict[str, _Grid] = {}
        self._layer_probes: dict[str, LayerProbe] = {}
        self._gradient_probes: dict[str, GradientProbe] = {}
        self.microscope = Microscope(trainer, dataset, drawings)
        self._warped = Warped(trainer, dataset)
        self._predictions: Predictions | None = None
        self.evaluated: Evaluation | None = None

    def of(self, trainer: Trainer) -> Pictures:
        """The same of another moment of the training; the compiled probes are shared."""
        other = copy(self)
        other._trainer = trainer
        other.microscope = self.microscope.of(trainer)
        other._warped = self._warped.of(trainer)
        other._predictions = other.evaluated = None
        return other

    def draw(self, view: View, *, hurried: bool = False) -> tuple[Picture, bytes]:
        """The answer to a view now, and its payload.

        Args:
            view: What is wanted.
            hurried: Whether the network trains; predictions of a large one may then be those of an
                earlier step, which they name.
        """
        trainer = self._trainer
        buffers: dict[str, Array | Quantized] = {}
        boundary = None
        if view.boundary is not None:
            grid = self._grid(view.boundary)
            boundary = grid.part
            buffers |= self._boundary_buffers(grid, view.boundary)
        parameters: list[str] = []
        if view.weights:
            buffers |= (weights := self._weights())
            parameters = list(weights)
        layers: list[LayerPart] = []
        known = [entry.id for entry in trainer.spec.network.layers]
        wanted = [layer for layer in view.inspect if layer in known]
        if wanted:
            activity = self._layer_probe().activity(trainer.state.parameters)
            for layer in wanted:
                own = trainer.state.parameters.get(layer, {})
                part, found = layer_part(layer, activity, own)
                layers.append(part)
                buffers |= found
        gradients = None
        if view.gradients and self._is_small:
            gradients, found = self._gradients()
            buffers |= found
        scores = None
        if view.evaluation:
            scores = self._evaluation(DRAGGED_SHARE if view.nearest else 1.0)
        microscope = predictions = None
        if view.microscope is not None:
            microscope, found = self.microscope.draw(view.microscope)
            buffers |= found
        if view.predictions:
            self._predictions = self._predictions or Predictions(self._dataset)
            may_wait = hurried and not trainer.evaluator.is_small
            probe = self.microscope.probe
            predictions, found = self._predictions.draw(trainer, probe, may_wait=may_wait)
            buffers |= found
        warped = None
        if view.warped is not None:
            warped, found = self._warped.draw(view.warped)
            buffers |= found
        described, payload = pack(buffers)
        picture = Picture.model_construct(
            kind="picture",
            run=self._run,
            branch=0,
            step=trainer.step,
            epoch=trainer.progress,
            interventions=trainer.acted,
            view=view.key,
            at=view.at,
            learning_rate=trainer.learning_rate,
            boundary=boundary,
            evaluation=scores,
            layers=tuple(layers),
            parameters=tuple(parameters),
            gradients=gradients,
            microscope=microscope,
            predictions=predictions,
            warped=warped,
            buffers=described,
        )
        return picture, payload

    def _evaluation(self, share: float) -> Evaluation:
        """Metrics now; of a large network those that were computed last, with their own step."""
        trainer = self._trainer
        if self.evaluated is not None and not trainer.evaluator.is_small:
            return self.evaluated
        scores = trainer.scores(self._dataset.target_scale, quick=True, share=share)
        return evaluation(trainer.step, trainer.progress, scores)

    def _weights(self) -> dict[str, Array | Quantized]:
        if not self._is_small:
            return {}
        return {
            f"parameter:{layer}:{name}": np.asarray(value)
            for layer, own in self._trainer.state.parameters.items()
            for name, value in own.items()
        }

    def _gradients(self) -> tuple[GradientPart, dict[str, Array | Quantized]]:
        probe = self._gradient_probe()
        found = probe.at(self._trainer.state.parameters)
        loss = found.loss if math.isfinite(found.loss) else None
        return GradientPart(loss=loss, samples=found.samples), {
            f"loss-gradient:{layer}:{name}": value
            for layer, own in found.gradients.items()
            for name, value in own.items()
        }

    @property
    def _is_small(self) -> bool:
        """Whether all parameters may travel with a picture."""
        parameters = self._trainer.state.parameters
        return sum(a.size for own in parameters.values() for a in own.values()) <= MAX_WEIGHTS

    def _boundary_buffers(self, grid: _Grid, view: BoundaryView) -> dict[str, Array | Quantized]:
        parameters, data = self._trainer.state.parameters, self._dataset
        if grid.part.y is None:
            values = grid.probe.values(parameters, data.target_mean, data.target_scale)
            return {
                "boundary" if name == "" else f"unit:{name}": array
                for name, array in values.items()
            }
        least = 1.0
        if data.task == "regression":
            least = float(np.abs(data.target_range).max())
        maps = grid.probe.maps(parameters, data.target_mean, data.target_scale, least)
        return map_buffers(maps, grid.height, view.width, view.unit_size)

    def _grid(self, view: BoundaryView) -> _Grid:
        key = self._trainer.structure.key + view.model_dump_json()
        if key not in self._grids:
            if len(self._grids) >= MAX_PROBES:
                self._grids.clear()
            self._grids[key] = self._new_grid(view)
        return self._grids[key]

    def _new_grid(self, view: BoundaryView) -> _Grid:
        data = self._dataset
        count = len(data.raw_inputs)
        axes = None if count < 2 else view.axes
        try:
            plane = data.plane_points(axes, (view.width, view.height))
        except DataError:
            plane = data.plane_points(None, (view.width, view.height))
            axes = None
        unit_grid = None
        if view.unit_size >= 2:
            unit_grid = data.plane_points(axes, (view.unit_size, view.unit_size)).features
        probe = BoundaryProbe(
            self._trainer.structure, plane.features, unit_grid, unsigned=self._unsigned
        )
        return _Grid(plane, boundary_part(plane), probe, len(plane.y_values))

    @property
    def _unsigned(self) -> bool:
        last = self._trainer.spec.network.layers[-1]
        return last.function in ("sigmoid", "softmax")

    def _layer_probe(self) -> LayerProbe:
        key = self._trainer.structure.key
        if key not in self._layer_probes:
            self._layer_probes.clear()
            samples = self._trainer.samples
            self._layer_probes[key] = LayerProbe(self._trainer.structure, samples)
        return self._layer_probes[key]

    def _gradient_probe(self) -> GradientProbe:
        key = self._trainer.structure.key
        if key not in self._gradient_probes:
            self._gradient_probes.clear()
            samples = self._trainer.samples
            self._gradient_probes[key] = GradientProbe(self._trainer.structure, samples)
        return self._gradient_probes[key]
