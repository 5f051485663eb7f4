"""A trained run in memory, and a data folder of their own for the tests of exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import netlapse as nl
from netlapse.run import Run


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder, shared by these tests so that programs are compiled once."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAPSE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def trained() -> Iterator[Run]:
    """The spiral after 400 steps, whose batch size changed after 200."""
    with nl.train(nl.presets.spiral(), steps=200, record=False) as run:
        run.intervene({"training.batch_size": 25})
        run.train(steps=200)
        run.vitals()  # none is on its way any more
        yield run
