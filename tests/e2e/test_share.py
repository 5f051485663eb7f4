"""A link to a run at a step: another browser sees that very moment, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP
from tests.e2e.driving import (
    boundary,
    kept_steps,
    pause,
    run_of,
    set_speed,
    settled,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import PHONE, Findings
from tests.e2e.test_phone import CUT_OFF
from tests.e2e.watch import Watch

OpenPage = Callable[..., Page]


@pytest.fixture
def trained(page: Page) -> Page:
    """The owner's page on a spiral that was trained a little and stands."""
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")
    train_button(page).click()
    wait_for_step(page, 300)
    pause(page)
    return page


def look_back(page: Page, steps: int) -> int:
    """Go back step by step; gives the step that is on screen then."""
    page.get_by_role("main").click(position={"x": 2, "y": 2})
    now = step(page)
    for _ in range(steps):
        page.keyboard.press("ArrowLeft")
    until("the past", lambda: step(page) == now - steps, page)
    return step(page)


def make_link(page: Page) -> str:
    """A link to what is on screen, made in the Share menu."""
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="Make a link to step").click()
    link = page.get_by_role("textbox", name="Link to step").input_value()
    page.keyboard.press("Escape")
    return link


def test_a_link_restores_a_past_step(trained: Page, studio: Studio, open_page: OpenPage):
    owner = trained
    newest = step(owner)
    shared = look_back(owner, 5)
    seen = settled(owner.get_by_test_id("boundary-canvas"))
    link = make_link(owner)
    assert link.startswith(f"{studio.origin}/s/")

    guest = open_page(link)
    expect(guest.get_by_test_id("banner-shared")).to_contain_text(f"step {shared:,} –")
    until("the step of the link", lambda: step(guest) == shared, guest)
    until("its boundary", lambda: boundary(guest) == seen, guest)
    until("the whole timeline", lambda: kept_steps(guest) == newest, guest)
    assert guest.url == link

    guest.keyboard.press("Home")
    until("step 0", lambda: step(guest) == 0, guest)
    until("its boundary", lambda: boundary(guest) != seen, guest)
    guest.get_by_role("button", name="Back to step").click()
    until("the step of the link", lambda: step(guest) == shared, guest)
    until("its boundary again", lambda: boundary(guest) == seen, guest)

    guest.reload()
    until("the step of the link", lambda: step(guest) == shared, guest)


def test_the_step_of_a_link_stays_while_the_owner_trains_on(trained: Page, open_page: OpenPage):
    shared = step(trained)
    guest = open_page(make_link(trained))
    until("the newest step", lambda: step(guest) == shared, guest)
    train_button(trained).click()
    wait_for_step(trained, shared + 100)
    until("the whole timeline", lambda: kept_steps(guest) > shared, guest)
    until("the step of the link", lambda: step(guest) == shared, guest)
    guest.keyboard.press("End")
    wait_for_step(guest, shared + 100)
    guest.get_by_role("button", name="Back to step").click()
    until("the step of the link", lambda: step(guest) == shared, guest)
    pause(trained)


def test_a_guest_changes_nothing(trained: Page, studio: Studio, open_page: OpenPage):
    run, before = run_of(trained), studio.get("runs")
    guest = open_page(make_link(trained))
    until("a picture", lambda: step(guest) > 0, guest)
    expect(train_button(guest)).to_have_count(0)
    expect(guest.get_by_role("button", name="Reset", exact=True)).to_have_count(0)
    expect(guest.get_by_test_id("data-xor")).to_have_count(0)
    expect(guest.get_by_role("combobox", name="Optimizer")).to_be_disabled()

    sentence = "you can look at everything and rewind. Open a copy to change it."
    for key in ("Space", "ArrowRight", "r"):
        guest.keyboard.press(key)
        expect(guest.get_by_test_id("notice")).to_contain_text(sentence)
        guest.get_by_role("button", name="Dismiss").click()
    assert studio.get("runs") == before
    assert studio.get(f"runs/{run}")["status"]["state"] == "paused"


def test_the_view_of_the_owner_is_restored(trained: Page, open_page: OpenPage):
    trained.get_by_role("tab", name="Blocks").click()
    guest = open_page(make_link(trained))
    expect(guest.get_by_role("tab", name="Blocks")).to_have_attribute("aria-selected", "true")
    kept: str | None = guest.evaluate("localStorage.getItem('netlapse.view')")
    assert kept is None


