"""The status of a run as a small file, replaced as a whole."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from netlapse.errors import Problem
from netlapse.record.contract import RunStatus
from netlapse.record.disk import write_whole


def write_status(path: Path, status: RunStatus) -> None:
    """Replace the status; the time of creation stays.

    Raises:
        OSError: It cannot be written.
    """
    _, created = read_status(path)
    data = {**asdict(status), "created": created or time.time()}
    write_whole(path, json.dumps(data).encode())


def read_status(path: Path) -> tuple[RunStatus, float]:
    """The status and the time of creation; a paused run and 0 where the file is missing or bad."""
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        created = float(data.pop("created"))
        problem = data.pop("problem")
        return RunStatus(**data, problem=Problem(**problem) if problem else None), created
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return RunStatus("paused"), 0.0
