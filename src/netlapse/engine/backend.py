"""How XLA compiles for this engine; set before JAX starts.

XLA runs a program on a CPU operation by operation, at 50 to 100 ns for each; a step of a small
network is fifty operations of next to no work. A loop below a size becomes one compiled function
instead, unless it holds something that needs XLA's own threads (a `dot`, a sort). XLA does so up to
1 KB; a spiral's loop is larger, and trains twice as fast this way.
"""

from __future__ import annotations

import os

SMALL_LOOP_BYTES = 1_000_000
"""A loop whose body touches fewer bytes becomes one function."""

_FLAG = "--xla_backend_extra_options"


def configure() -> None:
    """Add our options to `XLA_FLAGS`, unless the user has set that one there.

    It has no effect, and does no harm, where a program has started JAX's CPU backend before.
    """
    given = os.environ.get("XLA_FLAGS", "")
    if _FLAG not in given:
        option = f"{_FLAG}=xla_cpu_small_while_loop_byte_threshold={SMALL_LOOP_BYTES}"
        os.environ["XLA_FLAGS"] = f"{given} {option}".strip()
