"""Racers as they are typed: `adam`, `momentum:learning_rate=0.1,momentum=0.5`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from netlapse.errors import SpecError
from netlapse.spec.base import parse
from netlapse.spec.changes import parse_assignment
from netlapse.spec.lab.race import MAX_NAME, Racer, find_optimizer
from netlapse.spec.optimizers import OptimizerBase


@dataclass(frozen=True)
class TypedRacer:
    """An optimizer and the numbers that were typed for it alone."""

    name: str
    """The optimizer, as it was typed."""
    kind: type[OptimizerBase]
    numbers: Mapping[str, object]
    """Values by name; not yet looked at."""
    text: str
    """All of it."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The numbers that such an optimizer has."""
        return tuple(name for name in self.kind.model_fields if name != "kind")

    def racer(self, others: Mapping[str, object] | None = None) -> Racer:
        """The racer, called as it was typed, where that is no longer than a name may be.

        Args:
            others: Numbers that were given elsewhere; its own go before them.

        Raises:
            SpecError: A number is out of its range.
        """
        numbers = {**(others or {}), **self.numbers}
        return parse(
            Racer,
            {
                "optimizer": {"kind": kind_of(self.kind), **numbers},
                "name": self.text if len(self.text) <= MAX_NAME else self.name,
            },
            place=f"{self.name}: ",
        )


def typed_racer(text: str, *, place: str = "") -> TypedRacer:
    """Read a racer: an optimizer's name, and after a colon numbers of its own.

    Raises:
        SpecError: There is no such optimizer or number, or a number is given twice or not at all.

    >>> typed_racer("momentum:learning_rate=0.1,momentum=0.5").racer().optimizer.learning_rate
    0.1
    >>> typed_racer("adam:momentum=0.5")
    Traceback (most recent call last):
    netlapse.errors.SpecError: `adam` has no number `momentum`; it has: learning_rate, beta_1, \
beta_2, epsilon.
    """
    name, colon, after = text.partition(":")
    name = name.strip()
    kind = find_optimizer(name, place=place)
    typed = TypedRacer(name, kind, {}, "".join(text.split()))
    numbers: dict[str, object] = {}
    for part in after.split(",") if colon else ():
        number, equals, value = part.partition("=")
        number = number.strip()
        if not (number and equals and value.strip()):
            raise SpecError(
                f"Numbers of an optimizer are written `{name}:{typed.fields[0]}=0.1,…`, "
                f"got `{text:.80}`.",
                place=place,
            )
        if number not in typed.fields:
            raise SpecError(
                f"`{name}` has no number `{number:.40}`; it has: {', '.join(typed.fields)}.",
                place=place,
            )
        if number in numbers:
            raise SpecError(f"`{number}` is given twice in `{text:.80}`.", place=place)
        numbers[number] = parse_assignment(f"{number}={value.strip()}")[1]
    return replace(typed, numbers=numbers)


def kind_of(optimizer: type[OptimizerBase]) -> str:
    """The word that an optimizer's document has as its kind.

    >>> from netlapse.spec.optimizers import Adam
    >>> kind_of(Adam)
    'adam'
    """
    return str(optimizer.model_json_schema()["properties"]["kind"]["const"])
