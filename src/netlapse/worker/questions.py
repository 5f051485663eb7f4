"""Answers to questions about the open run: predictions, files of weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from safetensors.numpy import save

from netlapse.engine.keyframes import parameter_tensors
from netlapse.errors import SpecError
from netlapse.protocol.messages import Predict
from netlapse.worker.opened import OpenRun

MAX_ROWS = 100_000


def predict(opened: OpenRun, question: Predict, payload: memoryview) -> dict[str, Any]:
    """Outputs [rows, outputs] for raw inputs, in the target's own unit; activations where wanted.

    Raises:
        SpecError: The rows have another width, hold values that are not finite, or are too many.
    """
    rows = _rows(opened, question, payload)
    data = opened.dataset
    features = rows if question.features else data.encode(rows)
    features = features.reshape(len(rows), *data.train_inputs.shape[1:])
    activity = opened.trainer.activity(features)
    last = opened.trainer.spec.network.layers[-1].id
    outputs = activity[last]
    if data.task == "regression":
        outputs = data.original(outputs).astype(np.float32)
    arrays: dict[str, Any] = {"outputs": outputs}
    if question.layers:
        arrays |= {f"activation:{layer}": value for layer, value in activity.items()}
    return arrays


def weights_file(opened: OpenRun) -> bytes:
    """The parameters as a safetensors file; tensors are named `<layer>.<parameter>`."""
    tensors = parameter_tensors(opened.trainer.state.parameters)
    named = {name.replace("/", "."): value for name, value in tensors.items()}
    return save(named, {"netlapse": f"step {opened.trainer.step}"})


def _rows(opened: OpenRun, question: Predict, payload: memoryview) -> Any:
    data = opened.dataset
    names = data.feature_names if question.features else data.raw_names
    if not 1 <= question.rows <= MAX_ROWS:
        raise SpecError(f"Between 1 and {MAX_ROWS:,} rows can be predicted, got {question.rows:,}.")
    if len(payload) != 4 * question.rows * len(names):
        raise SpecError(
            f"Each row must hold {len(names)} values ({', '.join(names[:8])}), "
            f"got {len(payload) / 4 / question.rows:g}."
        )
    values = np.frombuffer(payload, np.float32)
    if not np.isfinite(values).all():
        raise SpecError("Every value must be a finite number.")
    return values.reshape(question.rows, len(names))
