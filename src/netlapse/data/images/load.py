"""From images in memory to a dataset: divided, scaled to 0..1, nothing measured that takes long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlapse.data.assemble import task_of
from netlapse.data.bundled import bundled_samples
from netlapse.data.dataset import Dataset
from netlapse.data.images.catalog import COLLECTIONS, Collection
from netlapse.data.images.files import folder_of
from netlapse.data.images.own import ImageSet, ImageStore
from netlapse.data.inputs import RawInput
from netlapse.data.split import Indices, generator, split
from netlapse.folders import images_folder
from netlapse.spec.data import Bundled, ImageDocument, Images, OwnImages

MEASURED = 1000
"""Training images whose pixels give the medians of the raw inputs."""
_MIXING = 2
"""Of the data's seed; 0 and 1 are samples and their division."""
_CHANNELS = {1: ("",), 3: (" red", " green", " blue")}


@dataclass(frozen=True, eq=False)
class Pictures:
    """Images as their source gives them, not yet divided."""

    name: str
    images: NDArray[np.uint8]
    """[n, h, w, c]; `white` is the largest value."""
    labels: NDArray[np.uint8]
    """Index of the class [n]."""
    class_names: tuple[str, ...]
    target_name: str
    test_images: NDArray[np.uint8]
    """[k, h, w, c]; k is 0 where there is no test part."""
    test_labels: NDArray[np.uint8]
    white: int = 255


def load_images(data: ImageDocument, folder: Path | None = None) -> Dataset:
    """The dataset of a document about images.

    Args:
        data: The document.
        folder: The data folder; the user's own by default.

    Raises:
        DataError: The files are not on this machine, or are not the right ones.
    """
    return dataset_of(data, pictures_of(data, folder))


def pictures_of(data: ImageDocument, folder: Path | None = None) -> Pictures:
    """The images of a document, not yet divided.

    Raises:
        DataError: The files are not on this machine, or are not the right ones.
        NotFoundError: The user's own images do not exist.
    """
    if isinstance(data, OwnImages):
        return own_pictures(ImageStore(images_folder(folder)).get(data.images))
    assert isinstance(data, Images)
    return _collected(COLLECTIONS[data.name], folder)


def dataset_of(data: ImageDocument, pictures: Pictures) -> Dataset:
    """Divide images and scale them to values between 0 and 1.

    Raises:
        DataError: There are too few samples for a validation part.
    """
    train, validation = divided(data, pictures.labels)
    task = task_of(pictures.class_names)
    height, width, channels = pictures.images.shape[1:]
    train_inputs = _scaled(pictures.images[train], pictures.white)
    validation_inputs = _scaled(pictures.images[validation], pictures.white)
    raw_inputs = _pixels(train_inputs)
    return Dataset(
        name=pictures.name,
        task=task,
        feature_names=tuple(pixel.name for pixel in raw_inputs),
        encoding=(),
        raw_inputs=raw_inputs,
        train_inputs=train_inputs,
        train_targets=_targets(pictures.labels[train], binary=task == "binary"),
        validation_inputs=validation_inputs,
        validation_targets=_targets(pictures.labels[validation], binary=task == "binary"),
        train_raw=train_inputs.reshape(-1, len(raw_inputs)),
        validation_raw=validation_inputs.reshape(-1, len(raw_inputs)),
        class_names=pictures.class_names,
        target_name=pictures.target_name,
        image_shape=(height, width, channels),
        test_inputs=_scaled(pictures.test_images, pictures.white),
        test_targets=_targets(pictures.test_labels, binary=task == "binary"),
    )


def divided(data: ImageDocument, labels: NDArray[np.uint8]) -> tuple[Indices, Indices]:
    """Row numbers of the training part and of the validation part, each in shuffled order.

    Raises:
        DataError: There are too few samples for a validation part.
    """
    train, validation = split(
        len(labels), data.validation_fraction, data.seed, labels.astype(np.int32)
    )
    # What is left after each class has given its share begins with the classes that gave first.
    train = train[generator(data.seed, _MIXING).permutation(len(train))]
    return (train if data.train_samples == "all" else train[: data.train_samples]), validation


def _collected(collection: Collection, folder: Path | None) -> Pictures:
    if collection.name == "digits":
        return _digits(collection)
    files = folder_of(collection, folder)
    train, train_labels, test, test_labels = (files.read(file) for file in collection.files)
    return Pictures(
        name=collection.title,
        images=train[..., None],
        labels=train_labels,
        class_names=collection.class_names,
        target_name=collection.target_name,
        test_images=test[..., None],
        test_labels=test_labels,
    )


def own_pictures(images: ImageSet) -> Pictures:
    """The user's own images, not yet divided."""
    return Pictures(
        name=images.name,
        images=images.images,
        labels=images.labels,
        class_names=images.class_names,
        target_name="class",
        test_images=images.test_images,
        test_labels=images.test_labels,
    )


def _digits(collection: Collection) -> Pictures:
    samples = bundled_samples(Bundled(kind="bundled", name="digits"))
    images = np.round(samples.raw * 16).astype(np.uint8).reshape(-1, *collection.image_shape)
    return Pictures(
        name=collection.title,
        images=images,
        labels=samples.targets.astype(np.uint8),
        class_names=collection.class_names,
        target_name=collection.target_name,
        test_images=images[:0],
        test_labels=np.zeros(0, np.uint8),
        white=16,
    )


def _scaled(images: NDArray[np.uint8], white: int) -> NDArray[np.float32]:
    return np.divide(images, np.float32(white), dtype=np.float32)


def _targets(labels: NDArray[np.uint8], *, binary: bool) -> NDArray[np.float32] | NDArray[np.int32]:
    return labels.astype(np.float32)[:, None] if binary else labels.astype(np.int32)


def _pixels(train: NDArray[np.float32]) -> tuple[RawInput, ...]:
    """The pixels in row-major order, channels last, as raw inputs from 0 to 1."""
    _, height, width, channels = train.shape
    medians = np.median(train[:MEASURED], axis=0).ravel().tolist()
    names = [
        f"pixel {row},{column}{channel}"
        for row in range(1, height + 1)
        for column in range(1, width + 1)
        for channel in _CHANNELS[channels]
    ]
    return tuple(
        RawInput(name, "numeric", (), 0.0, 1.0, median, 0)
        for name, median in zip(names, medians, strict=True)
    )
