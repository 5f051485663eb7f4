"""What the network says of a few samples, always the same: a table that follows the training."""

from __future__ import annotations

import time

import numpy as np

from netlapse.data import Dataset
from netlapse.engine.probes.images import ImageProbe
from netlapse.engine.trainer import Trainer
from netlapse.protocol.frames import Array, Quantized
from netlapse.protocol.messages import PredictionsPart
from netlapse.protocol.views import Part
from netlapse.spec.network import Task
from netlapse.worker.subjects import part_of, ranked

SHOWN = 50
SEED = 0
SHARE = 0.01
"""Of the time, that they may take while a large network trains."""

Buffers = dict[str, Array | Quantized]


class Predictions:
    """The chosen samples of one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._task: Task = dataset.task
        self._part: Part = "validation" if len(dataset.validation_inputs) else "train"
        inputs, targets = part_of(dataset, self._part)
        order = np.random.default_rng(SEED).permutation(len(inputs))
        self._indices = np.sort(order[:SHOWN])
        self._inputs, self._targets = inputs[self._indices], targets[self._indices]
        self._newest: tuple[PredictionsPart, Buffers] | None = None
        self._due = 0.0

    def draw(
        self, trainer: Trainer, probe: ImageProbe, *, may_wait: bool
    ) -> tuple[PredictionsPart | None, Buffers]:
        """The part and its buffers; none for a regression.

        Args:
            trainer: Whose network is asked.
            probe: Of its structure.
            may_wait: Whether those of an earlier step will do, so that they take but a small share
                of the time.
        """
        if self._task == "regression":
            return None, {}
        began = time.perf_counter()
        if self._newest is None or not may_wait or began >= self._due:
            self._newest = self._drawn(trainer, probe)
            self._due = began + (time.perf_counter() - began) / SHARE
        return self._newest

    def _drawn(self, trainer: Trainer, probe: ImageProbe) -> tuple[PredictionsPart, Buffers]:
        outputs = probe.outputs(trainer.state.parameters, self._inputs)
        found = ranked(self._task, outputs, self._targets)
        buffers: Buffers = {f"prediction:{name}": values for name, values in found.items()}
        buffers["prediction:indices"] = self._indices.astype(np.int32)
        part = PredictionsPart.model_construct(
            part=self._part, count=len(self._indices), step=trainer.step
        )
        return part, buffers
