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

THREADS = 2
"""Threads that a product of large matrices is divided among. XLA takes as many as there are cores,
and the division decides in which order numbers are added: a fixed number of threads gives the same
bits on one core and on sixty-four."""

THREADS_VARIABLE = "NPROC"
"""Where XLA reads the number of threads."""

FEW_CALLS: dict[str, str | bool] = {"xla_cpu_use_fusion_emitters": False}
"""Compiler options of a program that is called now and then, such as a probe: XLA's older fusions
compile in about half the time, and run a tenth slower."""

_FLAG = "--xla_backend_extra_options"


def configure() -> None:
    """Set the number of threads and add our options to `XLA_FLAGS`, unless the user has set them.

    It has no effect, and does no harm, where a program has started JAX's CPU backend before.
    """
    os.environ.setdefault(THREADS_VARIABLE, str(THREADS))
    given = os.environ.get("XLA_FLAGS", "")
    if _FLAG not in given:
        option = f"{_FLAG}=xla_cpu_small_while_loop_byte_threshold={SMALL_LOOP_BYTES}"
        os.environ["XLA_FLAGS"] = f"{given} {option}".strip()
