"""What goes wrong while the device computes, as an error of ours."""

from __future__ import annotations

from netlapse.errors import NetlapseError, OutOfMemoryError, RunError
from netlapse.worker.memory import REMEDY

FAILURES = (NetlapseError, RuntimeError, MemoryError)
"""What training, probes and compilation raise: our errors, the device's and Python's."""


def known(error: BaseException) -> NetlapseError:
    """The same error as one of ours.

    >>> known(MemoryError()).remedy == REMEDY
    True
    """
    if isinstance(error, NetlapseError):
        return error
    if isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error):
        return OutOfMemoryError("There is not enough memory for this.", remedy=REMEDY)
    return failed("The training", error)


def failed(what: str, error: BaseException) -> RunError:
    """Says what failed, with the first line of the library's own words.

    >>> print(failed("The landscape", RuntimeError("INTERNAL: a bug" + chr(10) + "at 0x7f")))
    The landscape failed inside the numerical library: INTERNAL: a bug
    """
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return RunError(f"{what} failed inside the numerical library: {first[:200]}")
