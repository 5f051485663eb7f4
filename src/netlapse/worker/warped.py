"""The plane of two inputs as two units see it, as a part of a picture."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data import Dataset
from netlapse.engine.probes.warped import WarpedProbe
from netlapse.engine.trainer import Trainer
from netlapse.errors import InputError
from netlapse.protocol.warped import WarpedPart, WarpedView

MOST_SAMPLES = 1000
"""Of each part."""
MAX_PROBES = 16


class Warped:
    """Draws warped planes of one training; keeps the compiled probes."""

    def __init__(self, trainer: Trainer, dataset: Dataset) -> None:
        self._trainer = trainer
        self._dataset = dataset
        self._probes: dict[str, WarpedProbe] = {}

    def of(self, trainer: Trainer) -> Warped:
        """The same of another moment of the training; the compiled probes are shared."""
        other = copy(self)
        other._trainer = trainer
        return other

    def draw(self, view: WarpedView) -> tuple[WarpedPart, dict[str, NDArray[Any]]]:
        """What a view shows now, and its buffers; where it does not fit the network, why not."""
        data = self._dataset
        names = data.raw_names if len(data.raw_names) == 2 else ("", "")
        training = min(MOST_SAMPLES, len(data.train_inputs))
        count, problem = 0, ""
        try:
            count = self._units(view.layer)
            _refuse_beyond(view, count)
        except InputError as error:
            problem = str(error)
        part = WarpedPart(
            layer=view.layer,
            units=view.units,
            count=count,
            seen_as=view.seen_as,
            x=names[0],
            y=names[1],
            training=training,
            problem=problem,
        )
        if problem:
            return part, {}
        seen = self._probe(view).seen(self._trainer.state.parameters, view.units)
        grid, samples = seen[: view.size**2], seen[view.size**2 :]
        targets = np.concatenate(
            [data.train_targets[:MOST_SAMPLES], data.validation_targets[:MOST_SAMPLES]]
        ).reshape(len(samples))
        if data.task == "regression":
            targets = data.original(targets.astype(np.float32))
        return part, {
            "warped:grid": grid.reshape(view.size, view.size, 2),
            "warped:samples": samples,
            "warped:targets": targets.astype(np.float32),
        }

    def _units(self, layer: str) -> int:
        """How many units a layer has to choose of.

        Raises:
            InputError: The data has not two inputs, or the layer has no single units.
        """
        inputs = len(self._dataset.raw_names)
        if inputs != 2:
            raise InputError(f"A warped plane needs data with two inputs, and this has {inputs}.")
        shapes = {one.layer: one.output_shape for one in self._trainer.structure.layers}
        shape = shapes.get(layer)
        if shape is None:
            raise InputError(f"There is no layer `{layer}`; there are: {', '.join(shapes)}.")
        if len(shape) != 1:
            raise InputError(f"Layer `{layer}` has maps, not single units.")
        return shape[0]

    def _probe(self, view: WarpedView) -> WarpedProbe:
        key = f"{self._trainer.structure.key} {view.layer} {view.seen_as} {view.size}"
        if key not in self._probes:
            if len(self._probes) >= MAX_PROBES:
                self._probes.clear()
            data = self._dataset
            grid = data.plane_points((0, 1), (view.size, view.size)).features
            points = np.concatenate(
                [grid, data.train_inputs[:MOST_SAMPLES], data.validation_inputs[:MOST_SAMPLES]]
            )
            before = view.seen_as == "pre-activations"
            self._probes[key] = WarpedProbe(
                self._trainer.structure, points, view.layer, before=before
            )
        return self._probes[key]


def _refuse_beyond(view: WarpedView, count: int) -> None:
    beyond = [unit for unit in view.units if unit >= count]
    if beyond:
        raise InputError(
            f"The units of layer `{view.layer}` are 0 to {count - 1}, got {beyond[0]}."
        )
