"""A real Studio on loopback, and a real Chromium that looks at it.

Whatever a test does, its pages may not ask another origin for anything, break the content security
policy or write an error to the console, and the server may not fail within: `Watch` and
`stop_studio` see to that for every test here.

Who looks through a browser at three busy programs on two cores sometimes looks too late. A browser
test that fails is done once more, and the last lines of the report name it: one that is named there
often has a fault, or the product has. No other test is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from netlapse.folders import cache_folder
from tests.e2e.server import Studio, start_studio, stop_studio
from tests.e2e.watch import Watch

DESKTOP = {"width": 1440, "height": 900}
PATIENCE_MS = 30_000
"""Machines that test are busy: waiting is cheap, a wrong alarm is not."""

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser(chromium_path: Path, chromium_arguments: list[str]) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium_path),
            args=[*chromium_arguments, "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def compiled_folder() -> Path:
    """Compiled programs, shared by all Studios: data folders are their own, compiling is dear."""
    return cache_folder() / "compiled"


@pytest.fixture(scope="module")
def studio(
    tmp_path_factory: pytest.TempPathFactory, compiled_folder: Path, chromium_path: Path
) -> Iterator[Studio]:
    """One Studio for the tests of a module, with a data folder of its own."""
    started = start_studio(tmp_path_factory.mktemp("studio"), compiled_folder)
    yield started
    stop_studio(started)


@pytest.fixture(autouse=True)
def quiet_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test left training is paused before the next begins."""
    studio = request.getfixturevalue("studio") if "studio" in request.fixturenames else None
    yield
    if studio is not None and studio.process.poll() is None:
        studio.rest()


@pytest.fixture
def own_studio(tmp_path: Path, compiled_folder: Path) -> Iterator[Studio]:
    """A Studio of the test's own, that it may kill, end and start again."""
    started = start_studio(tmp_path / "home", compiled_folder)
    yield started
    stop_studio(started)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What went wrong in the pages of a test; nothing may have."""
    watch = Watch()
    yield watch
    assert watch.problems == []


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Open an address as a new user does: `open_page(url, color_scheme="light")`."""
    contexts: list[BrowserContext] = []

    def open_page(url: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce"} | options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context, url)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage, studio: Studio) -> Page:
    """The Studio's page, open on the spiral."""
    return open_page(studio.url)
