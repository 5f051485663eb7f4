"""What all tests share: their order, and the browser."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from scripts import chromium

# Before anything asks where data lies: no test, doctest or worker of one touches the user's folder.
# The test processes share one folder, and with it what was compiled.
if "PYTEST_XDIST_WORKER" not in os.environ:
    _home = tempfile.TemporaryDirectory(prefix="netlapse-tests-", ignore_cleanup_errors=True)
    os.environ["NETLAPSE_HOME"] = _home.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, browser tests last and in one group.

    On two processes the slow ones then overlap with the rest, and the browser has the machine
    for itself. (By files, on both processes, they took as long, and raced each other.)
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 2
    return 0 if item.get_closest_marker("slow") else 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Why a browser test was done twice: such a test passes, and its reason would be lost."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"done twice: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-4000:])


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium to start; `make test` has installed one where there was none."""
    path = chromium.find()
    if path is None:
        pytest.fail(
            "No Chromium on this machine: `make test` or `python -m scripts.chromium` installs one."
        )
    return path


@pytest.fixture(scope="session")
def chromium_arguments() -> list[str]:
    """The arguments that Chromium needs on this machine."""
    return chromium.launch_arguments()
