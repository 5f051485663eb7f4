"""Metrics in rows: chunks of consecutive steps, and the extremes of groups of steps.

Steps come in blocks of 65,536. A complete block is one chunk, and one row of levels: the least and
greatest loss of each 256 steps. The block that is not complete lies in at most 17 chunks, each at
least twice as long as the next: new steps join those before them until that holds. An hour of slow
training is few rows then, and no step is written more than 28 times.

A chunk's data is float32 loss [count], then float32 gradient norm [count], little-endian; the
checksum covers its first step, its count and the data.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from netlapse.errors import RunError
from netlapse.record.contract import Floats, MetricRange

BLOCK = 65_536
"""Steps in a chunk at most; a chunk never crosses the border of two blocks."""
GROUP = 256
"""Steps of which the levels know the extremes."""
_CHECKED = struct.Struct("<QI")


def encode(metrics: MetricRange) -> tuple[bytes, int]:
    """The data of a chunk, and its checksum."""
    data = _little(metrics.loss) + _little(metrics.gradient_norm)
    return data, _checksum(metrics.first_step, len(metrics.loss), data)


def decode(first_step: int, count: int, crc32: int, data: bytes) -> MetricRange:
    """The steps of a chunk.

    Raises:
        RunError: The checksum is wrong: the medium has changed what was written.
    """
    if len(data) != 8 * count or _checksum(first_step, count, data) != crc32:
        raise damaged(first_step, first_step + count - 1)
    values = np.frombuffer(data, "<f4").astype(np.float32, copy=False)
    return MetricRange(first_step, values[:count], values[count:])


def damaged(first_step: int, last_step: int) -> RunError:
    """What to say about steps that are not as they were written."""
    return RunError(
        f"The record of the steps {first_step:,} to {last_step:,} is damaged.",
        remedy="Put an older copy of the record back; other steps and runs are not affected.",
    )


def _checksum(first_step: int, count: int, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(_CHECKED.pack(first_step, count)))


def _little(values: Floats) -> bytes:
    return np.ascontiguousarray(values, "<f4").tobytes()


class Extremes(NamedTuple):
    """The least and greatest loss of consecutive groups, float32 [groups] each; NaN is no value."""

    low: Floats
    high: Floats


def extremes_of(loss: Floats, width: int = GROUP) -> Extremes:
    """The extremes of groups of `width` values; the last group may be shorter.

    >>> extremes_of(np.array([3, 1, 2], np.float32), 2)
    Extremes(low=array([1., 2.], dtype=float32), high=array([3., 2.], dtype=float32))
    """
    starts = np.arange(0, len(loss), width)
    if not len(loss):
        return Extremes(loss, loss)
    return Extremes(np.fmin.reduceat(loss, starts), np.fmax.reduceat(loss, starts))


def encode_level(level: Extremes) -> bytes:
    """A block's row of levels."""
    return _little(level.low) + _little(level.high)


def decode_levels(rows: list[bytes]) -> Extremes:
    """The rows of consecutive blocks, joined."""
    values = np.frombuffer(b"".join(rows), "<f4").astype(np.float32, copy=False)
    both = values.reshape(-1, 2, BLOCK // GROUP)
    return Extremes(both[:, 0].ravel(), both[:, 1].ravel())


_NOTHING = np.empty(0, np.float32)


@dataclass(frozen=True)
class Tail:
    """The saved steps of the block that is not complete, and where its chunks begin."""

    metrics: MetricRange = field(default_factory=lambda: MetricRange(1, _NOTHING, _NOTHING))
    firsts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rows:
    """What changes in the database when steps are added; `dropped` goes first."""

    tail: Tail
    dropped: tuple[int, ...]
    """First steps of chunks that lie within the new ones."""
    chunks: tuple[MetricRange, ...]
    levels: tuple[tuple[int, Extremes], ...]
    """Number of the block, from 0, and its groups."""


def rows_for(tail: Tail, fresh: MetricRange) -> Rows:
    """The rows that add the steps behind a tail."""
    steps = join([tail.metrics, fresh], tail.metrics.first_step)
    start = fresh.first_step
    firsts = list(tail.firsts)
    dropped: list[int] = []
    chunks: list[MetricRange] = []
    levels: list[tuple[int, Extremes]] = []
    while len(steps.loss) >= BLOCK:
        whole, steps = part(steps, 0, BLOCK), part(steps, BLOCK, len(steps.loss))
        chunks.append(whole)
        levels.append((whole.first_step // BLOCK, extremes_of(whole.loss)))
        dropped += firsts
        firsts, start = [], steps.first_step
    end = steps.last_step + 1
    if start < end:
        while firsts and start - firsts[-1] < 2 * (end - start):
            start = firsts.pop()
            dropped.append(start)
        chunks.append(part(steps, start - steps.first_step, len(steps.loss)))
        firsts.append(start)
    return Rows(Tail(steps, tuple(firsts)), tuple(dropped), tuple(chunks), tuple(levels))


def part(metrics: MetricRange, start: int, stop: int) -> MetricRange:
    """The steps from place `start` to before `stop`, counted from 0."""
    return MetricRange(
        metrics.first_step + start, metrics.loss[start:stop], metrics.gradient_norm[start:stop]
    )


def select(metrics: MetricRange, first_step: int, last_step: int) -> MetricRange:
    """The part that lies within a range of steps; may be empty."""
    start = max(0, first_step - metrics.first_step)
    return part(metrics, start, max(start, last_step - metrics.first_step + 1))


def join(parts: list[MetricRange], first_step: int) -> MetricRange:
    """Consecutive ranges as one; empty from `first_step` on where there is none."""
    parts = [each for each in parts if len(each.loss)]
    if not parts:
        return MetricRange(first_step, _NOTHING, _NOTHING)
    if len(parts) == 1:
        return parts[0]
    return MetricRange(
        parts[0].first_step,
        np.concatenate([each.loss for each in parts]),
        np.concatenate([each.gradient_norm for each in parts]),
    )
