"""A run as one file: it opens from disk, asks nobody, and shows what the run was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

import netlapse as nl
from netlapse.cli.app import app
from netlapse.spec.changes import set_value
from tests.e2e.driving import picture, until


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A page, and the run that it was made of."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAPSE_HOME", str(home))
        with nl.start(set_value(nl.presets.spiral(), "training.epochs", 60)) as run:
            run.train(steps=400)
            run.intervene({"training.optimizer.learning_rate": 0.02})
            run.train(steps=800)
            made = run.id
        path = home / "run.html"
        done = CliRunner().invoke(app, ["export", made, "--replay", str(path)])
        assert done.exit_code == 0, done.output
        yield path, made


@pytest.fixture
def page(browser: Browser, recorded: tuple[Path, str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    opened = context.new_page()
    asked: list[str] = []
    wrong: list[Any] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(error))
    opened.goto(recorded[0].as_uri())
    expect(opened.get_by_test_id("banner-shared")).to_contain_text("A recording of Spiral")
    yield opened
    foreign = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    context.close()
    assert foreign == []
    assert wrong == []


def test_a_small_run_is_a_small_file(recorded: tuple[Path, str]):
    content = recorded[0].read_bytes()
    assert len(content) < 5_000_000
    assert not re.search(rb"<(?:script|link|img)[^>]+(?:src|href)=\"(?!data:)", content)


def test_the_past_is_there_without_a_server(page: Page):
    boundary = page.get_by_test_id("boundary").locator("canvas").first
    until("the newest picture", lambda: page.get_by_text("measured at step 1,200").count(), page)
    newest = picture(boundary)
    page.keyboard.press("Home")
    expect(page.get_by_test_id("past-bar")).to_contain_text("step 0 of 1,200")
    until("the first picture", lambda: picture(boundary) != newest, page)
    expect(page.get_by_text("measured at step 0")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("past-bar")).not_to_contain_text("step 0 of")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("past-bar")).to_have_count(0)
    until("the newest again", lambda: picture(boundary) == newest, page)


def test_what_needs_a_server_is_absent(page: Page):
    for name in ("Branch from here", "Open a copy", "Train"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    # The learning rate that was changed on the way is on its flag.
    expect(page.get_by_test_id("flag")).to_have_count(1)


def test_it_works_inside_a_frame_of_another_page(browser: Browser, recorded: tuple[Path, str]):
    around = recorded[0].with_name("around.html")
    around.write_text('<iframe sandbox="allow-scripts" src="run.html" width="1200" height="800">')
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.goto(around.as_uri())
    frame = opened.frame_locator("iframe")
    expect(frame.get_by_test_id("banner-shared")).to_contain_text("A recording of Spiral")
    expect(frame.get_by_text("measured at step 1,200")).to_be_visible()
    context.close()
