"""Chunks: however steps come, they are few rows, each step once, and their extremes are exact."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from netlapse.errors import RunError
from netlapse.record.contract import MetricRange
from netlapse.record.sql.chunks import BLOCK, GROUP, Tail, decode, encode, rows_for

STEPS = 200_000
LOSS = np.random.default_rng(0).normal(size=STEPS).astype(np.float32)


def sizes(kind: str) -> Iterator[int]:
    random = np.random.default_rng(1)
    match kind:
        case "ones":  # slow training
            return itertools.chain(itertools.repeat(1, 5000), itertools.repeat(60_000))
        case "falling":
            return itertools.cycle(range(360, 0, -1))
        case "random":
            return iter(random.integers(1, 9000, STEPS).tolist())
        case "large":
            return itertools.repeat(150_000)
        case _:
            return itertools.repeat(BLOCK)


@pytest.mark.parametrize("kind", ["ones", "falling", "random", "large", "blocks"])
def test_steps_lie_in_few_chunks_however_they_come(kind: str) -> None:
    rows: dict[int, MetricRange] = {}
    levels: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    tail, end = Tail(), 0
    written = np.zeros(STEPS, int)
    for size in sizes(kind):
        part = LOSS[end : end + size]
        found = rows_for(tail, MetricRange(end + 1, part, 2 * part))
        for first in found.dropped:
            del rows[first]
        for chunk in found.chunks:
            assert chunk.first_step not in rows
            rows[chunk.first_step] = chunk
            written[chunk.first_step - 1 : chunk.last_step] += 1
        levels |= dict(found.levels)
        tail, end = found.tail, end + len(part)
        assert sum(len(row.loss) < BLOCK for row in rows.values()) <= 17
        if end == STEPS:
            break
    assert written.max() <= 28
    whole = [rows[first] for first in sorted(rows)]
    assert np.concatenate([row.loss for row in whole]).tobytes() == LOSS.tobytes()
    assert np.concatenate([row.gradient_norm for row in whole]).tobytes() == (2 * LOSS).tobytes()
    assert [row.last_step + 1 for row in whole[:-1]] == [row.first_step for row in whole[1:]]
    assert all((row.first_step - 1) // BLOCK == (row.last_step - 1) // BLOCK for row in whole)
    groups = LOSS[: STEPS // BLOCK * BLOCK].reshape(-1, GROUP)
    low, high = (np.concatenate([levels[block][end] for block in sorted(levels)]) for end in (0, 1))
    assert low.tolist() == groups.min(axis=1).tolist()
    assert high.tolist() == groups.max(axis=1).tolist()


@pytest.mark.parametrize("place", [0, 3, 4000, 7999])
def test_a_changed_byte_is_noticed(place: int) -> None:
    part = LOSS[:1000]
    data, crc32 = encode(MetricRange(1, part, part))
    assert decode(1, 1000, crc32, data).loss.tobytes() == part.tobytes()
    changed = bytearray(data)
    changed[place] ^= 1
    for first, count, found in ((1, 1000, bytes(changed)), (2, 1000, data), (1, 999, data[:-8])):
        with pytest.raises(RunError, match=r"The record of the steps .* is damaged"):
            decode(first, count, crc32, found)
