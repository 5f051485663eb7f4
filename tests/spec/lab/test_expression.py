"""Functions that people write: what is read, what is refused, and that nothing is run."""

from __future__ import annotations

import ast
import cmath
import math
import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.errors import SpecError
from netlapse.spec.lab.expression import MAX_DEPTH, MAX_LENGTH, MAX_PARTS, parse_expression
from netlapse.spec.lab.tree import FUNCTIONS, value, written

# --- beside Python's own arithmetic -----------------------------------------------------------

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
MATH = {name: getattr(math, name) for name in FUNCTIONS if hasattr(math, name)}
MATH |= {"ln": math.log, "abs": abs, "min": min, "max": max}
MATH["sign"] = lambda number: float((number > 0) - (number < 0))


def by_python(text: str, x: float, y: float) -> float:
    """What Python's own parser and `math` make of a text; NaN where `math` refuses."""

    def of(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=number):
                return float(number)
            case ast.Name(id=name):
                return {"x": x, "y": y, "pi": math.pi, "e": math.e}[name]
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -of(inner)
            case ast.BinOp(left=left, op=joint, right=right):
                return OPERATORS[type(joint)](of(left), of(right))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return MATH[name](*map(of, arguments))
            case _:
                raise TypeError(ast.dump(node))

    try:
        found = of(ast.parse(text, mode="eval").body)
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan
    return math.nan if isinstance(found, complex) else found


numbers = st.one_of(
    st.integers(0, 9).map(str),
    st.floats(0.01, 99, allow_nan=False).map(lambda number: f"{number:.3g}"),
)
leaves = st.one_of(st.sampled_from(["x", "y", "pi", "e"]), numbers)


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts one level deeper."""
    one = sorted(name for name, function in FUNCTIONS.items() if function.arguments == 1)
    return st.one_of(
        st.builds(lambda a, o, b: f"({a} {o} {b})", parts, st.sampled_from("+-*/"), parts),
        st.builds(lambda a, b: f"({a})**{b}", parts, st.integers(0, 5)),
        st.builds(lambda a: f"-{a}", parts),
        st.builds(lambda f, a: f"{f}({a})", st.sampled_from(one), parts),
        st.builds(lambda f, a, b: f"{f}({a}, {b})", st.sampled_from(["min", "max"]), parts, parts),
    )


texts = st.recursive(leaves, grown, max_leaves=10).filter(lambda text: len(text) < MAX_LENGTH)
coordinates = st.floats(-4, 4, allow_nan=False)


@given(texts, coordinates, coordinates)
@settings(max_examples=300, deadline=None)
def test_a_function_is_what_python_makes_of_it(text: str, x: float, y: float) -> None:
    tree = parse_expression(text)
    expected = by_python(text, x, y)
    with np.errstate(all="ignore"):
        found = float(value(tree, np.float64(x), np.float64(y), np))
    if math.isfinite(expected) and abs(expected) < 1e100:
        assert cmath.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_a_tree_that_is_written_is_read_again(text: str) -> None:
    tree = parse_expression(text)
    assert parse_expression(written(tree)) == tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x^2", -9.0),
        ("2^3^2", 512.0),
        ("2**-x", 0.125),
        ("x - y - 1", 0.0),
        ("12/x/y", 2.0),
        ("x²·y³ − 1", 71.0),
        ("x × y ÷ 3", 2.0),
        ("2π", None),
        ("cos(π)", -1.0),
        ("x**(1/2)**2", 3.0**0.25),
        ("+x - -y", 5.0),
    ],
)
def test_how_operators_bind(text: str, expected: float | None) -> None:
    if expected is None:
        with pytest.raises(SpecError, match="Column 2: an operator is missing before `π`"):
            parse_expression(text)
        return
    found = value(parse_expression(text), np.float64(3), np.float64(2), np)
    assert float(found) == pytest.approx(expected, rel=1e-15)


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "A function of x and y is expected, got no text."),
        ("x +", "Column 4: a number, a name or a bracket is expected, got the end."),
        ("x +* y", "Column 4: a number, a name or a bracket is expected, got `*`."),
        ("(x + y", "Column 1: this bracket is not closed."),
        ("x + y)", "Column 6: an operator or the end is expected, got `)`."),
        ("2x", "Column 2: an operator is missing before `x`; write `*` to multiply."),
        ("3(x)", "Column 2: an operator is missing before `(`; write `*` to multiply."),
        ("sin x", "Column 5: `sin` needs a bracket: `sin(…)`."),
        ("sni(x)", "Column 1: `sni` is not known; `sin` is."),
        ("x + z", "Column 5: `z` is not known; there are x, y, pi, e and functions such as sin."),
        ("max(x)", "Column 1: `max` takes 2 arguments, got 1."),
        ("sin(x, y)", "Column 1: `sin` takes 1 argument, got 2."),
        ("x^9999", "Column 2: an exponent lies between -1,000 and 1,000."),
        ("x^-(500*3)", "Column 2: an exponent lies between -1,000 and 1,000."),
        ("1e400*x", "Column 1: the number 1e400 is too large."),
        ("x = y", "Column 3: `=` has no meaning here."),
        ("x\0", "Column 2: `?` has no meaning here."),
    ],
)
def test_an_error_names_the_column(text: str, message: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse_expression(text)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0]",
        "x.__class__",
        "exec('1')",
        "lambda: x",
        "[x for x in y]",
        "x if y else 0",
        "f'{x}'",
        "open(x)",
        "x; y",
        "x, y",
        "10**10**10**10",
        "((((x**1000)**1000)**1000)**9999)",
        "(" * 400 + "x" + ")" * 99,
        "-" * 499 + "x",
        "sin(" * 100 + "x" + ")" * 100,
        "x^" * 200 + "x",
        "x+" * 249 + "x" + "+x",
        "x" * (MAX_LENGTH + 1),
        "9" * 400,
        "é",
        "\ud800",
    ],
)
def test_what_is_no_small_function_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_expression(text)


@given(st.text(alphabet="xy01.e+-*/^(), sincotaπ²_'\"[]{}=\\\n", max_size=80))
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_function_or_an_error_of_ours(text: str) -> None:
    try:
        tree = parse_expression(text)
    except SpecError as error:
        assert error.message.endswith(".")
    else:
        assert parse_expression(written(tree)) == tree


def test_the_largest_functions_have_a_value() -> None:
    long = "+".join(["x"] * ((MAX_PARTS + 1) // 2))
    deep = "(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH
    assert float(value(parse_expression(long), np.float64(1), np.float64(0), np)) == 125
    assert float(value(parse_expression(deep), np.float64(7), np.float64(0), np)) == 7
