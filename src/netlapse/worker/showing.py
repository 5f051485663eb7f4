"""What the network says of a few samples, always the same: a table that follows the training."""

from __future__ import annotations

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


class Predictions:
    """The chosen samples of one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._task: Task = dataset.task
        self._part: Part = "validation" if len(dataset.validation_inputs) else "train"
        inputs, targets = part_of(dataset, self._part)
        order = np.random.default_rng(SEED).permutation(len(inputs))
        self._indices = np.sort(order[:SHOWN])
        self._inputs, self._targets = inputs[self._indices], targets[self._indices]

    def draw(
        self, trainer: Trainer, probe: ImageProbe
    ) -> tuple[PredictionsPart | None, dict[str, Array | Quantized]]:
        """The part and its buffers; none for a regression."""
        if self._task == "regression":
            return None, {}
        outputs = probe.outputs(trainer.state.parameters, self._inputs)
        found = ranked(self._task, outputs, self._targets)
        buffers = {f"prediction:{name}": values for name, values in found.items()}
        buffers["prediction:indices"] = self._indices.astype(np.int32)
        part = PredictionsPart.model_construct(part=self._part, count=len(self._indices))
        return part, {**buffers}
