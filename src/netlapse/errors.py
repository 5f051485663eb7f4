"""Every error that netlapse raises on purpose, as one tree.

    NetlapseError
    ├── InputError            what the user gave cannot be used (exit code 2, HTTP 422)
    │   ├── SpecError         a spec document breaks a rule
    │   └── DataError         a table, file or dataset cannot be read
    ├── NotFoundError         a run, table or preset of that name does not exist (HTTP 404)
    ├── StateError            the command does not fit the present state of the run (HTTP 409)
    │   └── ConfirmationError it takes so much that it has to be confirmed first
    └── RunError              a training could not go on (exit code 1, HTTP 500)
        ├── DivergedError     a loss or a gradient is no longer finite
        ├── OutOfMemoryError  it needs more memory than there is; it can go on with less
        └── WorkerError       the worker process died or does not answer

An error says four things: the rule, the value received, the place, the remedy. The command line
prints them as one sentence, the API sends them as fields, the Studio shows them on the thing they
concern.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong, in parts: the form in which errors travel between processes."""

    kind: str
    message: str
    """The whole sentence: rule and received value."""
    place: str = ""
    """Where: the path of a field, a row and column, a layer id."""
    remedy: str = ""
    """What to do about it, as a sentence; may be empty."""


class NetlapseError(Exception):
    """Base of all errors raised on purpose.

    Args:
        message: The rule and the received value, as one sentence.
        place: The path of a field, a row and column, a layer id.
        remedy: What to do about it, as a sentence.

    >>> str(NetlapseError("`units` must be at least 1, got 0.", place="network.layers[0]"))
    'network.layers[0]: `units` must be at least 1, got 0.'
    """

    def __init__(self, message: str, *, place: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        tail = f" {self.remedy}" if self.remedy else ""
        return f"{head}{self.message}{tail}"

    @property
    def problem(self) -> Problem:
        """The error as plain data; its kind is one of the tree above."""
        kind = next(k.__name__ for k in type(self).__mro__ if k.__name__ in _KINDS)
        return Problem(kind, self.message, self.place, self.remedy)

    def as_dict(self) -> dict[str, str]:
        """The error as a JSON object: `kind`, `message`, `place`, `remedy`."""
        return asdict(self.problem)


class InputError(NetlapseError):
    """What the user gave cannot be used."""


class SpecError(InputError):
    """A spec document breaks a rule."""


class DataError(InputError):
    """A table, a file or a dataset cannot be read or used."""


class NotFoundError(NetlapseError):
    """A run, a table or a preset of that name does not exist."""


class StateError(NetlapseError):
    """The command does not fit the present state of the run."""


class ConfirmationError(StateError):
    """What was asked for takes so much that it has to be confirmed first."""


class RunError(NetlapseError):
    """A training could not go on."""


class DivergedError(RunError):
    """A loss or a gradient is no longer finite."""


class OutOfMemoryError(RunError):
    """A training needs more memory than there is; it can go on with less."""


class WorkerError(RunError):
    """The worker process died or does not answer."""


_KINDS = {
    error.__name__: error
    for error in (
        NetlapseError,
        InputError,
        SpecError,
        DataError,
        NotFoundError,
        StateError,
        ConfirmationError,
        RunError,
        DivergedError,
        OutOfMemoryError,
        WorkerError,
    )
}


def from_problem(problem: Problem) -> NetlapseError:
    """The error that a problem describes: the inverse of `NetlapseError.problem`.

    >>> from_problem(DataError("The file is empty.").problem)
    DataError('The file is empty.')
    """
    kind = _KINDS.get(problem.kind, NetlapseError)
    return kind(problem.message, place=problem.place, remedy=problem.remedy)
