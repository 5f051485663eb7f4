"""oneDNN's convolution, about twice as fast as XLA's own on the processors that it knows, and its
matrix product.

They lie in JAX's library for Linux on x86-64, and XLA executes them for operations of the names
`__onednn$convolution` and `__onednn$matmul`, which none of XLA's own steps writes today. How such
an operation is configured is XLA's private format, and one that it does not understand ends the
process. So a process of its own tries them first, once for each build of XLA on each processor;
where that fails, or gives other values than XLA's own, nothing here is used.
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
"""Multiply-adds from which on they are faster than XLA's own; below, preparing them costs more."""
PREFIX = "__onednn$"
"""How the names of these operations begin."""
VERDICT = "onednn-2"
"""The file that keeps the outcome of a trial. Its number counts the changes of what is tried."""
TRIAL_S = 30.0
TRIED: tuple[tuple[int, int, Edges], ...] = (
    (3, 1, ((1, 1), (1, 1))),
    (5, 1, ((0, 0), (0, 0))),
    (4, 1, ((1, 2), (1, 2))),
    (3, 2, ((0, 1), (1, 1))),
)
"""Convolutions of a trial: kernel, stride and zeros around."""
TRIED_PRODUCTS: tuple[tuple[int, int, int], ...] = ((301, 130, 141), (3000, 96, 192))
"""Products of a trial: rows, and the columns of both factors."""
_TRIAL = f"from {__name__} import agrees; raise SystemExit(not agrees())"


def takes(x: Array, kernel: Array, stride: int, edges: Edges) -> bool:
    """Whether `convolve` is to be used."""
    work = x.shape[0] * math.prod(places(x, kernel, stride, edges)) * math.prod(kernel.shape)
    is_tried = x.dtype == kernel.dtype == "float32" and min(*edges[0], *edges[1]) >= 0
    return is_tried and work >= LARGE_WORK and is_usable()


def takes_product(a: Array, b: Array) -> bool:
    """Whether `product` is to be used."""
    is_tried = a.dtype == b.dtype == "float32"
    return is_tried and a.size * b.shape[1] >= LARGE_WORK and is_usable()


@cache
def is_usable() -> bool:
    """Whether this process has them; the first call may start the trial, which takes seconds."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen != "0"
    import jax

    if jax.default_backend() != "cpu":
        return False
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return False
    folder: str | None = jax.config.values["jax_compilation_cache_dir"]
    kept = Path(folder) / VERDICT if folder else None
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
    return _called("convolution", {"onednn_conv_config": config}, shape, x, kernel)


def product(a: Array, b: Array) -> Array:
    """A product of matrices, the first of them transposed.

    Args:
        a: (rows, m).
        b: (rows, n).

    Returns:
        aᵀ·b (m, n).
    """
    config = {"onednn_matmul_config": {"transpose_a": True}}
    return _called("matmul", config, (a.shape[1], b.shape[1]), a, b)


def _called(name: str, config: dict[str, Any], shape: tuple[int, ...], *inputs: Array) -> Array:
    """An operation of XLA's, with its private configuration."""
    import jax

    call: Any = jax.ffi.ffi_call(
        f"{PREFIX}{name}",
        jax.ShapeDtypeStruct(shape, inputs[0].dtype),
        custom_call_api_version=2,
        legacy_backend_config=json.dumps(config),
        vmap_method="sequential",
    )
    return call(*inputs)


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
    """Whether both give what XLA's own give: the trial, which may end the process."""
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
    for rows, m, n in TRIED_PRODUCTS:
        a, b = (jax.numpy.asarray(random.random((rows, k), np.float32)) for k in (m, n))
        if not np.allclose(product(a, b), a.T @ b, 1e-4):
            return False
    return True
