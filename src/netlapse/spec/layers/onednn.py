"""oneDNN's convolution, about twice as fast as XLA's own on the processors that it knows.

It lies in JAX's library for Linux on x86-64, and XLA executes it for an operation of the name
`__onednn$convolution`, which none of XLA's own steps writes today. How such an operation is
configured is XLA's private format, and one that it does not understand ends the process. So a
process of its own tries it first, once for each build of XLA on each processor; where that fails,
or gives other values than XLA's convolution, nothing here is used.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jax import Array

Edges = tuple[tuple[int, int], tuple[int, int]]

VARIABLE = "NETLAPSE_ONEDNN"
"""`0`: never use it; `1`: use it without trying it first."""
LARGE_WORK = 5_000_000
"""Multiply-adds from which on it is faster than XLA's own; below, preparing it costs more."""
TRIAL_S = 30.0
TRIED: tuple[tuple[int, int, Edges], ...] = (
    (3, 1, ((1, 1), (1, 1))),
    (5, 1, ((0, 0), (0, 0))),
    (4, 1, ((1, 2), (1, 2))),
    (3, 2, ((0, 1), (1, 1))),
)
"""What a trial computes: kernel, stride and zeros around."""
_TRIAL = f"from {__name__} import agrees; raise SystemExit(not agrees())"


def takes(x: Array, kernel: Array, stride: int, edges: Edges) -> bool:
    """Whether `convolve` is to be used."""
    work = x.shape[0] * math.prod(places(x, kernel, stride, edges)) * math.prod(kernel.shape)
    is_tried = x.dtype == kernel.dtype == "float32" and min(*edges[0], *edges[1]) >= 0
    return is_tried and work >= LARGE_WORK and is_usable()


@cache
def is_usable() -> bool:
    """Whether this process has it; the first call may start the trial, which takes two seconds."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen != "0"
    import jax

    if jax.default_backend() != "cpu":
        return False
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return False
    folder: str | None = jax.config.values["jax_compilation_cache_dir"]
    kept = Path(folder) / "onednn" if folder else None
    if kept is not None:
        with contextlib.suppress(OSError):
            written = kept.read_text(encoding="utf-8")
            if written in ("0", "1"):  # anything else was cut off by a full disk
                return written == "1"
    verdict = _try_apart()
    if verdict is not None and kept is not None:
        with contextlib.suppress(OSError):
            kept.write_text(str(int(verdict)), encoding="utf-8")
    return bool(verdict)


def convolve(x: Array, kernel: Array, stride: int, edges: Edges) -> Array:
    """The convolution of a batch; channels last, no groups.

    Args:
        x: (batch, height, width, in).
        kernel: (kernel height, kernel width, in, out).
        stride: Step of the kernel along both axes.
        edges: Zeros before and after, down and across; none is negative.

    Returns:
        (batch, rows, columns, out).
    """
    import jax

    images = {"batch_dim": 0, "feature_dim": 3, "spatial_dims": [1, 2]}
    kernels = {"input_feature_dim": 2, "output_feature_dim": 3, "spatial_dims": [0, 1]}
    config = {
        "dims": 4,
        "feature_groups": 1,
        "input": {"dims": 4, "data": images},
        "kernel": {"dims": 4, "filter": {**kernels, "shape": kernel.shape}},
        "output": {"dims": 4, "data": images},
        "window": {
            "size": kernel.shape[:2],
            "pad_left": [before for before, _ in edges],
            "pad_right": [after for _, after in edges],
            "strides": [stride, stride],
            "window_dilations": [1, 1],
        },
    }
    shape = (x.shape[0], *places(x, kernel, stride, edges), kernel.shape[3])
    call: Any = jax.ffi.ffi_call(
        "__onednn$convolution",
        jax.ShapeDtypeStruct(shape, x.dtype),
        custom_call_api_version=2,
        legacy_backend_config=json.dumps({"onednn_conv_config": config}),
        vmap_method="sequential",
    )
    return call(x, kernel)


def places(x: Array, kernel: Array, stride: int, edges: Edges) -> tuple[int, int]:
    """How many places a kernel has, down and across."""
    (above, below), (left, right) = edges
    down = (x.shape[1] + above + below - kernel.shape[0]) // stride + 1
    return down, (x.shape[2] + left + right - kernel.shape[1]) // stride + 1


def _try_apart() -> bool | None:
    """The outcome of a trial in another process; None where it came to none, or was ended."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _TRIAL],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TRIAL_S,
            check=False,
            start_new_session=True,  # Ctrl-C is not meant for it
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    was_ended = done.returncode in (-signal.SIGKILL, -signal.SIGTERM)
    return None if was_ended else done.returncode == 0


def agrees() -> bool:
    """Whether it gives what XLA's own convolution gives: the trial, which may end the process."""
    import jax
    import numpy as np

    random = np.random.default_rng(0)
    x = jax.numpy.asarray(random.standard_normal((8, 15, 16, 20), np.float32))
    for size, stride, edges in TRIED:
        kernel = jax.numpy.asarray(random.standard_normal((size, size, 20, 17), np.float32))
        strides, axes = (stride, stride), ("NHWC", "HWIO", "NHWC")
        expected = jax.lax.conv_general_dilated(x, kernel, strides, edges, dimension_numbers=axes)
        given = convolve(x, kernel, stride, edges)
        if given.shape != expected.shape or not np.allclose(given, expected, 1e-4, 1e-4):
            return False
    return True
