"""A Studio as its user starts it, and its REST interface as the tests ask it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

START = "import sys; from netlapse.cli import main; sys.exit(main())"
END_S = 60.0


@dataclass
class Studio:
    """A running Studio."""

    url: str
    """With its token."""
    process: subprocess.Popen[str]
    home: Path
    client: httpx.Client = field(repr=False)

    @property
    def origin(self) -> str:
        """Its address without the token."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def log(self) -> str:
        """What it has written to standard error."""
        return _log(self.home).read_text()

    def get(self, path: str) -> Any:
        """The answer of `GET /api/<path>`."""
        return self._json(self.client.get(path))

    def post(self, path: str, body: object = None) -> Any:
        """The answer of `POST /api/<path>`."""
        return self._json(self.client.post(path, json=body))

    def weights(self, run: str) -> bytes:
        """The safetensors file of a run as it is now."""
        return self.client.get(f"runs/{run}/weights").raise_for_status().content

    def workers(self) -> list[int]:
        """Process numbers of its workers, the spare one included."""
        command = ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [int(line.split()[0]) for line in out.splitlines() if "netlapse.worker" in line]

    def rest(self) -> None:
        """Pause what trains: a run outlives its page, and would take the next test's processor."""
        for entry in self.get("runs"):
            if entry["state"] in ("training", "compiling"):
                self.client.post(
                    f"runs/{entry['id']}/commands", json={"kind": "pause", "command": 0}
                )

    @staticmethod
    def _json(answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        return answer.json()


def start_studio(home: Path, compiled: Path, *arguments: str) -> Studio:
    """Start a Studio on a free port; the caller stops it."""
    home.mkdir(parents=True, exist_ok=True)
    with _log(home).open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START, "studio", "--no-browser", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "NETLAPSE_HOME": str(home), "NETLAPSE_COMPILED": str(compiled)},
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if not found:
        process.kill()
        raise AssertionError(f"the Studio printed no address: {line!r} {_log(home).read_text()}")
    url = found.group(0)
    parts = urlsplit(url)
    client = httpx.Client(
        base_url=f"http://{parts.netloc}/api/",
        headers={"Authorization": f"Bearer {parse_qs(parts.query)['token'][0]}"},
        timeout=120,
        # A connection is given up before the server does so (5 s), never at the same moment.
        limits=httpx.Limits(keepalive_expiry=2),
        trust_env=False,
    )
    return Studio(url, process, home, client)


def stop_studio(studio: Studio) -> None:
    """Stop a Studio as Ctrl-C does, where it still runs. It must not have failed within."""
    studio.client.close()
    if studio.process.poll() is None:
        studio.process.send_signal(signal.SIGINT)
    try:
        code = studio.process.wait(END_S)
    except subprocess.TimeoutExpired:
        studio.process.kill()
        studio.process.wait()
        raise
    finally:
        if studio.process.stdout is not None:
            studio.process.stdout.close()
    print(studio.log)  # shown where the test fails
    assert code == 0, studio.log
    assert "Traceback" not in studio.log, studio.log


def _log(home: Path) -> Path:
    return home.with_name(f"{home.name}.log")
