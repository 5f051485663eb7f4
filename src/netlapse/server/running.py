"""The Studio that is running already: found through a file in the data folder."""

from __future__ import annotations

import http.client
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from netlapse.server.settings import Settings, bracketed

FILE_NAME = "studio.json"
HEALTH_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class RunningStudio:
    """Where a Studio runs. The file that holds it can be read by its user alone."""

    pid: int
    host: str
    port: int
    token: str

    @property
    def url(self) -> str:
        """The address that opens it, token included."""
        return Settings(host=self.host, port=self.port, token=self.token).url


def announce(settings: Settings) -> Path:
    """Write where this Studio runs; gives the file."""
    path = settings.folder / FILE_NAME
    running = RunningStudio(os.getpid(), settings.host, settings.port, settings.token)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.unlink(missing_ok=True)
    # Created for its user alone: a mode set afterwards would come too late.
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(running), file)
    aside.replace(path)
    return path


def withdraw(settings: Settings) -> None:
    """Remove the file, unless another Studio has written its own meanwhile."""
    running = _read(settings.folder)
    if running is not None and running.token == settings.token:
        (settings.folder / FILE_NAME).unlink(missing_ok=True)


def find_running(folder: Path) -> RunningStudio | None:
    """The Studio over this data folder, where one lives and answers."""
    running = _read(folder)
    if running is None or not _is_alive(running.pid) or not _is_healthy(running):
        return None
    return running


def _read(folder: Path) -> RunningStudio | None:
    try:
        content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return RunningStudio(
            int(content["pid"]), str(content["host"]), int(content["port"]), str(content["token"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):
        return False
    return True


def _is_healthy(running: RunningStudio) -> bool:
    host = "127.0.0.1" if running.host in ("0.0.0.0", "::", "") else running.host
    connection = http.client.HTTPConnection(host, running.port, timeout=HEALTH_TIMEOUT_S)
    headers = {"Host": f"{bracketed(host)}:{running.port}"}
    try:
        connection.request("GET", "/api/health", headers=headers)
        answer = connection.getresponse()
        return answer.status == 200 and json.loads(answer.read(4096)).get("status") == "ok"
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return False
    finally:
        connection.close()
