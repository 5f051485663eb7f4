"""Rows that someone typed, and what the network makes of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import InputError
from netlapse.protocol.frames import Array
from netlapse.protocol.messages import Ready
from netlapse.protocol.rest.runs import PredictResult, Values
from netlapse.server.seams import Answer

MAX_NUMBERS = 1_000_000
"""Numbers of one answer: about 20 MB of JSON."""
_LARGEST = 1e30
_ACTIVATION = "activation:"


def as_rows(rows: Sequence[Sequence[float]], names: Sequence[str] = ()) -> NDArray[np.float32]:
    """Rows of raw inputs as a matrix, little-endian float32.

    Args:
        rows: Rows of equal length.
        names: The raw inputs, where they are known.

    Raises:
        InputError: A row has too few or too many values, or a number is too large.

    >>> as_rows([[1.0, 2.0]], ("x", "y")).shape
    (1, 2)
    """
    width = len(names) or len(rows[0])
    for index, row in enumerate(rows):
        if len(row) != width:
            wanted = f" ({', '.join(names[:6])}{', …' if len(names) > 6 else ''})" if names else ""
            message = f"Every row must have {width} values{wanted}, got {len(row)}."
            raise InputError(message, place=f"rows[{index}]")
        for value in row:
            if not abs(value) <= _LARGEST:
                raise InputError(
                    f"A value must be within ±1e30, got {value:g}.", place=f"rows[{index}]"
                )
    return np.array(rows, "<f4").reshape(len(rows), width)


def result_of(answer: Answer, ready: Ready | None) -> PredictResult:
    """A worker's answer as plain numbers, with the names of the predicted classes.

    Raises:
        InputError: It would hold too many numbers.
    """
    arrays = answer.arrays
    count = sum(array.size for array in arrays.values())
    if count > MAX_NUMBERS:
        raise InputError(
            f"An answer may hold at most {MAX_NUMBERS:,} numbers, and this one has {count:,}.",
            remedy="Ask for fewer rows at a time, or without the layers.",
        )
    outputs = arrays["outputs"].reshape(len(arrays["outputs"]), -1)
    return PredictResult(
        step=answer.event.step,
        outputs=plain(outputs),
        labels=labels_of(outputs, ready.class_names if ready else ()),
        activations={
            name.removeprefix(_ACTIVATION): plain(values.reshape(len(values), -1))
            for name, values in arrays.items()
            if name.startswith(_ACTIVATION)
        },
    )


def plain(values: Array) -> Values:
    """Numbers as lists; what is not finite is None."""
    return tuple(
        tuple(float(v) if finite else None for v, finite in zip(row, good, strict=True))
        for row, good in zip(values, np.isfinite(values), strict=True)
    )


def labels_of(outputs: Array, class_names: Sequence[str]) -> tuple[str, ...]:
    """The predicted class of each row; none for regression.

    >>> labels_of(np.array([[0.2], [0.7]]), ("no", "yes"))
    ('no', 'yes')
    """
    if not class_names:
        return ()
    if outputs.shape[1] == 1:
        chosen = (outputs[:, 0] > 0.5).astype(np.intp)
    else:
        chosen = outputs.argmax(axis=1)
    return tuple(class_names[int(index)] for index in chosen)
