"""Lists that stay short: when full, every second entry goes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Self, TypeVar

from netlapse.record.contract import MAX_VITALS, EvaluationData, VitalsEntry

MAX_EVALUATIONS = 1024
Entry = TypeVar("Entry")


class Thinned(ABC, Generic[Entry]):
    """Entries in the order of their steps, a bounded number, the first and the newest among them.

    When full, the density halves: of the entries to come as of those kept, every second one stays.
    The newest always stays, as the last.

    >>> kept = Evaluations(most=4)
    >>> for step in range(9):
    ...     _ = kept.append({"step": step})
    >>> [entry["step"] for entry in kept.all()]
    [0, 4, 8]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[Entry] = []
        self._newest: Entry | None = None
        self._count = 0
        self._stride = 1

    @staticmethod
    @abstractmethod
    def _step(entry: Entry) -> int:
        """The step of an entry."""

    @classmethod
    def of(cls, numbered: Sequence[tuple[int, Entry]]) -> Self:
        """One that goes on from what another has kept, by number; more of them do no harm.

        >>> kept = Evaluations()
        >>> for step in range(3000):
        ...     _ = kept.append({"step": step})
        >>> Evaluations.of([(e["step"], e) for e in kept.all()]).all() == kept.all()
        True
        """
        made = cls()  # type: ignore[call-arg]
        if numbered:
            made._count = numbered[-1][0] + 1
            made._newest = numbered[-1][1]
            while -(-made._count // made._stride) >= made._most:
                made._stride *= 2
            made._kept = [entry for number, entry in numbered if number % made._stride == 0]
        return made

    @property
    def count(self) -> int:
        """How many there were so far; the newest has the number before."""
        return self._count

    @property
    def stride(self) -> int:
        """Those stay whose numbers, from 0, are multiples of it, and the newest."""
        return self._stride

    @property
    def last_step(self) -> int | None:
        """The step of the newest; none where there is none."""
        return None if self._newest is None else self._step(self._newest)

    def append(self, entry: Entry) -> bool:
        """Take in an entry; says whether it was news."""
        step = self._step(entry)
        if self._newest is not None:
            newest = self._step(self._newest)
            if step < newest or entry == self._newest:
                return False
            if step == newest:
                self._replace(entry)
                return True
        self._newest = entry
        if self._count % self._stride == 0:
            self._kept.append(entry)
        self._count += 1
        if len(self._kept) >= self._most:
            del self._kept[1::2]
            self._stride *= 2
        return True

    def all(self) -> tuple[Entry, ...]:
        """What is kept, by step."""
        if self._newest is None or self._kept[-1] is self._newest:
            return tuple(self._kept)
        return (*self._kept, self._newest)

    def _replace(self, entry: Entry) -> None:
        if self._kept[-1] is self._newest:
            self._kept[-1] = entry
        self._newest = entry


class Evaluations(Thinned[EvaluationData]):
    """At most 1,024 evaluations."""

    def __init__(self, most: int = MAX_EVALUATIONS) -> None:
        super().__init__(most)

    @staticmethod
    def _step(entry: EvaluationData) -> int:
        return int(entry["step"])


class VitalsList(Thinned[VitalsEntry]):
    """At most 512 vitals."""

    def __init__(self, most: int = MAX_VITALS) -> None:
        super().__init__(most)

    @staticmethod
    def _step(entry: VitalsEntry) -> int:
        return entry.step


def of_range(
    entries: Sequence[VitalsEntry], first_step: int, last_step: int | None
) -> tuple[VitalsEntry, ...]:
    """Those of a range of steps; `last_step` included, none for all."""
    last = entries[-1].step if entries and last_step is None else last_step or 0
    return tuple(entry for entry in entries if first_step <= entry.step <= last)
