"""The metric file: chunks of consecutive steps, each behind its checksum.

    "NLMC" │ uint32 count │ uint64 first step │ uint32 crc32 │ float32 loss [count]
           │ float32 gradient norm [count]

All numbers little-endian; the checksum covers count, first step and both arrays.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from netlapse.record.contract import Floats, MetricRange
from netlapse.record.pyramid import Pyramid
from netlapse.record.thinned import Places

MAX_CHUNK = 65_536
"""Steps in one chunk at most."""

_MAGIC = b"NLMC"
_HEADER = struct.Struct("<4sIQI")
_CHECKED = struct.Struct("<IQ")


def encode_chunk(metrics: MetricRange) -> bytes:
    """One chunk as bytes."""
    count = len(metrics.loss)
    payload = _little(metrics.loss) + _little(metrics.gradient_norm)
    checksum = zlib.crc32(payload, zlib.crc32(_CHECKED.pack(count, metrics.first_step)))
    return _HEADER.pack(_MAGIC, count, metrics.first_step, checksum) + payload


def _little(values: Floats) -> bytes:
    return np.ascontiguousarray(values, "<f4").tobytes()


def read_chunks(path: Path, offset: int, last_step: int | None = None) -> Iterator[MetricRange]:
    """Good chunks from `offset` on, until one begins after `last_step`, or a torn one."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(offset)
        while True:
            chunk = _read_chunk(file)
            if chunk is None or (last_step is not None and chunk.first_step > last_step):
                return
            yield chunk


def _read_chunk(file: BinaryIO) -> MetricRange | None:
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return None
    magic, count, first_step, checksum = _HEADER.unpack(head)
    if magic != _MAGIC or not 0 < count <= MAX_CHUNK:
        return None
    payload = file.read(8 * count)
    if len(payload) < 8 * count:
        return None
    if zlib.crc32(payload, zlib.crc32(_CHECKED.pack(count, first_step))) != checksum:
        return None
    values = np.frombuffer(payload, "<f4").astype(np.float32, copy=False)
    return MetricRange(first_step, values[:count], values[count:])


@dataclass
class MetricIndex:
    """What is known of a metric file without its steps: bounded, however long the run."""

    pyramid: Pyramid
    places: Places
    steps: int = 0
    end: int = 0
    """Length of the good part, in bytes."""

    def add(self, chunk: MetricRange) -> None:
        """Take in the chunk that stands at `end`."""
        self.places.append(first_step=chunk.first_step, offset=self.end)
        self.steps = chunk.last_step
        self.end += _HEADER.size + 8 * len(chunk.loss)


def scan(path: Path, index: MetricIndex) -> None:
    """Take in what the file holds behind `index.end`, up to a torn tail."""
    for chunk in read_chunks(path, index.end):
        if chunk.first_step != index.steps + 1:
            return
        index.pyramid.append(chunk.loss)
        index.add(chunk)


def new_index() -> MetricIndex:
    """The index of an empty file."""
    return MetricIndex(Pyramid(), Places())


def select(chunks: Iterator[MetricRange], first_step: int, last_step: int) -> list[MetricRange]:
    """The parts of consecutive chunks that lie within a range."""
    parts: list[MetricRange] = []
    for chunk in chunks:
        start = max(0, first_step - chunk.first_step)
        stop = min(len(chunk.loss), last_step - chunk.first_step + 1)
        if start < stop:
            parts.append(
                MetricRange(
                    chunk.first_step + start,
                    chunk.loss[start:stop],
                    chunk.gradient_norm[start:stop],
                )
            )
    return parts


def join(parts: list[MetricRange], first_step: int) -> MetricRange:
    """Consecutive ranges as one; empty from `first_step` on where there is none."""
    if not parts:
        nothing = np.empty(0, np.float32)
        return MetricRange(first_step, nothing, nothing)
    return MetricRange(
        parts[0].first_step,
        np.concatenate([part.loss for part in parts]),
        np.concatenate([part.gradient_norm for part in parts]),
    )
