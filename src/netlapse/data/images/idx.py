"""IDX: the file format of MNIST, an array of bytes behind a short header.

    0  2 bytes  zero
    2  1 byte   type of the values; 8 is the unsigned byte, the only one that is read here
    3  1 byte   number of dimensions d
    4  4·d      size of each dimension, big-endian
    .           the values, the last dimension first to change

Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import zlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError

MAX_DIMENSIONS = 4
_UNSIGNED_BYTE = 8
GZIP = b"\x1f\x8b"
"""How a compressed file begins."""


def parse_idx(content: bytes, *, place: str = "") -> NDArray[np.uint8]:
    """The array of an IDX file, as a view of its content.

    Args:
        content: The file, not compressed.
        place: What to call it in an error.

    Raises:
        DataError: It is no IDX file of bytes, or its length is not what its header says.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])).tolist()
    [7, 8, 9]
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != _UNSIGNED_BYTE:
        raise DataError(
            f"An IDX file of bytes begins with 00 00 08, got {content[:3].hex(' ') or 'nothing'}.",
            place=place,
        )
    dimensions = content[3]
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise DataError(
            f"An IDX file must have 1 to {MAX_DIMENSIONS} dimensions, got {dimensions}.",
            place=place,
        )
    start = 4 + 4 * dimensions
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    expected = start + math.prod(shape)
    if len(content) != expected:
        sizes = "×".join(map(str, shape))
        raise DataError(
            f"An IDX file of {sizes} must have {expected:,} bytes, got {len(content):,}.",
            place=place,
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def content_of(stream: BinaryIO, max_bytes: int, *, place: str = "") -> bytes:
    """The content of a file, plain or compressed with gzip; the first bytes say which.

    Never more than `max_bytes` are held, however small the file is.

    Raises:
        DataError: It is too large, or its compression is damaged or cut off.
    """
    head = stream.read(2)
    stream.seek(0)
    try:
        if head == GZIP:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                content = unpacked.read(max_bytes + 1)
        else:
            content = stream.read(max_bytes + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError("The compressed file is damaged or cut off.", place=place) from error
    if len(content) > max_bytes:
        raise DataError(f"The file may hold at most {max_bytes:,} bytes, got more.", place=place)
    return content
