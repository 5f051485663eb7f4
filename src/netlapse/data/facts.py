"""What a network must know of its data: from a dataset, or from a document alone."""

from __future__ import annotations

from netlapse.data.assemble import task_of
from netlapse.data.dataset import Dataset
from netlapse.data.images.catalog import COLLECTIONS
from netlapse.spec.data import Data, Images
from netlapse.spec.network import Facts


def facts_of(dataset: Dataset) -> Facts:
    """What a network must know of a dataset."""
    return Facts(
        input_shape=dataset.image_shape or (len(dataset.feature_names),),
        task=dataset.task,
        output_units=dataset.output_units,
        samples=len(dataset.train_inputs),
    )


def known_facts(data: Data) -> Facts | None:
    """The same without any file, for collections of images; none for other data.

    >>> known_facts(Images(kind="images", name="mnist"))
    Facts(input_shape=(28, 28, 1), task='multiclass', output_units=10, samples=55000)
    """
    if not isinstance(data, Images):
        return None
    collection = COLLECTIONS[data.name]
    held_out = round(collection.train * data.validation_fraction)
    if data.validation_fraction > 0:
        held_out = max(1, held_out)
    samples = collection.train - held_out
    return Facts(
        input_shape=collection.image_shape,
        task=task_of(collection.class_names),
        output_units=len(collection.class_names),
        samples=samples if data.train_samples == "all" else min(samples, data.train_samples),
    )
