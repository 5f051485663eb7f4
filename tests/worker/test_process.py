"""The process: how it ends, and what comes through its pipes."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable

import pytest

from netlapse.protocol.frames import encode
from netlapse.protocol.messages import Pause
from tests.worker.driving import Driver
from tests.worker.test_commands import SPEC

NewWorker = Callable[[], Driver]


def test_closing_standard_input_ends_it_also_while_it_trains(new_worker: NewWorker) -> None:
    driver = new_worker()
    driver.open(SPEC)
    driver.ask("play")
    driver.close_pipe()
    assert driver.exit_code() == 0
    driver.losses()  # no gaps


def test_closing_standard_input_at_once_ends_it(new_worker: NewWorker) -> None:
    driver = new_worker()
    driver.close_pipe()
    assert driver.exit_code() == 0


def test_close_leaves_a_keyframe(new_worker: NewWorker) -> None:
    driver = new_worker()
    driver.open(SPEC)
    driver.ask("play")
    step = driver.ask("close").step
    assert driver.exit_code() == 0
    keyframes = [e for e, _ in driver.events if e.kind == "keyframe" and e.final]
    assert keyframes[-1].step == step == len(driver.losses())


def _frame(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


HEADER = b'{"kind":"nonsense","command":1}'
GARBAGE = {
    "random bytes": _frame(os.urandom(400)),
    "a length beyond all bounds": b"\xff" * 64,
    "not JSON": _frame(struct.pack("<I", 4) + b"oops"),
    "an unknown kind": _frame(struct.pack("<I", len(HEADER)) + HEADER),
    "a header longer than its frame": _frame(struct.pack("<I", 5000) + b"{}"),
    "an empty frame": _frame(b""),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_ends_it(new_worker: NewWorker, name: str) -> None:
    driver = new_worker()
    assert driver.process.stdin is not None
    driver.process.stdin.write(GARBAGE[name])
    driver.process.stdin.flush()
    assert driver.exit_code() == 1
    assert "A command cannot be understood: " in driver.last_words()


def test_a_frame_that_is_torn_off_ends_it(new_worker: NewWorker) -> None:
    driver = new_worker()
    frame = _frame(encode(Pause(kind="pause", command=1)))
    assert driver.process.stdin is not None
    driver.process.stdin.write(frame[:-3])
    driver.close_pipe()
    assert driver.exit_code() == 0
    assert driver.events == []


def test_a_reader_that_goes_away_ends_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "netlapse.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(_frame(encode(Pause(kind="pause", command=1))))
        process.stdin.flush()
        assert process.wait(60) == 0
