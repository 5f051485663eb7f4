"""How a network is trained: loss, optimizer, schedule, batches, regularization, stopping."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.optimizers import SGD, Optimizer

MAX_EPOCHS = 10_000_000
AUTO_BATCH = 64
"""The batch size `auto` where memory is not short; where it is, a smaller number is recorded."""

# --- losses ---------------------------------------------------------------------------------


class AutoLoss(Document):
    """Chosen by the data: mean squared error for regression, cross-entropy for classes."""

    title: ClassVar[str] = "Automatic"
    kind: Literal["auto"]


class MeanSquaredError(Document):
    """Mean of (ŷ - y)² over samples and outputs."""

    title: ClassVar[str] = "Mean squared error"
    kind: Literal["mean-squared-error"]


class Huber(Document):
    """Mean of ½e² where |e| ≤ δ, else δ·(|e| - ½δ), with e = ŷ - y (Huber 1964)."""

    title: ClassVar[str] = "Huber"
    kind: Literal["huber"]
    delta: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Error δ from which on the loss grows linearly."""


class BinaryCrossEntropy(Document):
    """Mean of -y·ln p - (1 - y)·ln(1 - p); the output layer ends in a sigmoid."""

    title: ClassVar[str] = "Binary cross-entropy"
    kind: Literal["binary-cross-entropy"]


class CategoricalCrossEntropy(Document):
    """Mean of -ln p of the true class; the output layer ends in a softmax."""

    title: ClassVar[str] = "Categorical cross-entropy"
    kind: Literal["categorical-cross-entropy"]


Loss = Annotated[
    AutoLoss | MeanSquaredError | Huber | BinaryCrossEntropy | CategoricalCrossEntropy,
    Field(discriminator="kind"),
]

# --- schedules ------------------------------------------------------------------------------
# All are functions of progress: epochs done, with the fraction of the present one.


class ConstantSchedule(Document):
    """The learning rate stays as it is."""

    title: ClassVar[str] = "Constant"
    kind: Literal["constant"]


class StepSchedule(Document):
    """Multiplied by a factor every so many epochs."""

    title: ClassVar[str] = "Step"
    kind: Literal["step"]
    every: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    """Epochs between two drops."""
    factor: Annotated[float, Field(gt=0, le=1)] = 0.5
    """What the rate is multiplied by."""


class ExponentialSchedule(Document):
    """Multiplied by a factor each epoch."""

    title: ClassVar[str] = "Exponential"
    kind: Literal["exponential"]
    factor: Annotated[float, Field(gt=0, le=1)] = 0.99
    """What the rate is multiplied by each epoch."""


class CosineSchedule(Document):
    """Falls along half a cosine to `floor` at the spec's last epoch (Loshchilov & Hutter 2017)."""

    title: ClassVar[str] = "Cosine"
    kind: Literal["cosine"]
    floor: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the learning rate at the end."""
    warmup_epochs: Annotated[float, Field(ge=0, le=1_000_000)] = 0.0
    """Epochs of linear rise before it."""


class WarmupSchedule(Document):
    """Rises linearly from `start` to the full rate, then stays."""

    title: ClassVar[str] = "Warm-up"
    kind: Literal["warm-up"]
    epochs: Annotated[float, Field(gt=0, le=1_000_000)] = 5.0
    """Epochs until the full rate."""
    start: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of the learning rate at the first step."""


class PlateauSchedule(Document):
    """Multiplied by a factor when the validation loss has not improved for some epochs.

    Looks at the end of each epoch; without a validation part at the training loss. An improvement
    is a loss below (1 - `threshold`) times the best, as in PyTorch.
    """

    title: ClassVar[str] = "Reduce on plateau"
    kind: Literal["reduce-on-plateau"]
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """What the rate is multiplied by."""
    patience: Annotated[int, Field(ge=0, le=1_000_000)] = 10
    """Epochs without improvement that are let pass."""
    threshold: Annotated[float, Field(ge=0, lt=1)] = 1e-4
    """Relative improvement that counts."""


Schedule = Annotated[
    ConstantSchedule
    | StepSchedule
    | ExponentialSchedule
    | CosineSchedule
    | WarmupSchedule
    | PlateauSchedule,
    Field(discriminator="kind"),
]


class EarlyStopping(Document):
    """Stop when the validation loss has not improved for some epochs.

    Looks at the end of each epoch; without a validation part at the training loss.
    """

    patience: Annotated[int, Field(ge=1, le=1_000_000)] = 20
    """Epochs without improvement that are let pass."""
    min_delta: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Improvement that counts."""


class Training(Document):
    """How a network is trained."""

    loss: Loss = AutoLoss(kind="auto")
    """What is made small."""
    class_weights: Literal["none", "balanced"] = "none"
    """How much a sample counts in the loss: all alike, or so that every class counts the same,
    n/(k·n_c) for each of the n_c samples of a class among n samples of k classes."""
    optimizer: Optimizer = SGD(kind="sgd")
    """How the gradient becomes an update."""
    schedule: Schedule = ConstantSchedule(kind="constant")
    """How the learning rate changes over the epochs."""
    batch_size: Annotated[int, Field(ge=1, le=65_536)] | Literal["full", "auto"] = 10
    """Samples for one step; `full` takes all of the training part, `auto` 64 or, where memory is
    short, as many as fit."""
    epochs: Annotated[int, Field(ge=1, le=MAX_EPOCHS)] = 400
    """Passes over the training part."""
    l1: Annotated[float, Field(ge=0, le=10)] = 0.0
    """Adds l1·Σ|w| to what is made small; weights only, not biases."""
    l2: Annotated[float, Field(ge=0, le=10)] = 0.0
    """Adds ½·l2·Σw² to what is made small; weights only, not biases."""
    clip_norm: Annotated[float, Field(gt=0, le=1e6)] | None = None
    """Longest gradient over all parameters; a longer one is scaled down. None: no limit."""
    clip_value: Annotated[float, Field(gt=0, le=1e6)] | None = None
    """Largest entry of a gradient; a larger one is cut. None: no limit."""
    early_stopping: EarlyStopping | None = None
    """When to stop before the last epoch. None: never."""


def batch_length(training: Training, samples: int) -> int:
    """Samples in a full batch: the batch size, at most the training part.

    >>> batch_length(Training(batch_size="full"), 80)
    80
    """
    if training.batch_size == "full":
        return samples
    return min(AUTO_BATCH if training.batch_size == "auto" else training.batch_size, samples)


def steps_per_epoch(training: Training, samples: int) -> int:
    """Steps in one pass over the training part.

    >>> steps_per_epoch(Training(batch_size=64), 100)
    2
    """
    return math.ceil(samples / batch_length(training, samples))
