"""The path of a training through the space of its weights, from the keyframes of its record."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from netlapse.errors import RunError, StateError
from netlapse.protocol.landscape import MAX_PATH, Landscape
from netlapse.record.contract import Store
from netlapse.session.opening import extensions

PREFIX = "parameters/"
PATH_BYTES = 64_000_000
"""A path takes about so much, as long as it has"""
LEAST_PATH = 8
"""keyframes at least,"""
MOST_BYTES = 128_000_000
"""and never more than this."""


def with_path(store: Store, run: str, question: Landscape) -> tuple[Landscape, bytes]:
    """The question with the steps of its keyframes, and their parameters as its payload.

    Of many keyframes an even choice is taken, the first and the last among them. With them comes
    what a re-run needs, as a short training has few.

    Raises:
        StateError: The training has not begun, or the network is too large.
    """
    end = store.recorded_step(run) if question.at is None else question.at
    if not end:
        raise StateError(
            "There is no path yet: the training has not begun.",
            remedy="Train first, or take random directions.",
        )
    interventions = tuple(one for one in store.interventions(run) if one.step <= end)
    extended = tuple((one.step, one.epochs) for one in extensions(store, run))
    known = {"interventions": interventions, "extended": extended}
    steps = sorted({entry.step for entry in store.keyframes(run) if entry.step <= end})
    if not steps:
        return question.model_copy(update={**known, "path": ()}), b""
    last = _parameters_at(store, run, steps[-1])
    if last.nbytes * LEAST_PATH > MOST_BYTES:
        raise StateError(
            f"The path of {last.size:,} parameters takes more memory than there is for it.",
            remedy="Take random directions.",
        )
    most = max(LEAST_PATH, min(MAX_PATH, PATH_BYTES // last.nbytes))
    chosen = [steps[place] for place in np.linspace(0, len(steps) - 1, most).round().astype(int)]
    chosen = sorted(set(chosen))
    rows = [_parameters_at(store, run, step) for step in chosen[:-1]]
    payload = b"".join(row.tobytes() for row in (*rows, last))
    return question.model_copy(update={**known, "path": tuple(chosen)}), payload


def _parameters_at(store: Store, run: str, step: int) -> NDArray[np.float32]:
    """All parameters of a keyframe in a row, by name in the order of the alphabet."""
    keyframe = store.keyframe_before(run, step)
    try:
        tensors = {} if keyframe is None else load(keyframe.data)
    except SafetensorError as error:
        raise RunError(f"The keyframe of step {step:,} is damaged: {error}.") from None
    names = sorted(name for name in tensors if name.startswith(PREFIX))
    if not names:
        raise RunError(f"The keyframe of step {step:,} cannot be read.")
    return np.concatenate([tensors[name].astype("<f4").ravel() for name in names])
