"""From the text of a function of x and y to a tree: a small grammar, and nothing beside it.

    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed }
    signed  = { "+" | "-" } power
    power   = atom [ ("**" | "^") signed ]          binds to the right: -x^2 is -(x^2)
    atom    = number | "x" | "y" | "pi" | "e" | function "(" sum { "," sum } ")" | "(" sum ")"

Text is never run as code. Its length, depth, number of parts and exponents are bounded.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from netlapse.errors import SpecError
from netlapse.spec.lab.tree import (
    CONSTANTS,
    FUNCTIONS,
    Call,
    Negative,
    Number,
    Operation,
    Operator,
    Tree,
    Variable,
    constant,
)

MAX_LENGTH = 500
MAX_DEPTH = 40
"""Brackets, signs and exponents within each other."""
MAX_PARTS = 250
"""Numbers, names and operators."""
MAX_EXPONENT = 1000

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*|π)"
    r"|(?P<power>\*\*|\^)"
    r"|(?P<raised>[²³])"
    r"|(?P<mark>[-+*/(),−·×÷])"
)
_SAME = {"−": "-", "·": "*", "×": "*", "÷": "/"}
_RAISED = {"²": "2", "³": "3"}
_Kind = Literal["number", "name", "power", "raised", "mark", "end"]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int
    """Counted from 1."""


def parse_expression(text: str, *, place: str = "") -> Tree:
    """The tree of a function of x and y.

    Args:
        text: Such as `x**2/10 + y**2`; `^` is written for `**` as well.
        place: Where the text stands, for an error.

    Raises:
        SpecError: The text is no such function, or too large; the message names the column.

    >>> from netlapse.spec.lab.tree import written
    >>> written(parse_expression("-x^2 + sin(pi*y)"))
    '-x^2 + sin(pi*y)'
    >>> parse_expression("x +* y")
    Traceback (most recent call last):
    netlapse.errors.SpecError: Column 4: a number, a name or a bracket is expected, got `*`.
    """
    if len(text) > MAX_LENGTH:
        raise SpecError(
            f"A function has at most {MAX_LENGTH} characters, got {len(text):,}.", place=place
        )
    return _Parser(text, place).whole()


class _Parser:
    def __init__(self, text: str, place: str) -> None:
        self._place = place
        self._tokens = self._split(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        if self._now.kind == "end":
            raise SpecError("A function of x and y is expected, got no text.", place=self._place)
        tree = self._sum()
        token = self._now
        if token.kind in ("name", "number") or token.text == "(":
            self._fail(
                token, f"an operator is missing before `{token.text}`; write `*` to multiply"
            )
        if token.kind != "end":
            self._fail(token, f"an operator or the end is expected, got `{token.text}`")
        return tree

    # --- tokens ------------------------------------------------------------------------------

    def _split(self, text: str) -> list[_Token]:
        tokens: list[_Token] = []
        at = 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            found = _TOKEN.match(text, at)
            if found is None:
                shown = text[at] if text[at].isprintable() else "?"
                self._fail(_Token("mark", shown, at + 1), f"`{shown}` has no meaning here")
            kind, part = found.lastgroup or "mark", found.group()
            tokens.append(_Token(kind, _SAME.get(part, part), at + 1))
            at = found.end()
        if len(tokens) > MAX_PARTS:
            raise SpecError(
                f"A function has at most {MAX_PARTS} parts, got {len(tokens)}.", place=self._place
            )
        return [*tokens, _Token("end", "", len(text) + 1)]

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._now
        self._at += token.kind != "end"
        return token

    def _fail(self, token: _Token, what: str) -> NoReturn:
        raise SpecError(f"Column {token.column}: {what}.", place=self._place)

    def _deeper(self, token: _Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(token, f"a function is at most {MAX_DEPTH} levels deep")

    # --- grammar -----------------------------------------------------------------------------

    def _sum(self) -> Tree:
        tree = self._product()
        while self._now.text in ("+", "-"):
            operator: Operator = "+" if self._take().text == "+" else "-"
            tree = Operation(operator, tree, self._product())
        return tree

    def _product(self) -> Tree:
        tree = self._signed()
        while self._now.text in ("*", "/"):
            operator: Operator = "*" if self._take().text == "*" else "/"
            tree = Operation(operator, tree, self._signed())
        return tree

    def _signed(self) -> Tree:
        if self._now.text not in ("+", "-"):
            return self._power()
        sign = self._take()
        self._deeper(sign)
        tree = self._signed()
        self._depth -= 1
        return Negative(tree) if sign.text == "-" else tree

    def _power(self) -> Tree:
        base = self._atom()
        token = self._now
        if token.kind == "raised":
            self._take()
            digit = _RAISED[token.text]
            return Operation("**", base, Number(float(digit), digit))
        if token.kind != "power":
            return base
        self._take()
        self._deeper(token)
        exponent = self._signed()
        self._depth -= 1
        number = constant(exponent)
        if number is not None and abs(number) > MAX_EXPONENT:
            self._fail(token, f"an exponent lies between -{MAX_EXPONENT:,} and {MAX_EXPONENT:,}")
        return Operation("**", base, exponent)

    def _atom(self) -> Tree:
        token = self._take()
        if token.kind == "number":
            number = float(token.text)
            if not math.isfinite(number):
                self._fail(token, f"the number {token.text:.40} is too large")
            return Number(number, token.text)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            self._deeper(token)
            tree = self._sum()
            self._close(token)
            return tree
        got = "the end" if token.kind == "end" else f"`{token.text}`"
        return self._fail(token, f"a number, a name or a bracket is expected, got {got}")

    def _named(self, token: _Token) -> Tree:
        name = "pi" if token.text == "π" else token.text
        if name in ("x", "y"):
            return Variable("x" if name == "x" else "y")
        if name in CONSTANTS:
            return Number(CONSTANTS[name], name)
        if name not in FUNCTIONS:
            self._fail(token, f"`{name:.40}` is not known{_meant(name)}")
        bracket = self._take()
        if bracket.text != "(":
            self._fail(bracket, f"`{name}` needs a bracket: `{name}(…)`")
        self._deeper(bracket)
        arguments = [self._sum()]
        while self._now.text == ",":
            self._take()
            arguments.append(self._sum())
        self._close(bracket)
        wanted = FUNCTIONS[name].arguments
        if len(arguments) != wanted:
            numbers = "1 argument" if wanted == 1 else f"{wanted} arguments"
            self._fail(token, f"`{name}` takes {numbers}, got {len(arguments)}")
        return Call(name, tuple(arguments))

    def _close(self, opened: _Token) -> None:
        token = self._now
        if token.text == ")":
            self._take()
            self._depth -= 1
            return
        if token.kind == "end":
            self._fail(opened, "this bracket is not closed")
        if token.kind in ("name", "number") or token.text == "(":
            self._fail(
                token, f"an operator is missing before `{token.text}`; write `*` to multiply"
            )
        self._fail(token, f"an operator or `)` is expected, got `{token.text}`")


def _meant(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), ["x", "y", *CONSTANTS, *FUNCTIONS], 1)
    return f"; `{near[0]}` is" if near else "; there are x, y, pi, e and functions such as sin"
