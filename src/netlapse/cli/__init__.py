"""The command line. Exit codes: 0 done, 1 failure, 2 bad input; errors are one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

DONE, FAILURE, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code.

    Args:
        arguments: What stands behind `netlapse`; by default that of this program.
    """
    from netlapse.cli.app import app
    from netlapse.errors import NetlapseError

    try:
        code = app(
            args=None if arguments is None else list(arguments),
            prog_name="netlapse",
            standalone_mode=False,
        )
    except NetlapseError as error:
        return _fail(str(error), _code_of(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; nothing may be written at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILURE
    except Exception as error:
        # A wrong option or argument: the parser's own errors, whichever parser typer brings.
        usage = getattr(error, "format_message", None)
        if usage is None:
            raise
        from netlapse.spec.base import in_our_words

        return _fail(f"{in_our_words(str(usage()))}.", BAD_INPUT)
    return code if isinstance(code, int) else DONE


def _code_of(error: Exception) -> int:
    from netlapse.errors import InputError, NotFoundError

    return BAD_INPUT if isinstance(error, InputError | NotFoundError) else FAILURE


def _fail(message: str, code: int) -> int:
    print(" ".join(message.split()), file=sys.stderr)
    return code
