"""Lists that stay short: when full, every second entry goes."""

from __future__ import annotations

from bisect import bisect_right

from netlapse.record.contract import EvaluationData

MAX_EVALUATIONS = 1024
MAX_PLACES = 4096


class Evaluations:
    """Evaluations in the order of their steps, at most 1,024, the first and the newest among them.

    When full, the density halves: of the evaluations to come as of those kept, every second one
    stays. The newest always stays, as the last.

    >>> kept = Evaluations(most=4)
    >>> for step in range(9):
    ...     _ = kept.append({"step": step})
    >>> [entry["step"] for entry in kept.all()]
    [0, 4, 8]
    """

    def __init__(self, most: int = MAX_EVALUATIONS) -> None:
        self._most = most
        self._kept: list[EvaluationData] = []
        self._newest: EvaluationData | None = None
        self._count = 0
        self._stride = 1

    def append(self, evaluation: EvaluationData) -> bool:
        """Take in an evaluation; says whether it was news."""
        step = int(evaluation["step"])
        if self._newest is not None:
            newest = int(self._newest["step"])
            if step < newest or evaluation == self._newest:
                return False
            if step == newest:
                self._replace(evaluation)
                return True
        self._newest = evaluation
        if self._count % self._stride == 0:
            self._kept.append(evaluation)
        self._count += 1
        if len(self._kept) >= self._most:
            del self._kept[1::2]
            self._stride *= 2
        return True

    def all(self) -> tuple[EvaluationData, ...]:
        """What is kept, by step."""
        if self._newest is None or self._kept[-1] is self._newest:
            return tuple(self._kept)
        return (*self._kept, self._newest)

    def _replace(self, evaluation: EvaluationData) -> None:
        if self._kept[-1] is self._newest:
            self._kept[-1] = evaluation
        self._newest = evaluation


class Places:
    """Where steps lie in a file: at most 4,096 entries, each the start of some chunks.

    >>> places = Places(most=4)
    >>> for chunk in range(6):
    ...     places.append(first_step=1 + 10 * chunk, offset=100 * chunk)
    >>> places.before(35)
    200
    """

    def __init__(self, most: int = MAX_PLACES) -> None:
        self._most = most
        self._steps: list[int] = []
        self._offsets: list[int] = []
        self._count = 0
        self._stride = 1

    def __len__(self) -> int:
        return len(self._steps)

    def append(self, *, first_step: int, offset: int) -> None:
        """Take in the next chunk."""
        if self._count % self._stride == 0:
            self._steps.append(first_step)
            self._offsets.append(offset)
        self._count += 1
        if len(self._steps) >= self._most:
            del self._steps[1::2]
            del self._offsets[1::2]
            self._stride *= 2

    def before(self, step: int) -> int:
        """The greatest known offset from which reading on meets `step`; 0 where none is."""
        index = bisect_right(self._steps, step) - 1
        return self._offsets[index] if index >= 0 else 0
