"""Dividing samples into a training and a validation part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError

Indices = NDArray[np.intp]


def generator(seed: int, purpose: int) -> np.random.Generator:
    """A stream of random numbers (PCG64) that belongs to one seed and one purpose.

    Purposes are independent: another division leaves the samples as they are.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(purpose,))))


def split(
    count: int, fraction: float, seed: int, classes: NDArray[np.int32] | None = None
) -> tuple[Indices, Indices]:
    """Shuffle by the seed and divide.

    With `classes` the division is stratified: each class gives its share to the validation part
    (largest remainders first) and keeps at least one sample in the training part. The validation
    part has round(count · fraction) samples, at least one where the fraction is above 0.

    Args:
        count: Number of samples n.
        fraction: Part for validation, 0 to 0.9.
        seed: Determines the order and the choice.
        classes: Class of each sample [n], or None for regression.

    Returns:
        Row numbers of the training part and of the validation part, each in shuffled order.

    Raises:
        DataError: There are too few samples for a validation part.

    >>> train, validation = split(10, 0.3, seed=0)
    >>> len(train), len(validation)
    (7, 3)
    """
    order = generator(seed, 1).permutation(count)
    if fraction == 0:
        return order, order[:0]
    groups = np.zeros(count, np.int32) if classes is None else classes
    wanted = max(1, round(count * fraction))
    quotas = _quotas(np.bincount(groups), wanted)
    if quotas.sum() == 0:
        raise DataError(
            f"A validation part needs a class with two samples or more, got {count} in all.",
            place="data.validation_fraction",
            remedy="Add samples, or set the validation fraction to 0.",
        )
    held_out = np.zeros(count, bool)
    for group, quota in enumerate(quotas):
        held_out[order[groups[order] == group][:quota]] = True
    return order[~held_out[order]], order[held_out[order]]


def _quotas(sizes: NDArray[np.intp], wanted: int) -> NDArray[np.intp]:
    """How many samples each class gives: largest remainders, one always stays for training."""
    most = np.maximum(sizes - 1, 0)
    shares = sizes * wanted / sizes.sum()
    quotas = np.minimum(np.floor(shares).astype(np.intp), most)
    for group in np.argsort(np.floor(shares) - shares, kind="stable"):
        if quotas.sum() < wanted and quotas[group] < most[group]:
            quotas[group] += 1
    return quotas
