"""Questions: predictions, evaluation, files of weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as load_tensors

from netlapse.data import load
from netlapse.spec import presets
from tests.worker.driving import Driver, rows
from tests.worker.test_commands import SPEC
from tests.worker.test_pictures import CLASSES


def _weights(driver: Driver) -> dict[str, Any]:
    _, arrays = driver.reply("get-weights")
    return load_tensors(arrays["weights"].tobytes())


def test_predictions_are_those_of_the_weights(worker: Driver) -> None:
    worker.open(CLASSES)
    worker.play_to(30)
    dataset = load(CLASSES.data)
    raw = dataset.train_raw[:7]
    reply, arrays = worker.reply("predict", rows(raw), rows=7, layers=True)
    w = _weights(worker)
    assert set(w) == {"hidden.kernel", "hidden.bias", "output.kernel", "output.bias"}
    hidden = np.tanh(dataset.encode(raw) @ w["hidden.kernel"] + w["hidden.bias"])
    powers = np.exp(hidden @ w["output.kernel"] + w["output.bias"])
    np.testing.assert_allclose(arrays["activation:hidden"], hidden, atol=1e-5)
    np.testing.assert_allclose(
        arrays["outputs"], powers / powers.sum(axis=1, keepdims=True), atol=1e-5
    )
    np.testing.assert_array_equal(arrays["activation:output"], arrays["outputs"])
    assert reply.step == 30
    features = dataset.train_inputs[:7]
    _, encoded = worker.reply("predict", rows(features), rows=7, features=True)
    assert set(encoded) == {"outputs"}
    np.testing.assert_allclose(encoded["outputs"], arrays["outputs"], atol=1e-5)


def test_a_regression_answers_in_its_own_unit(worker: Driver) -> None:
    spec = presets.line()
    worker.open(spec)
    worker.play_to(20)
    dataset = load(spec.data)
    _, arrays = worker.reply("predict", rows([[0.5], [-1]]), rows=2)
    w = _weights(worker)
    inputs = dataset.encode(np.array([[0.5], [-1.0]]))
    expected = dataset.original(inputs @ w["output.kernel"] + w["output.bias"])
    np.testing.assert_allclose(arrays["outputs"], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("payload", "count", "message"),
    [
        (rows([[1, 2, 3]]), 1, "Each row must hold 2 values (x, y), got 3."),
        (rows([[1, 2]]), 2, "Each row must hold 2 values (x, y), got 1."),
        (b"\x00" * 7, 1, "Each row must hold 2 values (x, y), got 1.75."),
        (b"", 0, "Between 1 and 100,000 rows can be predicted, got 0."),
        (b"", -3, "Between 1 and 100,000 rows can be predicted, got -3."),
        (b"", 100_001, "Between 1 and 100,000 rows can be predicted, got 100,001."),
        (rows([[1, np.nan]]), 1, "Every value must be a finite number."),
        (rows([[1, np.inf]]), 1, "Every value must be a finite number."),
    ],
)
def test_rows_that_do_not_fit(worker: Driver, payload: bytes, count: int, message: str) -> None:
    worker.open(SPEC)
    answer = worker.ask("predict", payload, rows=count)
    assert (answer.kind, answer.problem.message) == ("refused", message)


def test_evaluation(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(12)
    reply, _ = worker.reply("evaluate")
    evaluation = reply.values["evaluation"]
    assert evaluation["step"] == reply.step == 12
    sent = worker.wait(lambda e: e.kind == "evaluated" and e.evaluation.step == 12, since)
    assert evaluation == sent.evaluation.to_dict()
    assert sum(map(sum, evaluation["train"]["confusion"])) == 77


def test_questions_while_training(worker: Driver) -> None:
    worker.open(SPEC)
    worker.ask("play")
    steps = [worker.reply("predict", rows([[0, 0]]), rows=1)[0].step for _ in range(5)]
    assert steps == sorted(steps)
    assert worker.ask("pause").step >= steps[-1]
