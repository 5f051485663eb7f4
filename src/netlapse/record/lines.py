"""Append-only logs of JSON lines, each behind its checksum: `crc32 {…}`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def encode_line(value: Mapping[str, Any]) -> bytes:
    """One entry as a line.

    >>> encode_line({"step": 3})
    b'232fcf13 {"step":3}\\n'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def encode_lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    """Several entries, one a line."""
    return b"".join(map(encode_line, values))


def read_lines(path: Path, start: int = 0) -> tuple[list[dict[str, Any]], int]:
    """The entries from byte `start` on, and where the last good one ends.

    Reading stops before the first line that is torn or whose checksum is wrong.
    """
    entries: list[dict[str, Any]] = []
    end = start
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return entries, 0
    with file:
        file.seek(start)
        for line in file:
            entry = _decode_line(line)
            if entry is None:
                break
            entries.append(entry)
            end += len(line)
    return entries, end


def _decode_line(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    text = line[9:-1]
    if line[:8] != b"%08x" % zlib.crc32(text):
        return None
    return json.loads(text)
