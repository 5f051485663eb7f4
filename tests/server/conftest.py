"""A Studio over fake runs, and specs to give it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netlapse.spec.presets import PRESETS
from tests.server.fakes import FakeStudio, fake_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[FakeStudio]:
    """A running Studio whose client has the token."""
    with fake_studio(tmp_path) as started:
        yield started


@pytest.fixture
def spec() -> dict[str, Any]:
    """The spec of the spiral preset, as JSON data."""
    return PRESETS["spiral"].spec.to_dict()
