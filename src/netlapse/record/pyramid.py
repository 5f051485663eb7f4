"""The least and greatest loss of groups of steps, in bounded memory."""

from __future__ import annotations

import numpy as np

from netlapse.record.contract import Floats, LossColumns

MAX_COLUMNS = 1024


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
