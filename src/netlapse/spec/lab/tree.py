"""A function of x and y as a frozen tree: what it is made of, its value, and how it is written.

Nothing here runs text as code: a tree is numbers, `x`, `y`, operators and the functions of one
table, and its value is computed by walking along it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Operator = Literal["+", "-", "*", "/", "**"]
WHOLE_POWER = 64
"""Whole exponents up to this are products, whose derivative is exact for any base."""


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float
    text: str
    """As it was written: `0.10`, or the name of a constant."""


@dataclass(frozen=True)
class Variable:
    """`x` or `y`."""

    name: Literal["x", "y"]


@dataclass(frozen=True)
class Negative:
    """What it holds, with the other sign."""

    of: Tree


@dataclass(frozen=True)
class Operation:
    """Two trees joined by an operator."""

    operator: Operator
    left: Tree
    right: Tree


@dataclass(frozen=True)
class Call:
    """A function of the table, applied."""

    function: str
    arguments: tuple[Tree, ...]


Tree = Number | Variable | Negative | Operation | Call


@dataclass(frozen=True)
class Function:
    """A function that may stand in an expression."""

    name: str
    """Of NumPy's and of JAX's function."""
    latex: str
    arguments: int = 1


FUNCTIONS: dict[str, Function] = {
    "sin": Function("sin", r"\sin"),
    "cos": Function("cos", r"\cos"),
    "tan": Function("tan", r"\tan"),
    "asin": Function("arcsin", r"\arcsin"),
    "acos": Function("arccos", r"\arccos"),
    "atan": Function("arctan", r"\arctan"),
    "sinh": Function("sinh", r"\sinh"),
    "cosh": Function("cosh", r"\cosh"),
    "tanh": Function("tanh", r"\tanh"),
    "exp": Function("exp", r"\exp"),
    "log": Function("log", r"\ln"),
    "ln": Function("log", r"\ln"),
    "sqrt": Function("sqrt", r"\sqrt"),
    "abs": Function("abs", ""),
    "sign": Function("sign", r"\operatorname{sign}"),
    "min": Function("minimum", r"\min", 2),
    "max": Function("maximum", r"\max", 2),
}
"""The functions by the name that people write."""

CONSTANTS = {"pi": math.pi, "e": math.e}


def value(tree: Tree, x: Any, y: Any, xp: Any) -> Any:
    """The value of a tree at points.

    Args:
        tree: The function.
        x: Numbers or arrays [...].
        y: The same.
        xp: The module of the arrays: `numpy` or `jax.numpy`.

    >>> import numpy as np
    >>> square = Operation("**", Variable("x"), Number(2.0, "2"))
    >>> float(value(square, np.array(3.0), np.array(0.0), np))
    9.0
    """
    match tree:
        case Number(value=number):
            return xp.asarray(number, dtype=xp.result_type(x))
        case Variable(name=name):
            return x if name == "x" else y
        case Negative(of=inner):
            return -value(inner, x, y, xp)
        case Call(function=name, arguments=arguments):
            function = getattr(xp, FUNCTIONS[name].name)
            return function(*(value(argument, x, y, xp) for argument in arguments))
        case Operation(operator="**", left=left, right=right):
            return _power(value(left, x, y, xp), right, x, y, xp)
        case Operation(operator=operator, left=left, right=right):
            return _JOINED[operator](value(left, x, y, xp), value(right, x, y, xp))


_JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def _power(base: Any, exponent: Tree, x: Any, y: Any, xp: Any) -> Any:
    number = constant(exponent)
    if number is None:
        return base ** value(exponent, x, y, xp)
    if number == int(number) and abs(number) <= WHOLE_POWER:
        power = base ** abs(int(number))
        return 1 / power if number < 0 else power
    return base**number


def constant(tree: Tree) -> float | None:
    """The value of a tree of numbers and operators alone; none where it is not finite, or the tree
    holds a variable or a function.

    >>> constant(Operation("/", Number(1.0, "1"), Number(2.0, "2")))
    0.5
    """
    match tree:
        case Number(value=number):
            return number
        case Negative(of=inner):
            number = constant(inner)
            return None if number is None else -number
        case Operation(operator=operator, left=left, right=right):
            pair = constant(left), constant(right)
            if pair[0] is None or pair[1] is None:
                return None
            try:
                found = pair[0] ** pair[1] if operator == "**" else _JOINED[operator](*pair)
            except (ZeroDivisionError, OverflowError):
                return None
            return found if isinstance(found, float) and math.isfinite(found) else None
        case _:
            return None


# --- writing ----------------------------------------------------------------------------------

_SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(5)
_BINDS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def _binding(tree: Tree) -> int:
    match tree:
        case Operation(operator=operator):
            return _BINDS[operator]
        case Negative():
            return _NEGATIVE
        case _:
            return _ATOM


def written(tree: Tree) -> str:
    """A tree as text that gives the same tree again.

    >>> written(Operation("*", Operation("+", Variable("x"), Number(1.0, "1")), Variable("y")))
    '(x + 1)*y'
    """
    match tree:
        case Number(text=text):
            return text
        case Variable(name=name):
            return name
        case Negative(of=inner):
            return f"-{_enclosed(inner, _NEGATIVE)}"
        case Call(function=name, arguments=arguments):
            return f"{name}({', '.join(map(written, arguments))})"
        case Operation(operator="**", left=left, right=right):
            return f"{_enclosed(left, _ATOM)}^{_enclosed(right, _NEGATIVE)}"
        case Operation(operator=operator, left=left, right=right):
            binds = _BINDS[operator]
            joint = f" {operator} " if binds == _SUM else operator
            return f"{_enclosed(left, binds)}{joint}{_enclosed(right, binds + 1)}"


def _enclosed(tree: Tree, least: int) -> str:
    text = written(tree)
    return text if _binding(tree) >= least else f"({text})"


def latex(tree: Tree) -> str:
    r"""A tree as LaTeX.

    >>> latex(Operation("/", Operation("**", Variable("x"), Number(2.0, "2")), Number(10.0, "10")))
    '\\frac{x^{2}}{10}'
    """
    match tree:
        case Number(text=text):
            return _number_latex(text)
        case Variable(name=name):
            return name
        case Negative(of=inner):
            return f"-{_in_brackets(inner, _PRODUCT)}"
        case Call(function="sqrt", arguments=(inner,)):
            return rf"\sqrt{{{latex(inner)}}}"
        case Call(function="abs", arguments=(inner,)):
            return rf"\left|{latex(inner)}\right|"
        case Call(function="exp", arguments=(inner,)):
            return f"e^{{{latex(inner)}}}"
        case Call(function=name, arguments=arguments):
            inside = ", ".join(map(latex, arguments))
            return rf"{FUNCTIONS[name].latex}\left({inside}\right)"
        case Operation(operator="/", left=left, right=right):
            return rf"\frac{{{latex(left)}}}{{{latex(right)}}}"
        case Operation(operator="**", left=left, right=right):
            base = _in_brackets(left, _ATOM)
            if isinstance(left, Call) and left.function == "exp":
                base = rf"\left({base}\right)"
            return f"{base}^{{{latex(right)}}}"
        case Operation(operator=operator, left=left, right=right):
            binds = _BINDS[operator]
            joint = r" \cdot " if operator == "*" else f" {operator} "
            return f"{_in_brackets(left, binds)}{joint}{_in_brackets(right, binds + 1)}"


def _number_latex(text: str) -> str:
    digits, exponent, power = text.lower().partition("e")
    if text == "pi":
        return r"\pi"
    if not digits or not exponent:
        return text
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def _in_brackets(tree: Tree, least: int) -> str:
    text = latex(tree)
    is_fraction = isinstance(tree, Operation) and tree.operator == "/"
    enclosed = _binding(tree) < least and not (is_fraction and least <= _NEGATIVE)
    return rf"\left({text}\right)" if enclosed else text
