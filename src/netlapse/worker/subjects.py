"""From the name of an image to its pixels, and from outputs to classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data import Dataset
from netlapse.engine.probes.metrics import predicted_classes
from netlapse.errors import DataError, InputError
from netlapse.protocol.asked import SentSubject
from netlapse.protocol.views import DrawingSubject, MeanSubject, Part, SampleSubject
from netlapse.spec.network import Task
from netlapse.worker.drawings import Drawings

MEAN_SAMPLES = 32
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Chosen:
    """The images of a subject."""

    images: Floats
    """[n, *input shape]."""
    targets: NDArray[Any] | None
    """As the data has them [n] or [n, outputs]; none for a drawing."""
    part: Part | None = None
    index: int | None = None

    @property
    def truth(self) -> int | None:
        """The class of a single sample."""
        if self.targets is None or self.index is None:
            return None
        return int(self.targets.ravel()[0])


def part_of(dataset: Dataset, part: Part) -> tuple[Floats, NDArray[Any]]:
    """Inputs and targets of a part.

    Raises:
        DataError: The data has no such part.
    """
    inputs, targets = dataset.part(part)
    if not len(inputs):
        raise DataError(f"{dataset.name} has no {part} part.", remedy="Choose another part.")
    return inputs, targets


def chosen(
    dataset: Dataset,
    drawings: Drawings,
    subject: SampleSubject | DrawingSubject | MeanSubject | SentSubject,
    payload: memoryview | None = None,
    *,
    strict: bool = True,
) -> Chosen:
    """The images that a view or a question is about.

    Args:
        dataset: The data.
        drawings: What was drawn.
        subject: Which.
        payload: The image that was sent along: float32, row-major.
        strict: Whether the number of a sample that does not exist is refused; otherwise the last
            sample takes its place.

    Raises:
        DataError: There is no such part, sample or drawing.
        InputError: The image that was sent has another size, or holds no finite numbers.
    """
    match subject:
        case DrawingSubject(drawing=name):
            return Chosen(drawings.get(name)[None], None)
        case SentSubject():
            return Chosen(_sent(dataset, payload or memoryview(b""))[None], None)
        case MeanSubject(part=part):
            inputs, targets = part_of(dataset, part)
            return Chosen(inputs[:MEAN_SAMPLES], targets[:MEAN_SAMPLES], part)
        case SampleSubject(part=part, index=index):
            inputs, targets = part_of(dataset, part)
            if index >= len(inputs):
                if strict:
                    raise DataError(
                        f"The {part} part has the samples 0 to {len(inputs) - 1:,}, got {index:,}."
                    )
                index = len(inputs) - 1
            one = slice(index, index + 1)
            return Chosen(inputs[one], targets[one], part, index)


def _sent(dataset: Dataset, payload: memoryview) -> Floats:
    shape = dataset.train_inputs.shape[1:]
    wanted = int(np.prod(shape))
    if len(payload) != 4 * wanted:
        size = " × ".join(map(str, shape))
        raise InputError(
            f"An image must have {size} values, got {len(payload) / 4:g}.",
            remedy="Scale it first, or send it as a drawing.",
        )
    image = np.frombuffer(payload, "<f4").reshape(shape)
    if not np.isfinite(image).all():
        raise InputError("Every value of an image must be a finite number.")
    return image


def class_shares(task: Task, outputs: Floats) -> Floats:
    """What the network gives to each class [n, classes]: of a single output p, 1 − p and p.

    Raises:
        InputError: The task is a regression.
    """
    if task == "regression":
        raise InputError("This needs data with classes; the target of this data is a number.")
    return np.concatenate([1 - outputs, outputs], axis=1) if task == "binary" else outputs


def label_of(task: Task, outputs: Floats, label: int | None) -> int:
    """A class that was asked for, or the predicted one of the only row of outputs.

    Raises:
        InputError: There is no such class.
    """
    classes = class_shares(task, outputs).shape[1]
    if label is None:
        return int(predicted_classes(task, outputs)[0])
    if label >= classes:
        raise InputError(f"The classes are 0 to {classes - 1}, got {label}.", place="label")
    return label


def as_targets(task: Task, label: int) -> NDArray[Any]:
    """A class as the targets of one sample."""
    if task == "multiclass":
        return np.array([label], np.int32)
    return np.array([[label]], np.float32)


def ranked(
    task: Task, outputs: Floats, targets: NDArray[Any], most: int = 3
) -> dict[str, NDArray[Any]]:
    """What a table of predictions shows of each sample.

    Args:
        task: What the targets are.
        outputs: Activations of the output layer [n, outputs].
        targets: As the data has them.
        most: How many of the largest probabilities.

    Returns:
        `truth` and `predicted` int32 [n], `top_classes` int32 [n, k] and `top_probabilities`
        float32 [n, k], the largest first and equal ones by class; k is `most` or all classes.

    Raises:
        InputError: The task is a regression.
    """
    shares = class_shares(task, outputs)
    top = np.argsort(-shares, axis=1, kind="stable")[:, :most]
    return {
        "truth": targets.reshape(len(targets)).astype(np.int32),
        "predicted": predicted_classes(task, outputs).astype(np.int32),
        "top_classes": top.astype(np.int32),
        "top_probabilities": np.take_along_axis(shares, top, axis=1).astype(np.float32),
    }
