"""The way of a training through the space of its weights: from its keyframes, or run again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters, initial_parameters
from netlapse.engine.probes.weight_planes import flat
from netlapse.engine.structure import Structure
from netlapse.engine.trainer import Trainer
from netlapse.errors import RunError
from netlapse.protocol.messages import Extension
from netlapse.worker.replay import Replay

RERUN, LEAST_RERUN, RERUN_BYTES = 64, 8, 64_000_000
"""States of a way that is run again; fewer where they take more than so many bytes."""

Floats = NDArray[np.float32]
Way = tuple[tuple[int, ...], Floats]
"""Steps and parameters of the states before the one looked at, as `flat` [k, p]."""


def kept(
    structure: Structure,
    parameters: Parameters,
    steps: tuple[int, ...],
    data: bytes,
    seed: int,
    step: int,
) -> Way:
    """The path of the keyframes before the state looked at, from the first weights on."""
    count = flat(parameters).size
    if len(data) != 4 * count * len(steps):
        raise RunError("The keyframes of this path belong to another network.")
    rows = np.frombuffer(data, "<f4").reshape(len(steps), count)
    before = [place for place, of in enumerate(steps) if of < step]
    steps, rows = tuple(steps[place] for place in before), rows[before]
    if step and 0 not in steps:
        drawn: Any = initial_parameters(structure.network, structure.input_shape, seed)
        steps, rows = (0, *steps), np.vstack([flat(drawn)[None], rows])
    return steps, rows


def rerun(trainer: Trainer, step: int, extended: tuple[tuple[int, int], ...]) -> Way:
    """The same path by training again, at even distances.

    Args:
        trainer: Another one, at step 0.
        step: Of the state looked at.
        extended: Recorded extensions.
    """
    later = [Extension(step=at, epochs=epochs) for at, epochs in extended]
    replay = Replay(trainer, step, 0, np.empty(0, np.float32), later)
    numbers = flat(trainer.state.parameters).size
    most = max(LEAST_RERUN, min(RERUN, RERUN_BYTES // (4 * numbers)))
    steps = sorted({round(part) for part in np.linspace(0, step, most + 1)} - {step})
    rows = np.empty((len(steps), numbers), np.float32)
    for row, goal in zip(rows, steps, strict=True):
        while trainer.step < goal:
            replay.go_on(goal - trainer.step)
        row[:] = flat(trainer.state.parameters)
    return tuple(steps), rows
