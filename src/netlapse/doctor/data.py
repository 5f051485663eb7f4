"""Rules about data and loss: imbalance of classes, unscaled inputs, a loss that does not fit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from netlapse.doctor import remedies
from netlapse.doctor.history import History, evidence
from netlapse.doctor.rule import Rule, Sign
from netlapse.protocol.diagnosis import Remedy
from netlapse.protocol.messages import Evaluation
from netlapse.protocol.vitals import Vitals
from netlapse.spec.training import Huber, MeanSquaredError

RARE = 0.1
"""A class with fewer of all samples is rare."""
MISSED = 0.1
FEWEST_EPOCHS = 5
LARGE, UNEQUAL = 50.0, 100.0
UNSOLVED = 0.5
BOUNDED = {
    "sigmoid": "between 0 and 1",
    "tanh": "between -1 and 1",
    "relu": "at least 0",
    "softmax": "between 0 and 1",
}


def _imbalance(history: History) -> Iterator[Sign]:
    if not history.evaluations or history.epoch < FEWEST_EPOCHS:
        return
    matrix = history.evaluations[-1].train.confusion
    if matrix is None:
        return
    total = sum(map(sum, matrix))
    even = 1 / len(matrix)
    for label, row in enumerate(matrix):
        share = sum(row) / max(1, total)
        if not 0 < share < min(RARE, even / 2):
            continue

        def recall(one: Evaluation, label: int = label) -> float:
            row = one.train.confusion[label] if one.train.confusion else ()
            return row[label] / sum(row) if sum(row) else 1.0

        lasting = history.lasting(history.evaluations, lambda one: recall(one) < MISSED)
        if not lasting:
            continue
        newest = lasting[-1]
        accuracy = newest.train.accuracy or 0.0
        yield Sign(
            since=lasting[0].step,
            evidence=[
                evidence(f"share of class {label + 1} among the samples", share, newest.step, RARE),
                evidence(f"recall of class {label + 1}", recall(newest), newest.step, MISSED),
                evidence("accuracy of the training part", accuracy, newest.step),
            ],
            explanation=f"Class {label + 1} is {100 * share:.2g} % of the samples, and "
            f"{100 * recall(newest):.2g} % of them are found. The accuracy of "
            f"{100 * accuracy:.3g} % comes from the frequent classes alone; look at recall and F1, "
            "and bring more samples of the rare one.",
            remedies=[*remedies.balanced(history), *remedies.wider(history)],
        )
        return


def _unscaled(history: History) -> Iterator[Sign]:
    if history.loss_left < UNSOLVED or _normalizes_first(history):
        return

    def unequal(vitals: Vitals) -> float:
        inputs = vitals.inputs
        least = inputs.least_deviation
        return inputs.greatest_deviation / least if least > 0 else 1.0

    def holds(vitals: Vitals) -> bool:
        return vitals.inputs.greatest_deviation >= LARGE or (
            unequal(vitals) >= UNEQUAL and vitals.inputs.greatest_deviation >= 5
        )

    lasting = history.lasting(history.vitals, holds)
    if not lasting:
        return
    newest = lasting[-1]
    inputs = newest.inputs
    yield Sign(
        since=lasting[0].step,
        evidence=[
            evidence(
                "greatest deviation of a feature", inputs.greatest_deviation, newest.step, LARGE
            ),
            evidence("least deviation of a feature", inputs.least_deviation, newest.step),
            evidence("largest value", inputs.largest, newest.step),
        ],
        explanation=f"The features deviate by {inputs.least_deviation:.2g} to "
        f"{inputs.greatest_deviation:.3g}, and the largest value is {inputs.largest:.3g}. Large "
        "features drown the small ones and drive units to where they are flat or dead.",
        remedies=_standardize(history),
    )


def _normalizes_first(history: History) -> bool:
    layers = [one for one in history.spec.network.layers if one.kind != "flatten"]
    return bool(layers) and layers[0].kind in ("batch-norm", "layer-norm")


def _standardize(history: History) -> list[Remedy]:
    if getattr(history.spec.data, "standardize", True):
        return []
    return [remedies.fix("Scale the inputs", ("replace", "/data/standardize", True))]


def _loss(history: History) -> Iterator[Sign]:
    training, layers = history.spec.training, history.spec.network.layers
    if not layers or history.epoch < FEWEST_EPOCHS:
        return
    last, place = layers[-1], len(layers) - 1

    def poor(one: Evaluation) -> bool:
        if one.train.confusion is not None:
            return (one.train.accuracy or 0) < 0.9
        return (one.train.r2 if one.train.r2 is not None else -math.inf) < 0.5

    lasting = history.lasting(history.evaluations, poor)
    if not lasting:
        return
    newest = lasting[-1]
    score = newest.train.accuracy if history.is_classification else newest.train.r2
    what = "accuracy" if history.is_classification else "R²"
    found = [evidence(f"{what} of the training part", score, newest.step)]
    if history.is_classification:
        if not isinstance(training.loss, MeanSquaredError | Huber):
            return
        wanted = "sigmoid" if len(newest.train.confusion or ()) == 2 else "softmax"
        operations: list[tuple[str, str, Any]] = [("replace", "/training/loss", {"kind": "auto"})]
        if last.function != wanted and "activation" in type(last).model_fields:
            operations.append(("replace", f"/network/layers/{place}/activation", wanted))
        yield Sign(
            since=lasting[0].step,
            evidence=found,
            explanation="A squared error measures distances, and classes have none: being quite "
            "wrong costs little more than being wrong. Cross-entropy has a gradient that grows "
            "with the error.",
            remedies=[remedies.fix("Use cross-entropy", *operations)],
            layer=last.id,
        )
    elif last.function in BOUNDED and "activation" in type(last).model_fields:
        path = f"/network/layers/{place}/activation"
        yield Sign(
            since=lasting[0].step,
            evidence=found,
            explanation=f"The output layer `{last.id}` ends in {last.function}, so that it can "
            f"only say numbers that are {BOUNDED[last.function]}. Targets beyond are out of its "
            "reach, whatever it learns.",
            remedies=[remedies.fix("End in a linear layer", ("replace", path, "linear"))],
            layer=last.id,
        )


IMBALANCE = Rule(
    name="class-imbalance",
    title="Class imbalance",
    severity="warning",
    watches="How many of each class there are, and how many of them are found (recall), in the "
    "training part.",
    threshold="A class with less than 10 % of the samples, and less than half of its even share, "
    "of which less than 10 % are found: at four evaluations in a row and for a fifth of all steps; "
    "after 5 epochs at the earliest.",
    why="The accuracy looks good where a class is never recognized.",
    remedy="Class weights, so that every class counts the same in the loss; or a larger network, "
    "which may tell the rare class apart, for a new run. More samples of that class help most.",
    look=_imbalance,
    unless=(
        "diverged",
        "dead-units",
        "vanishing-gradients",
        "learning-rate-low",
        "unscaled-inputs",
    ),
)
UNSCALED = Rule(
    name="unscaled-inputs",
    title="Unscaled inputs",
    severity="warning",
    watches="The standard deviations of the features as the network reads them; the values of "
    "images are one feature.",
    threshold="One of at least 50, or one of at least 5 that is 100 times another, while the "
    "training loss is above half of the first; at four moments in a row and for a fifth of all "
    "steps. Not where normalization comes first.",
    why="The largest feature decides alone, and one learning rate does not suit all of them.",
    remedy="Scaled inputs (`standardize`), for a new run.",
    look=_unscaled,
    unless=("diverged",),
)
UNFITTING_LOSS = Rule(
    name="unfitting-loss",
    title="A loss that does not fit its output",
    severity="warning",
    watches="The loss, the function of the output layer, and how well the training part is done.",
    threshold="Classes with a squared or Huber loss and an accuracy below 90 %, or numbers with an "
    "output layer that is bounded (sigmoid, tanh, softmax, ReLU) and R² below 0.5: at four "
    "evaluations in a row and for a fifth of all steps; after 5 epochs at the earliest. Losses "
    "that cannot be trained at all are refused before the training.",
    why="The network is asked for what it cannot say, or is told too softly that it is wrong.",
    remedy="Cross-entropy, or a linear output layer, for a new run.",
    look=_loss,
    unless=("diverged", "unscaled-inputs", "learning-rate-high"),
)
