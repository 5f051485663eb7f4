"""Compiled programs on disk: found again, and a damaged one is replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from netlapse.engine.compiled import keep_compiled
keep_compiled(Path(sys.argv[1]))
import jax
print(jax.jit(lambda x: (x * 3).sum())(jax.numpy.arange(5.0)))
"""


def compiled(folder: Path) -> dict[str, bytes]:
    """Run a program that keeps what it compiles; gives the entries by name."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "30.0"
    assert done.stderr == ""
    entries = {p.name: p for p in folder.rglob("*-cache") if "lambda" in p.name}
    assert entries
    return {name: path.read_bytes() for name, path in entries.items()}


def test_a_second_process_finds_what_the_first_compiled(tmp_path: Path) -> None:
    first = compiled(tmp_path)
    assert compiled(tmp_path) == first


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda _: b"\0" * 1000])
def test_a_damaged_entry_is_dropped_and_compiled_anew(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    compiled(tmp_path)
    damaged = {}
    for path in tmp_path.rglob("*-cache"):
        path.write_bytes(damage(path.read_bytes()))
        damaged[path.name] = path.read_bytes()
    # JAX drops nothing and replaces nothing by itself: this fails without our notice of it.
    mended = compiled(tmp_path)
    assert all(mended[name] != damaged[name] for name in mended)


CONVOLUTIONAL = """
import sys
from pathlib import Path
from netlapse.engine.compiled import keep_compiled
keep_compiled(Path(sys.argv[1]))
import jax
from netlapse.spec.layers import onednn
if not onednn.is_usable():
    raise SystemExit(3)
ones = jax.numpy.ones((64, 32))
print(jax.jit(lambda x: onednn.product(x, x).sum())(ones))
"""


def test_a_program_that_calls_onednn_is_not_written(tmp_path: Path) -> None:
    # XLA's writer fails on it: with "bad_alloc", or with the end of the process.
    done = subprocess.run(
        [sys.executable, "-c", CONVOLUTIONAL, str(tmp_path)], capture_output=True, text=True
    )
    if done.returncode == 3:
        pytest.skip("XLA has no oneDNN on this machine")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "65536.0", "")
    names = [path.name for path in tmp_path.rglob("*-cache")]
    assert names, "others are kept"
    assert not any("lambda" in name for name in names)
