"""`import netlapse` is light: what is heavy is imported where it is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LIST_MODULES = "import json, sys, netlapse; print(json.dumps(sorted(sys.modules)))"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The top-level packages in memory after `import netlapse` in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES], check=True, capture_output=True, text=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize(
    "heavy", ["fastapi", "jax", "optax", "pandas", "pyarrow", "scipy", "sklearn", "sqlalchemy"]
)
def test_import_loads_nothing_heavy(loaded: set[str], heavy: str) -> None:
    assert "netlapse" in loaded
    assert heavy not in loaded
