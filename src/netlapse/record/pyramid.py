"""The least and greatest loss of groups of steps, in bounded memory."""

from __future__ import annotations

import numpy as np

from netlapse.record.contract import Floats, LossColumns

MAX_COLUMNS = 1024


def columns_of(values: Floats, first_step: int = 1, max_columns: int = MAX_COLUMNS) -> LossColumns:
    """Columns of equal width over values that are all at hand, float32 [n].

    >>> columns_of(np.array([3, 1, 2, 5, 4], np.float32), first_step=7, max_columns=3).low.tolist()
    [1.0, 2.0, 4.0]
    """
    width = max(1, -(-len(values) // max_columns))
    starts = np.arange(0, len(values), width)
    if not len(values):
        nothing = np.empty(0, np.float32)
        return LossColumns(0, 1, nothing, nothing, first_step)
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    return LossColumns(len(values), width, low, high, first_step)


class Pyramid:
    """At most 1,024 columns; where they are full, neighbors join and the width doubles.

    Minima and maxima are exact. NaN is no value: a column is NaN only where all of it is.

    >>> pyramid = Pyramid(max_columns=2)
    >>> pyramid.append(np.array([3, 1, 2, 5, 4], np.float32))
    >>> columns = pyramid.columns()
    >>> columns.steps_per_column, columns.low.tolist(), columns.high.tolist()
    (4, [1.0, 4.0], [5.0, 4.0])
    """

    def __init__(self, max_columns: int = MAX_COLUMNS) -> None:
        self._max = max_columns
        self._width = 1
        self._steps = 0
        self._low = np.full(max_columns, np.nan, np.float32)
        self._high = np.full(max_columns, np.nan, np.float32)

    @classmethod
    def of(cls, low: Floats, high: Floats, width: int, steps: int) -> Pyramid:
        """One that goes on from the extremes of groups of `width` steps, a power of two.

        >>> pyramid = Pyramid.of(np.float32([3, 1]), np.float32([5, 2]), width=4, steps=7)
        >>> pyramid.columns().low.tolist()
        [3.0, 1.0]
        """
        made = cls()
        while len(low) > made._max:
            starts = np.arange(0, len(low), 2)
            low, high = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
            width *= 2
        made._low[: len(low)] = low
        made._high[: len(high)] = high
        made._width, made._steps = width, steps
        return made

    def append(self, values: Floats) -> None:
        """Take in the values of the next steps, float32 [n]."""
        if not len(values):
            return
        while self._steps + len(values) > self._max * self._width:
            self._double()
        places = (self._steps + np.arange(len(values))) // self._width
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        columns = places[starts]
        low = np.fmin.reduceat(values, starts)
        high = np.fmax.reduceat(values, starts)
        self._low[columns] = np.fmin(self._low[columns], low)
        self._high[columns] = np.fmax(self._high[columns], high)
        self._steps += len(values)

    def columns(self) -> LossColumns:
        """What the columns hold now; a copy."""
        used = -(-self._steps // self._width)
        return LossColumns(
            self._steps, self._width, self._low[:used].copy(), self._high[:used].copy()
        )

    def _double(self) -> None:
        half = self._max // 2
        self._low[:half] = np.fmin(self._low[0::2], self._low[1::2])
        self._high[:half] = np.fmax(self._high[0::2], self._high[1::2])
        self._low[half:] = np.nan
        self._high[half:] = np.nan
        self._width *= 2
