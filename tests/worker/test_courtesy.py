"""While somebody watches, a training lets others compute first; else it takes what it gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netlapse.session.pool import WorkerPool
from netlapse.worker.courtesy import NICE, Courtesy

AUTOGROUP = Path("/proc/self/autogroup")

pytestmark = pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system has no autogroups")

WATCHED = """
import time
from pathlib import Path
from netlapse.worker.courtesy import Courtesy

def follow(watched):
    for _ in range(4):
        courtesy.follow(watched=watched)
        time.sleep(0.11)
    return Path("/proc/self/autogroup").read_text().split()[-1]

courtesy = Courtesy()
print(follow(False), follow(True), follow(False))
"""


def test_a_session_gives_way_and_takes_it_back() -> None:
    assert _said([sys.executable, "-c", WATCHED]) == ["0", str(NICE), "0"]


def test_who_shares_a_session_leaves_it_alone() -> None:
    inner = [sys.executable, "-c", WATCHED]
    outer = f"import subprocess; subprocess.run({inner!r})"
    assert _said([sys.executable, "-c", outer]) == ["0", "0", "0"]


def _said(command: list[str]) -> list[str]:
    """What a new session prints."""
    return subprocess.run(
        command, capture_output=True, text=True, check=True, start_new_session=True
    ).stdout.split()


def test_a_worker_is_a_session_of_its_own() -> None:
    pool = WorkerPool(0)
    worker = pool.take()
    try:
        assert os.getsid(worker.pid) == worker.pid
    finally:
        worker.close()
        pool.close()


def test_where_it_may_not_it_does_not_try_again(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "autogroup"
    courtesy = Courtesy(file)
    courtesy.follow(watched=True)
    file.parent.mkdir()
    courtesy.follow(watched=True)
    assert not file.exists()
