"""Metrics beside scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from netlapse.engine.probes.metrics import confusion_matrix, predicted_classes, score


def _compare(scores: Any, truth: Any, predicted: Any, classes: int) -> None:
    average = "binary" if classes == 2 else "macro"
    options: dict[str, Any] = {"labels": range(classes), "zero_division": 0}
    assert scores.accuracy == pytest.approx(metrics.accuracy_score(truth, predicted))
    for name, function in (
        ("precision", metrics.precision_score),
        ("recall", metrics.recall_score),
        ("f1", metrics.f1_score),
    ):
        assert getattr(scores, name) == pytest.approx(
            function(truth, predicted, average=average, **options)
        )
        np.testing.assert_allclose(
            getattr(scores, f"class_{name}"), function(truth, predicted, average=None, **options)
        )
    matrix = metrics.confusion_matrix(truth, predicted, labels=range(classes))
    np.testing.assert_array_equal(scores.confusion, matrix)
    np.testing.assert_array_equal(confusion_matrix(truth, predicted, classes), matrix)


@pytest.mark.parametrize("seed", range(6))
def test_several_classes(seed: int) -> None:
    random = np.random.default_rng(seed)
    classes, count = int(random.integers(3, 7)), int(random.integers(1, 60))
    outputs = random.random((count, classes)).astype(np.float32)
    truth = random.integers(0, classes - (seed % 2), count).astype(np.int32)  # one may not occur
    losses = random.random(count).astype(np.float32)
    scores = score("multiclass", losses, outputs, truth)
    assert scores.samples == count
    assert scores.loss == pytest.approx(losses.astype(np.float64).mean())
    assert scores.r2 is None
    _compare(scores, truth, outputs.argmax(axis=1), classes)


@pytest.mark.parametrize("threshold", [-1.0, 0.3, 0.5, 2.0])
def test_two_classes(threshold: float) -> None:
    random = np.random.default_rng(0)
    outputs = random.random((40, 1)).astype(np.float32)
    truth = (random.random((40, 1)) > threshold).astype(np.float32)
    scores = score("binary", outputs[:, 0], outputs, truth)
    _compare(scores, truth[:, 0].astype(int), (outputs[:, 0] > 0.5).astype(int), 2)


def test_a_probability_of_one_half_is_the_first_class() -> None:
    assert predicted_classes("binary", np.array([[0.5], [0.5000001]])).tolist() == [0, 1]


@pytest.mark.parametrize("scale", [1.0, 7.5])
@pytest.mark.parametrize("outputs", [1, 3])
def test_regression(outputs: int, scale: float) -> None:
    random = np.random.default_rng(0)
    targets = random.normal(size=(50, outputs)).astype(np.float32)
    predicted = (targets + 0.3 * random.normal(size=targets.shape)).astype(np.float32)
    scores = score("regression", predicted[:, 0], predicted, targets, scale)
    flat = (
        targets.astype(np.float64).ravel() * scale,
        predicted.astype(np.float64).ravel() * scale,
    )
    assert scores.mae == pytest.approx(metrics.mean_absolute_error(*flat))
    assert scores.rmse == pytest.approx(metrics.root_mean_squared_error(*flat))
    weighted = metrics.r2_score(
        targets.astype(np.float64),
        predicted.astype(np.float64),
        multioutput="variance_weighted",
    )
    assert scores.r2 == pytest.approx(weighted)
    assert scores.accuracy is None


def test_targets_without_spread_have_no_r2() -> None:
    targets = np.ones((5, 1), np.float32)
    assert score("regression", targets[:, 0], targets * 2, targets).r2 is None
