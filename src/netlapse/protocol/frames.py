"""Frames: how a message with its arrays becomes bytes, the same on the pipe and on the WebSocket.

    uint32 header length │ header: UTF-8 JSON, padded with spaces to 8 bytes │ payload

All numbers little-endian. On a pipe a frame is preceded by its own length as uint32. A buffer of
the header lies `offset` bytes into the payload, aligned to 8 bytes.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, TypeAdapter

from netlapse.errors import WorkerError
from netlapse.protocol.messages import Buffer

MAX_FRAME_BYTES = 2**31
_LENGTH = struct.Struct("<I")

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Quantized:
    """An array as bytes: a value is `zero + scale · stored`."""

    stored: npt.NDArray[np.uint8]
    scale: float
    zero: float


def pack(arrays: Mapping[str, Array | Quantized]) -> tuple[tuple[Buffer, ...], bytes]:
    """Lay arrays out one behind the other; gives their descriptions and the payload.

    >>> buffers, payload = pack({"loss": np.zeros(3, np.float32)})
    >>> buffers[0].shape, len(payload)
    ((3,), 16)
    """
    buffers: list[Buffer] = []
    parts: list[bytes | memoryview] = []
    offset = 0
    for name, value in arrays.items():
        scale, zero = 1.0, 0.0
        if isinstance(value, Quantized):
            value, scale, zero = value.stored, value.scale, value.zero
        data = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        buffers.append(_buffer(name, value.dtype, value.shape, offset, scale, zero))
        padding = -data.nbytes % 8
        parts += (data.data, bytes(padding))
        offset += data.nbytes + padding
    return tuple(buffers), b"".join(parts)


@functools.lru_cache(4096)
def _buffer(
    name: str, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int, scale: float, zero: float
) -> Buffer:
    """From one picture to the next they are the same."""
    return Buffer.model_construct(
        name=name,
        dtype=cast("Any", dtype.name),
        shape=shape,
        offset=offset,
        scale=scale,
        zero=zero,
    )


def unpack(buffers: tuple[Buffer, ...], payload: memoryview | bytes) -> dict[str, Array]:
    """The arrays of a payload, by name; quantized ones as float32."""
    arrays: dict[str, Array] = {}
    for buffer in buffers:
        count = int(np.prod(buffer.shape))
        array = np.frombuffer(payload, buffer.dtype, count, buffer.offset).reshape(buffer.shape)
        if buffer.dtype == "uint8" and (buffer.scale != 1.0 or buffer.zero != 0.0):
            array = (buffer.zero + buffer.scale * array).astype(np.float32)
        arrays[buffer.name] = array
    return arrays


def encode(message: BaseModel, payload: bytes = b"") -> bytes:
    """One frame."""
    header = message.model_dump_json().encode()
    header += b" " * (-(len(header) + 4) % 8)
    return _LENGTH.pack(len(header)) + header + payload


Message = Any


def decode(frame: bytes, kinds: TypeAdapter[Message]) -> tuple[Message, memoryview]:
    """The message of a frame, and its payload.

    Raises:
        WorkerError: The frame is torn.
    """
    if len(frame) < _LENGTH.size:
        raise WorkerError("A frame is too short to hold a header.")
    (length,) = _LENGTH.unpack_from(frame)
    end = _LENGTH.size + length
    if end > len(frame):
        raise WorkerError("A frame ends within its header.")
    return kinds.validate_json(frame[_LENGTH.size : end]), memoryview(frame)[end:]


def write_frame(pipe: BinaryIO, frame: bytes) -> None:
    """Write one frame with its length to a pipe."""
    pipe.write(_LENGTH.pack(len(frame)))
    pipe.write(frame)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> bytes | None:
    """Read one frame from a pipe; none at its end.

    Raises:
        WorkerError: The pipe ended within a frame, or the frame is too large.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME_BYTES:
        raise WorkerError(f"A frame of {length:,} bytes is larger than {MAX_FRAME_BYTES:,}.")
    frame = pipe.read(length)
    if len(frame) < length:
        return None
    return frame
