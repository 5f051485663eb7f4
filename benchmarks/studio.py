"""A Studio for the benchmark: started as its user starts it, asked over its own interface."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

WINDOW_S = 3.0
"""How long steps are counted for one speed."""


@dataclass(frozen=True)
class Studio:
    """A running Studio."""

    url: str
    """With its token."""
    client: httpx.Client

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def token(self) -> str:
        """What lets a client in."""
        return parse_qs(urlsplit(self.url).query)["token"][0]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """An answer of the REST interface."""
        return self.client.request(method, path, json=body).raise_for_status().json()

    def open(self, spec: dict[str, Any]) -> str:
        """A new run, compiled and ready to train."""
        run = self.ask("POST", "runs", {"spec": spec})["run"]
        while self.ask("GET", f"runs/{run}")["status"]["state"] != "paused":
            time.sleep(0.05)
        return run

    def command(self, run: str, **command: Any) -> None:
        """Play, pause and so on."""
        self.ask("POST", f"runs/{run}/commands", command)

    def steps_per_second(self, run: str, window_s: float = WINDOW_S) -> float:
        """Measured between two moments at which the run said where it is."""
        started, first = self._moment(run)
        time.sleep(window_s)
        ended, last = self._moment(run)
        return (last - first) / (ended - started)

    def memory(self, run: str) -> int:
        """Bytes that the worker holds."""
        return int(self.ask("GET", f"runs/{run}")["status"]["memory_bytes"])

    def _moment(self, run: str) -> tuple[float, int]:
        """When the run next says another step, and which."""
        before = now = self._step(run)
        while now == before:
            time.sleep(0.005)
            now = self._step(run)
        return time.perf_counter(), now

    def _step(self, run: str) -> int:
        return int(self.ask("GET", f"runs/{run}")["status"]["step"])


@contextmanager
def studio(home: Path, compiled: Path) -> Iterator[Studio]:
    """Start one with a data folder and a folder of compiled programs; stopped at the end."""
    environment = {"NETLAPSE_HOME": str(home), "NETLAPSE_COMPILED": str(compiled)}
    process = subprocess.Popen(
        [sys.executable, "-m", "netlapse.cli", "studio", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            raise RuntimeError(f"the Studio printed no address: {line!r}")
        yield _studio(found.group(0))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _studio(url: str) -> Studio:
    parts = urlsplit(url)
    token = parse_qs(parts.query)["token"][0]
    client = httpx.Client(
        base_url=f"{parts.scheme}://{parts.netloc}/api/",
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
        trust_env=False,
    )
    return Studio(url, client)
