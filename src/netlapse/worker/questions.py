"""Answers to questions about an open run: predictions, files of weights, images."""

from __future__ import annotations

from typing import Any

import numpy as np
from safetensors.numpy import save

from netlapse.engine.keyframes import parameter_tensors
from netlapse.errors import SpecError, StateError
from netlapse.protocol.messages import Evaluate, GetKeyframe, GetWeights, Predict
from netlapse.protocol.questions import Asked
from netlapse.worker import looks
from netlapse.worker.evaluations import evaluate
from netlapse.worker.opened import OpenRun

MAX_ROWS = 100_000


def answer(
    opened: OpenRun, question: Any, payload: memoryview
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values and arrays that a question asks for.

    Args:
        opened: The run that it is about, now or at a past step.
        question: A command that is answered by a `Reply`.
        payload: What came with it.

    Raises:
        InputError: The question does not fit the data or the network.
        StateError: It is no such question.
    """
    match question:
        case Predict():
            return {}, predict(opened, question, payload)
        case GetKeyframe():
            state = np.frombuffer(opened.trainer.keyframe(), np.uint8)
            return {"seconds": opened.seconds}, {"keyframe": state}
        case GetWeights():
            return {}, {"weights": np.frombuffer(weights_file(opened), np.uint8)}
        case Evaluate():
            evaluated = evaluate(opened, quick=False)
            return {"evaluation": evaluated.model_dump(mode="json")}, {}
        case Asked():
            return looks.answer(opened, question, payload)
        case _:
            raise StateError(f"The worker does not know `{type(question).__name__}`.")


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
