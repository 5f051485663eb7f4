"""Worker processes: started, ended, never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netlapse.errors import StateError, WorkerError
from netlapse.session.pool import WorkerPool
from netlapse.session.worker_process import WorkerProcess
from tests.session.conftest import FAKE

ROOT = Path(__file__).parents[2]


def is_gone(pid: int, timeout_s: float = 10.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True  # dead, and nobody has asked for its exit code
        time.sleep(0.02)
    return False


def test_closing_ends_it() -> None:
    worker = WorkerProcess(FAKE)
    assert worker.is_alive
    worker.close()
    assert not worker.is_alive
    assert worker.reason() == "The worker process ended with exit code 0."
    with pytest.raises(WorkerError, match="exit code 0"):
        worker.attach(lambda *_: None, lambda _: None)


def test_one_that_does_not_listen_is_killed() -> None:
    worker = WorkerProcess([sys.executable, "-c", "import time; time.sleep(60)"])
    worker.close(timeout_s=0.2)
    assert not worker.is_alive
    assert worker.reason() == "The worker process was ended by SIGKILL."


def test_one_that_cannot_be_started() -> None:
    with pytest.raises(WorkerError, match="cannot be started: No such file or directory"):
        WorkerProcess(["/no/such/python"])


def test_much_on_standard_error_does_not_block_it() -> None:
    code = "import sys; sys.stderr.write('x' * 10_000_000 + '\\nlast words\\n'); sys.exit(4)"
    worker = WorkerProcess([sys.executable, "-c", code])
    deadline = time.monotonic() + 20
    while worker.is_alive and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (
        worker.reason() == "The worker process ended with exit code 4. Its last words: last words"
    )


def test_it_is_told_where_compiled_programs_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NETLAPSE_COMPILED", raising=False)
    monkeypatch.setenv("NETLAPSE_HOME", str(tmp_path))
    code = "import os, sys; sys.exit(os.environ['NETLAPSE_COMPILED'])"
    for given, wanted in (
        (None, tmp_path / "cache" / "compiled"),
        (tmp_path / "x", tmp_path / "x"),
    ):
        pool = WorkerPool(command=[sys.executable, "-c", code], compiled=given)
        assert pool.take().reason().endswith(f"Its last words: {wanted}")
        pool.close()


def test_a_pool_hands_out_living_workers() -> None:
    pool = WorkerPool(1, prepare=True, command=FAKE)
    first = pool.take()
    pool.give_back(first)
    assert pool.take() is first
    pool.give_back(first)
    first.kill()
    assert is_gone(first.pid)
    second = pool.take()
    assert second is not first
    assert second.is_alive
    pool.close()
    pool.give_back(second)
    assert not second.is_alive
    with pytest.raises(StateError, match="the program is ending"):
        pool.take()


LEAVES = """
import os, signal, sys
from netlapse.record.memory import MemoryStore
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session
from netlapse.spec.document import Spec
session = Session(MemoryStore(), WorkerPool(1, command=[sys.executable, sys.argv[1]]))
session.open(Spec.model_validate({"data": {"kind": "spiral"}})).result(60)
print(session.worker_pid, flush=True)
if sys.argv[2] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "raise":
    raise SystemExit(7)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(("how", "code"), [("kill", -9), ("raise", 7), ("return", 0)])
def test_no_orphan_is_left(how: str, code: int) -> None:
    arguments = [sys.executable, "-c", LEAVES, FAKE[1], how]
    ended = subprocess.run(
        arguments, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert ended.returncode == code, ended.stderr
    assert is_gone(int(ended.stdout))