def test_a_revoked_link_is_refused(
    trained: Page, studio: Studio, open_page: OpenPage, watch: Watch
):
    link = make_link(trained)
    guest = open_page(link)
    until("a picture", lambda: step(guest) > 0, guest)
    watch.expects_refusals()
    trained.get_by_role("button", name="Share", exact=True).click()
    links = trained.get_by_test_id("share-link")
    expect(links).not_to_have_count(0)
    before = links.count()
    links.last.get_by_role("button", name="Revoke").click()
    expect(links).to_have_count(before - 1)
    expect(guest.get_by_role("heading")).to_have_text("This link shows nothing any more")
    guest.reload()
    expect(guest.get_by_role("heading")).to_have_text("This link shows nothing")
    assert httpx.get(link, trust_env=False).status_code == 404


def test_the_owner_opens_a_copy(trained: Page, studio: Studio):
    page = trained
    original, newest = run_of(page), step(page)
    shared = look_back(page, 3)
    page.goto(make_link(page))
    until("the step of the link", lambda: step(page) == shared, page)
    page.get_by_role("button", name="Open a copy").click()
    expect(train_button(page)).to_be_visible()
    until("the step of the link", lambda: step(page) == shared, page)
    assert run_of(page) != original
    assert studio.get(f"runs/{original}")["status"]["step"] == newest
    train_button(page).click()
    wait_for_step(page, shared + 1)


def test_a_guest_takes_a_copy(trained: Page, studio: Studio, open_page: OpenPage, tmp_path: Path):
    guest = open_page(make_link(trained))
    expect(guest.get_by_test_id("banner-shared")).to_be_visible()
    with guest.expect_download() as started:
        guest.get_by_role("button", name="Open a copy").click()
    expect(guest.get_by_test_id("notice")).to_contain_text("Open it with netlapse import FILE")
    assert started.value.suggested_filename.endswith(".netlapse")
    started.value.save_as(tmp_path / "copy.netlapse")
    content = (tmp_path / "copy.netlapse").read_bytes()
    made = studio.client.post("import", content=content).raise_for_status().json()["run"]
    assert studio.get(f"runs/{made}")["status"]["step"] == step(trained)


def test_a_link_on_another_page_can_be_followed(trained: Page, open_page: OpenPage):
    link = make_link(trained)
    guest = open_page(link)
    expect(guest.get_by_test_id("banner-shared")).to_be_visible()
    guest.goto("about:blank")  # as foreign to the Studio as a mail
    guest.context.clear_cookies()
    guest.set_content(f'<a href="{link}">look</a>')
    guest.get_by_role("link").click()
    expect(guest.get_by_test_id("banner-shared")).to_be_visible()
    until("a picture", lambda: step(guest) > 0, guest)


def test_a_guest_looks_at_the_images_of_a_run(studio: Studio, open_page: OpenPage):
    layers = [
        {"kind": "flatten", "id": "flat"},
        {"kind": "dense", "id": "hidden", "units": 8, "activation": "relu"},
        {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
    ]
    data = {"kind": "images", "name": "digits"}
    run = studio.post("runs", {"spec": {"data": data, "network": {"layers": layers}}})["run"]
    studio.post(f"runs/{run}/commands", {"kind": "advance", "steps": 20})
    until("20 steps", lambda: studio.get(f"runs/{run}")["status"]["step"] == 20)
    made = studio.post(f"runs/{run}/shares", {"step": 10, "view": {}})

    guest = open_page(studio.origin + made["path"])
    until("the step of the link", lambda: step(guest) == 10, guest)
    guest.get_by_role("button", name="Browse the samples").click()
    browser = guest.get_by_test_id("sample-browser")
    expect(
        browser.get_by_role("list", name="Training samples").get_by_role("button").first
    ).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_sharing_is_accessible_and_fits(
    studio: Studio, open_page: OpenPage, viewport: dict[str, int]
):
    owner = open_page(studio.url, viewport=viewport)
    wait_for_picture(owner)
    owner.get_by_role("button", name="Step", exact=True).click()
    wait_for_step(owner, 1)
    owner.get_by_role("button", name="Share", exact=True).click()
    owner.get_by_role("button", name="Make a link to step").click()
    link = owner.get_by_role("textbox", name="Link to step 1").input_value()
    expect(owner.get_by_test_id("share-link")).to_have_count(1)
    guest = open_page(link, viewport=viewport)
    expect(guest.get_by_test_id("banner-shared")).to_be_visible()
    until("a picture", lambda: step(guest) == 1, guest)
    for page, where in ((owner, "the Share menu"), (guest, "a shared run")):
        found = Findings(page)
        found.look(where)
        assert found.serious == []
        assert page.evaluate(CUT_OFF) == []
