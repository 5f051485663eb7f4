"""What the tests of the engine share: programs, compiled once."""

from __future__ import annotations

import pytest

from netlapse.engine.programs import Programs


@pytest.fixture(scope="session")
def programs() -> Programs:
    return Programs()
