"""The public API: its names, and how light it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import netlapse as nl


def test_the_public_names() -> None:
    assert nl.__all__ == [
        "DataError",
        "DivergedError",
        "NetlapseError",
        "Progress",
        "RaceResult",
        "Run",
        "Spec",
        "SpecError",
        "WorkerError",
        "__version__",
        "check",
        "compare",
        "open",
        "presets",
        "race",
        "read_spec",
        "recommend",
        "score",
        "start",
        "train",
    ]
    assert dir(nl) == nl.__all__
    for name in nl.__all__:
        assert getattr(nl, name) is not None


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'netlapse' has no attribute 'fit'"):
        _ = nl.fit


HEAVY = {
    "fastapi",
    "jax",
    "jaxlib",
    "numpy",
    "optax",
    "pandas",
    "pyarrow",
    "pydantic",
    "rich",
    "sklearn",
    "typer",
    "uvicorn",
}


def test_importing_netlapse_loads_nothing() -> None:
    code = "import netlapse, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(loaded.stdout.split())


def test_importing_netlapse_is_quick() -> None:
    code = "import time; t = time.perf_counter(); import netlapse; print(time.perf_counter() - t)"
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(seconds) < 0.3


def test_the_library_loads_no_jax() -> None:
    code = (
        "import netlapse as nl, sys; nl.train; nl.check; nl.presets.spiral();"
        "assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


UNGUARDED = """
import netlapse as nl
run = nl.train(nl.presets.line(), epochs=5, record=False)
print(run.step, run.state)
"""


@pytest.mark.parametrize("how", ["script", "command", "standard input"])
def test_it_trains_from_anywhere(how: str, tmp_path: Path) -> None:
    script = tmp_path / "queue.py"  # a name of the standard library, which is nobody's fault
    script.write_text(UNGUARDED)
    arguments = {
        "script": ["-P", str(script)],
        "command": ["-c", UNGUARDED],
        "standard input": ["-P", "-"],
    }[how]
    ended = subprocess.run(
        [sys.executable, *arguments],
        input=UNGUARDED if how == "standard input" else None,
        capture_output=True,
        text=True,
        cwd=tmp_path if how != "command" else None,
        timeout=100,
        check=False,
    )
    assert ended.stdout == "40 finished\n", ended.stderr
    assert ended.stderr == ""


IN_A_KERNEL = """
import asyncio, threading

async def cell():
    import netlapse as nl
    run = nl.train(nl.presets.line(), epochs=5, record=False)
    print(run.step, run.state)
    return run

run = asyncio.run(cell())
thread = threading.Thread(target=lambda: print(run.train(steps=2).step))
thread.start()
thread.join()
"""


def test_it_trains_as_in_a_notebook_kernel(tmp_path: Path) -> None:
    # A cell runs within an event loop, in a process that goes on; a widget's work in a thread.
    ended = subprocess.run(
        [sys.executable, "-c", IN_A_KERNEL],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=100,
        check=False,
    )
    assert ended.stdout == "40 finished\n42\n", ended.stderr
    assert ended.stderr == ""
