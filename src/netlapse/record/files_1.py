"""Reads runs in the format before the database: one folder of append-only files for each.

    spec.json          the spec at the start
    status.json        where the run stands, when it was made
    interventions.log  JSON lines, each behind its checksum: `crc32 {…}`
    evaluations.log
    notes.log
    metrics.bin        chunks: "NLMC" │ uint32 count │ uint64 first step │ uint32 crc32
                       │ float32 loss [count] │ float32 gradient norm [count], little-endian;
                       the checksum covers count, first step and both arrays
    keyframes/         a line of JSON with the checksum, then the state

What is torn ends there: the steps and lines before it are good.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.errors import Problem
from netlapse.record.contract import Keyframe, MetricRange, RunStatus
from netlapse.spec.document import Spec, read_spec

LOCK = "writer.lock"

_MOST_STEPS = 65_536
_MAGIC = b"NLMC"
_HEADER = struct.Struct("<4sIQI")
_CHECKED = struct.Struct("<IQ")


def spec_of(folder: Path) -> Spec:
    """The spec of a run.

    Raises:
        SpecError: It is missing or torn: this is no run.
    """
    return read_spec(folder / "spec.json")


def status_of(folder: Path) -> tuple[RunStatus, float]:
    """The status and the time of creation; a paused run where the file is missing or bad."""
    try:
        data: dict[str, Any] = json.loads((folder / "status.json").read_bytes())
        created = float(data.pop("created"))
        problem = data.pop("problem")
        return RunStatus(**data, problem=Problem(**problem) if problem else None), created
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return RunStatus("paused"), folder.stat().st_mtime


def metrics_of(folder: Path) -> Iterator[MetricRange]:
    """The chunks of steps, up to a torn one."""
    next_step = 1
    try:
        file = (folder / "metrics.bin").open("rb")
    except FileNotFoundError:
        return
    with file:
        while len(head := file.read(_HEADER.size)) == _HEADER.size:
            magic, count, first_step, checksum = _HEADER.unpack(head)
            if magic != _MAGIC or not 0 < count <= _MOST_STEPS or first_step != next_step:
                return
            payload = file.read(8 * count)
            found = zlib.crc32(payload, zlib.crc32(_CHECKED.pack(count, first_step)))
            if len(payload) < 8 * count or found != checksum:
                return
            values = np.frombuffer(payload, "<f4").astype(np.float32, copy=False)
            yield MetricRange(first_step, values[:count], values[count:])
            next_step += count


def lines_of(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The entries of a log, up to a torn one.

    Args:
        folder: The run's folder.
        name: `interventions`, `evaluations` or `notes`.
    """
    try:
        file = (folder / f"{name}.log").open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            text = line[9:-1]
            if not line.endswith(b"\n") or line[:9] != b"%08x " % zlib.crc32(text):
                return
            yield json.loads(text)


def keyframes_of(folder: Path) -> Iterator[Keyframe]:
    """The keyframes that are whole, oldest first."""
    for path in sorted((folder / "keyframes").glob("*.keyframe")):
        try:
            line, _, data = path.read_bytes().partition(b"\n")
            head: dict[str, Any] = json.loads(line)
            if hashlib.sha256(data).hexdigest() == head["sha256"]:
                yield Keyframe(head["step"], head["interventions"], head["final"], data)
        except (OSError, ValueError, KeyError, TypeError):
            continue
