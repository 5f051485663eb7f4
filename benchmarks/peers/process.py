"""A peer's process, as the benchmark sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import IO, cast

from benchmarks.peers.task import Outcome, Task


class MissingPeerError(Exception):
    """The peer is not installed."""


class Peer:
    """A process that trains what it is asked to.

    Args:
        module: Which, such as `benchmarks.peers.torch_eager`.
        environment: Variables that it needs set before it starts.

    Raises:
        MissingPeerError: It does not start.
    """

    def __init__(self, module: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        greeting = cast("IO[str]", self._process.stdout).readline()
        if not greeting:
            said = cast("IO[str]", self._process.stderr).read().strip().splitlines()
            raise MissingPeerError(said[-1] if said else f"{module} does not start")
        self.name: str = json.loads(greeting)["name"]

    def train(self, task: Task) -> Outcome:
        """Train, and wait for it."""
        pipe = cast("IO[str]", self._process.stdin)
        pipe.write(task.encode() + "\n")
        pipe.flush()
        line = cast("IO[str]", self._process.stdout).readline()
        if not line:
            raise RuntimeError(cast("IO[str]", self._process.stderr).read())
        return Outcome(**json.loads(line))

    def close(self) -> None:
        """End it."""
        self._process.communicate()
