"""Pixels for the 784-50-10 workload: MNIST where it is on the machine, else made up."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data.tables.store import TableStore
from netlapse.data.tables.table import NumberColumn, Table
from netlapse.folders import tables_folder

SAMPLES = 25_000
"""As many as a table of 785 columns may have rows."""
PIXELS = 784
FOLDER_VARIABLE = "NETLAPSE_MNIST_DIR"


def pixel_data() -> tuple[dict[str, Any], str]:
    """The data document, and what the pixels are."""
    folder = mnist_folder()
    pixels, digits = _read(folder) if folder else _made_up()
    none = np.zeros(len(pixels), np.bool_)
    columns = [NumberColumn(f"p{i}", pixels[:, i].astype(np.float64), none) for i in range(PIXELS)]
    table = Table("pixels", (*columns, NumberColumn("digit", digits.astype(np.float64), none)))
    document = {
        "kind": "table",
        "table": TableStore(tables_folder()).add(table),
        "target": "digit",
        "target_as": "categorical",
        "inputs": [{"name": f"p{i}"} for i in range(PIXELS)],
        "standardize": False,
        "validation_fraction": 0,
    }
    return document, "MNIST" if folder else "made-up pixels"


def mnist_folder() -> Path | None:
    """Where MNIST lies, if it does."""
    given = os.environ.get(FOLDER_VARIABLE)
    beside = Path(__file__).parents[2] / "shared" / "data" / "mnist"
    return Path(given) if given else beside if beside.is_dir() else None


def _read(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Pixels in 0 to 1 [SAMPLES, 784] and digits, from the files as they are published."""
    images = gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "train-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, SAMPLES * PIXELS, 16).reshape(SAMPLES, PIXELS)
    return pixels.astype(np.float32) / 255, np.frombuffer(labels, np.uint8, SAMPLES, 8)


def _made_up() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Ten random patterns under noise, about as hard as digits."""
    random = np.random.default_rng(0)
    digits = random.integers(0, 10, SAMPLES)
    patterns = random.random((10, PIXELS))
    noise = random.normal(0, 1, (SAMPLES, PIXELS))
    pixels = np.clip(0.15 * patterns[digits] + 0.25 + 0.25 * noise, 0, 1)
    return pixels.astype(np.float32), digits
