"""Frames come out as they went in, and torn ones are errors."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydantic import TypeAdapter

from netlapse.errors import WorkerError
from netlapse.protocol.frames import (
    MAX_FRAME_BYTES,
    Quantized,
    decode,
    encode,
    pack,
    read_frame,
    unpack,
    write_frame,
)
from netlapse.protocol.messages import Event, Metrics

EVENTS = TypeAdapter(Event)
VALUES = arrays.arrays(
    st.sampled_from([np.uint8, np.int32, np.float32, np.float64]),
    arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
)


def metrics(loss: np.ndarray) -> tuple[Metrics, bytes]:
    buffers, payload = pack({"loss": loss, "gradient_norm": loss})
    return Metrics(kind="metrics", run="r", first_step=0, count=len(loss), buffers=buffers), payload


@given(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4))
def test_arrays_come_out_as_they_went_in(given_arrays: dict[str, np.ndarray]) -> None:
    buffers, payload = pack(given_arrays)
    assert all(buffer.offset % 8 == 0 for buffer in buffers) and len(payload) % 8 == 0
    found = unpack(buffers, payload)
    assert list(found) == list(given_arrays)
    for name, array in given_arrays.items():
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()


def test_quantized_values() -> None:
    stored = np.array([0, 128, 255], np.uint8)
    buffers, payload = pack({"map": Quantized(stored, scale=0.5, zero=-1.0)})
    np.testing.assert_allclose(unpack(buffers, payload)["map"], [-1.0, 63.0, 126.5])


def test_a_message_with_arrays_that_are_not_finite() -> None:
    message, payload = metrics(np.array([np.nan, np.inf, 1], np.float32))
    frame = encode(message, payload)
    found, rest = decode(frame, EVENTS)
    assert found == message
    np.testing.assert_array_equal(unpack(found.buffers, rest)["loss"], [np.nan, np.inf, 1])


def test_the_payload_is_aligned() -> None:
    for length in range(20):
        message = Metrics(kind="metrics", run="r" * length, first_step=0, count=0, buffers=())
        _, payload = decode(encode(message, b"12345678"), EVENTS)
        assert bytes(payload) == b"12345678"
        assert (len(encode(message)) % 8) == 0


@pytest.mark.parametrize("cut", [0, 3, 10])
def test_a_torn_frame(cut: int) -> None:
    message, payload = metrics(np.ones(2, np.float32))
    with pytest.raises(WorkerError):
        decode(encode(message, payload)[:cut], EVENTS)


def test_frames_on_a_pipe() -> None:
    pipe = io.BytesIO()
    for frame in (b"first", b"", b"third"):
        write_frame(pipe, frame)
    pipe.seek(0)
    assert [read_frame(pipe) for _ in range(4)] == [b"first", b"", b"third", None]


def test_a_pipe_that_ends_within_a_frame_or_lies() -> None:
    assert read_frame(io.BytesIO(b"\x05\0\0\0abc")) is None
    with pytest.raises(WorkerError, match="larger than"):
        read_frame(io.BytesIO((MAX_FRAME_BYTES + 1).to_bytes(4, "little")))
