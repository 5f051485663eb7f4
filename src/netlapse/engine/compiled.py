"""Compiled programs on disk, so that a new process need not compile them again.

JAX keys the entries by program and its own version. The folder adds the processor's features: XLA's
machine code for one AVX-512 processor may not run on another. An entry that cannot be read is
dropped with all others and compiled anew; JAX alone would keep and refuse it for ever.

A program that calls oneDNN by name is not kept: XLA takes the call for another kind of operation
when it writes it down, and reads what is no text as one.
"""

from __future__ import annotations

import os
import shutil
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import jax

from netlapse.engine.plan import processor_features
from netlapse.spec.layers.onednn import PREFIX

CACHE_BYTES = 512 * 1024 * 1024
_UNREADABLE = "Error reading persistent compilation cache entry"


def keep_compiled(folder: Path) -> None:
    """Keep compiled programs in a folder, bounded to 512 MB, from now on.

    A version of JAX where single programs cannot be left out keeps none.

    Args:
        folder: The folder; one below it is used for this build of XLA on this processor.
    """
    if not _leaves_out_what_cannot_be_written():
        return
    own = folder / f"{version('jaxlib')}-{processor_features()}"
    own.mkdir(parents=True, exist_ok=True)
    jax.config.update("jax_compilation_cache_dir", os.fspath(own))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    jax.config.update("jax_compilation_cache_max_size", CACHE_BYTES)
    jax.config.update("jax_raise_persistent_cache_errors", False)
    _drop_when_unreadable(own)


def _drop_when_unreadable(folder: Path) -> None:
    """Empty the folder when JAX warns that it cannot read an entry: its only sign of it."""
    show = warnings.showwarning

    def noticed(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if _UNREADABLE in str(message):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
        else:
            show(message, category, filename, lineno, file, line)

    warnings.showwarning = noticed
    warnings.filterwarnings("always", message=_UNREADABLE)


def _leaves_out_what_cannot_be_written() -> bool:
    """Let JAX write no program that calls oneDNN, which it has no public switch for."""
    try:
        from jax._src import compilation_cache

        write = compilation_cache.put_executable_and_time
    except (ImportError, AttributeError):
        return False

    def write_most(key: str, name: str, executable: Any, *rest: Any) -> None:
        if not any(PREFIX in module.to_string() for module in executable.hlo_modules()):
            write(key, name, executable, *rest)

    compilation_cache.put_executable_and_time = write_most
    return True
