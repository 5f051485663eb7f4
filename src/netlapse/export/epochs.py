"""Epochs by step: exact, from the spec and the interventions alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlapse.spec.changes import Intervention, intervene
from netlapse.spec.document import Spec
from netlapse.spec.training import batch_length


def epochs_at(
    spec: Spec, interventions: Sequence[Intervention], samples: int, steps: ArrayLike
) -> NDArray[np.float64]:
    """Epochs done after so many updates, with the fraction of the present one [n].

    A new batch size goes on at the same sample; the last batch of an epoch is smaller.

    Args:
        spec: The spec at the start.
        interventions: What was changed, by step.
        samples: Training samples.
        steps: Updates [n].

    >>> from netlapse.spec.presets import PRESETS
    >>> spec = PRESETS["spiral"].spec.with_changes(training={"batch_size": 40})
    >>> epochs_at(spec, [], 100, range(5)).tolist()
    [0.0, 0.4, 0.8, 1.0, 1.4]
    """
    wanted = np.asarray(steps, np.int64)
    found = np.zeros(wanted.shape)
    begin = epoch = offset = 0
    for index in range(len(interventions) + 1):
        batch = batch_length(spec.training, samples)
        here = wanted >= begin
        whole, place = _after(wanted[here] - begin, epoch, offset, batch, samples)
        found[here] = whole + place / samples
        if index < len(interventions):
            one = interventions[index]
            ends = _after(np.array([one.step - begin]), epoch, offset, batch, samples)
            begin, epoch, offset = one.step, int(ends[0][0]), int(ends[1][0])
            spec = intervene(spec, one.changes)
    return found


def _after(
    done: NDArray[np.int64], epoch: int, offset: int, batch: int, samples: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Epoch and sample after so many updates of one batch size, from an epoch and a sample on."""
    first = -(-(samples - offset) // batch)
    cycle = -(-samples // batch)
    later = done - first
    whole = np.where(done < first, epoch, epoch + 1 + later // cycle)
    place = np.where(done < first, offset + done * batch, (later % cycle) * batch)
    return whole, place
