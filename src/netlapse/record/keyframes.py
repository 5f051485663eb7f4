"""Keyframe files: a line of JSON with the checksum, then the state.

Two are kept, so that a newest one that is torn or rotten gives way to the one before it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from netlapse.record.contract import Keyframe
from netlapse.record.disk import write_whole

KEPT = 2
_PATTERN = "*.keyframe"


def save_keyframe(folder: Path, keyframe: Keyframe) -> None:
    """Write a keyframe and drop all but the two newest.

    Raises:
        OSError: It could not be written; those before it are still there.
    """
    head = {
        "step": keyframe.step,
        "interventions": keyframe.interventions,
        "final": keyframe.final,
        "bytes": len(keyframe.data),
        "sha256": hashlib.sha256(keyframe.data).hexdigest(),
    }
    folder.mkdir(exist_ok=True)
    # The name sorts as the history does: by step, and at one step by interventions.
    path = folder / f"{keyframe.step:016d}-{keyframe.interventions:08d}.keyframe"
    write_whole(path, json.dumps(head).encode() + b"\n", keyframe.data)
    for old in sorted(folder.glob(_PATTERN))[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()


def newest_keyframe(folder: Path, last_step: int) -> Keyframe | None:
    """The newest whole keyframe at or before `last_step`; none where there is none."""
    for path in sorted(folder.glob(_PATTERN), reverse=True):
        keyframe = _read(path)
        if keyframe is not None and keyframe.step <= last_step:
            return keyframe
    return None


def _read(path: Path) -> Keyframe | None:
    try:
        with path.open("rb") as file:
            head: dict[str, Any] = json.loads(file.readline())
            data = file.read()
        if len(data) != head["bytes"] or hashlib.sha256(data).hexdigest() != head["sha256"]:
            return None
        return Keyframe(head["step"], head["interventions"], head["final"], data)
    except (OSError, ValueError, KeyError, TypeError):
        return None
