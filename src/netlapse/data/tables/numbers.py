"""What counts as a number and what as a missing cell in a table."""

from __future__ import annotations

import math
import re

NUMBER = r"^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[nN][aA][nN]|[iI][nN][fF](?:inity)?)$"
"""Decimal point, optional exponent; NaN and infinity count, to be refused where they are used."""

LEADING_ZERO = r"^[+-]?0\d"
"""A code such as 007, which a number would not keep."""

MISSING = ("", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "?")
"""Cells that count as empty. NaN does not: it is the trace of a computation that went wrong."""

_NUMBER = re.compile(NUMBER, re.ASCII)


def number_of(text: str) -> float | None:
    """The number that a cell holds, or None for other text.

    >>> number_of("-1.5e3"), number_of("007"), number_of("3,14"), number_of("1_000")
    (-1500.0, 7.0, None, None)
    """
    return float(text) if _NUMBER.match(text) else None


def name_of(number: float) -> str:
    """A number as the name of a category, whole numbers without a point.

    >>> name_of(3.0), name_of(0.5)
    ('3', '0.5')
    """
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)
