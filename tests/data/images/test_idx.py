"""IDX files are read exactly, or refused."""

from __future__ import annotations

import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from netlapse.data.images import parse_idx
from netlapse.data.images.idx import content_of
from netlapse.errors import DataError


def idx(array: np.ndarray) -> bytes:
    """An array of bytes as an IDX file."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)))
def test_what_was_written_is_read(array: np.ndarray):
    np.testing.assert_array_equal(parse_idx(idx(array)), array)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "begins with 00 00 08, got nothing"),
        (b"\x89PNG\r\n", "begins with 00 00 08, got 89 50 4e"),
        (bytes([0, 0, 13, 1, 0, 0, 0, 0]), "begins with 00 00 08, got 00 00 0d"),
        (bytes([0, 0, 8, 0]), "1 to 4 dimensions, got 0"),
        (bytes([0, 0, 8, 200]), "1 to 4 dimensions, got 200"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]), "3 must have 11 bytes, got 10"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 2]), "1 must have 9 bytes, got 10"),
        (bytes([0, 0, 8, 2, 0, 0, 0, 1]), "must have 12 bytes, got 8"),
        (bytes([0, 0, 8, 4]) + b"\xff" * 16, "got 20"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, said: str):
    with pytest.raises(DataError, match=said):
        parse_idx(content, place="here")


def test_compressed_files_are_read_in_one_or_several_members():
    packed = gzip.compress(b"\0\0\x08\x01\0\0\0\x02a") + gzip.compress(b"b")
    assert parse_idx(content_of(io.BytesIO(packed), 100)).tolist() == [97, 98]


@pytest.mark.parametrize("cut", [3, 15, -9, -1])
def test_a_file_that_was_cut_off_is_refused(cut: int):
    packed = gzip.compress(np.random.default_rng(0).bytes(1000))
    with pytest.raises(DataError, match="damaged or cut off"):
        content_of(io.BytesIO(packed[:cut]), 10_000)


def test_a_bomb_is_refused_before_it_is_unpacked():
    packed = gzip.compress(bytes(50_000_000))
    assert len(packed) < 100_000
    with pytest.raises(DataError, match="at most 1,000 bytes"):
        content_of(io.BytesIO(packed), 1000)
