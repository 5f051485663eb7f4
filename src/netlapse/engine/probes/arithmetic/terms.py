"""What an explanation is made of: factors, terms, lines. All numbers are float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Place = tuple[int, ...]


@dataclass(frozen=True)
class Factor:
    """One number in a term, and where it comes from: see `protocol.walking.Factor`."""

    symbol: str
    value: float
    quantity: str = ""
    layer: str = ""
    parameter: str = ""
    index: Place = ()
    row: int | None = None


@dataclass(frozen=True)
class Term:
    """The product of some factors."""

    label: str
    factors: tuple[Factor, ...]

    @property
    def value(self) -> float:
        """The product."""
        return math.prod(factor.value for factor in self.factors)


@dataclass(frozen=True)
class Line:
    """One line of a calculation: symbol = formula = value."""

    label: str
    symbol: str
    formula: str
    value: float
    numbers: str = ""


@dataclass(frozen=True)
class Terms:
    """Many terms: their values at once, each one described when it is asked for."""

    values: Doubles
    """[count]."""
    term: Callable[[int], Term]
    """The term of a number."""

    def __add__(self, other: Terms) -> Terms:
        count = len(self.values)
        return Terms(
            np.concatenate([self.values, other.values]),
            lambda i: self.term(i) if i < count else other.term(i - count),
        )


def listed(terms: Sequence[Term]) -> Terms:
    """Few terms, as they are."""
    return Terms(np.array([term.value for term in terms]), lambda i: terms[i])


NO_TERMS = listed(())


@dataclass(frozen=True)
class Explanation:
    """How a number comes about: see `protocol.walking.ArithmeticAnswer`."""

    operation: str
    symbol: str
    formula: str
    sentence: str
    terms: Terms = NO_TERMS
    scale: float = 1.0
    bias: Factor | None = None
    winner: int | None = None
    lines: tuple[Line, ...] = ()

    @property
    def result(self) -> float:
        """What the calculation gives."""
        if self.lines:
            return self.lines[-1].value
        values = self.terms.values
        if self.operation == "maximum":
            return float(values.max())
        total = self.scale * float(values.sum())
        return total + (self.bias.value if self.bias is not None else 0.0)


def text(value: float) -> str:
    """A number as LaTeX, with four digits.

    >>> text(0.25), text(-1.5e-7), text(float("inf"))
    ('0.25', '-1.5\\\\cdot 10^{-7}', '\\\\infty')
    """
    if math.isnan(value):
        return "\\text{NaN}"
    if math.isinf(value):
        return "\\infty" if value > 0 else "-\\infty"
    shown = f"{value:.4g}"
    if "e" not in shown:
        return shown
    mantissa, _, exponent = shown.partition("e")
    return f"{mantissa}\\cdot 10^{{{int(exponent)}}}"


def signed(value: float) -> str:
    """A number to be multiplied: in brackets where it is negative.

    >>> signed(-0.5)
    '(-0.5)'
    """
    return f"({text(value)})" if value < 0 else text(value)


def at(symbol: str, index: Sequence[int]) -> str:
    """A symbol with its place, which people count from 1.

    Args:
        symbol: LaTeX.
        index: The place in the array, from 0.

    >>> at("w", (0, 3))
    'w_{1,4}'
    """
    return f"{symbol}_{{{counted(index, ',')}}}" if len(index) else symbol


def counted(index: Sequence[int], between: str = ", ") -> str:
    """A place as people count it: units, channels, rows and columns from 1.

    >>> counted((4, 7, 0))
    '5, 8, 1'
    """
    return between.join(str(int(i) + 1) for i in index)


SHOWN = 3
"""Terms of a sum that are spelled out."""


def spelled(explanation: Explanation) -> str:
    """The formula with its numbers; long sums are folded."""
    symbol, result = explanation.symbol, text(explanation.result)
    terms, count = explanation.terms, len(explanation.terms.values)
    if explanation.lines and explanation.operation == "function":
        last = explanation.lines[-1]
        return f"{symbol} = {last.numbers or last.formula} = {result}"
    if explanation.operation == "maximum":
        shown = [text(v) for v in terms.values[: 2 * SHOWN]]
        dots = ["\\dots"] if count > len(shown) else []
        return f"{symbol} = \\max({', '.join(shown + dots)}) = {result}"
    if not count:
        return f"{symbol} = {result}"
    first = range(count if count <= SHOWN + 1 else SHOWN)
    parts = [
        "\\cdot ".join(signed(factor.value) for factor in terms.term(i).factors) for i in first
    ]
    if len(first) < count:
        parts += ["\\dots"]
    total = " + ".join(parts)
    if explanation.scale != 1:
        total = f"{text(explanation.scale)}\\cdot\\left({total}\\right)"
    if explanation.bias is not None:
        total += f" + {signed(explanation.bias.value)}"
    return f"{symbol} = {total} = {result}"
