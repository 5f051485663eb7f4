"""Where the tests find real data."""

from __future__ import annotations

from pathlib import Path

import pytest


def mnist_folder() -> Path:
    """The folder `shared/data/mnist` beside the repository or above it; skips without one."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "shared" / "data" / "mnist"
        if folder.is_dir():
            return folder
    pytest.skip("MNIST is not on this machine.")
