"""The landscape of the loss and the warped plane: asked for, turned, cancelled, followed back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PATIENCE_MS, OpenPage
from tests.e2e.driving import (
    colors,
    number,
    pause,
    picture,
    run_of,
    settled,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import Findings
from tests.e2e.test_microscope import SPEC, link
from tests.e2e.watch import Watch

VIEWS = "What of the network is shown"


def show(page: Page, view: str) -> None:
    page.get_by_role("group", name=VIEWS).get_by_role("button", name=view, exact=True).click()


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("landscape").get_by_role("button", name=name, exact=True)


def words(page: Page) -> Locator:
    return page.get_by_test_id("landscape-words")


@pytest.fixture
def trained(page: Page) -> Page:
    """The spiral after a short training."""
    wait_for_picture(page)
    train_button(page).click()
    wait_for_step(page, 600)
    pause(page)
    return page


def test_a_landscape_with_the_path_of_the_training(trained: Page):
    page = trained
    show(page, "Landscape")
    at = step(page)
    expect(words(page)).to_contain_text(f"at step {at:,}, the red dot")
    expect(words(page)).to_contain_text("This plane holds")
    expect(words(page)).to_contain_text("of the path’s variance")
    expect(words(page)).to_contain_text("all 200 training samples")
    canvas = page.get_by_test_id("landscape-canvas")
    flat = settled(canvas)
    assert colors(canvas) > 100
    # The read-out by keys: the middle of the square is a place of the plane.
    page.get_by_role("group", name="Landscape from above").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("landscape-readout")).to_contain_text("→ loss ")
    # As a surface it turns.
    button(page, "3-D").click()
    first = settled(canvas)
    assert first != flat
    page.get_by_test_id("landscape-surface").focus()
    page.keyboard.press("ArrowLeft")
    until("it turns", lambda: picture(canvas) != first, page)
    turned = settled(canvas)
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120)
    page.mouse.up()
    until("it is dragged", lambda: picture(canvas) != turned, page)
    # In numbers.
    button(page, "Show the landscape as a table").click()
    table = page.get_by_role("group", name="The landscape as a table")
    expect(table.get_by_role("table")).to_have_count(2)
    expect(table.get_by_role("row").last).to_contain_text(f"{at:,}")


def test_other_planes_parts_and_sizes(trained: Page):
    page = trained
    show(page, "Landscape")
    expect(words(page)).to_contain_text("This plane holds")
    button(page, "Random").click()
    expect(words(page)).to_contain_text("Two random directions")
    canvas = page.get_by_test_id("landscape-canvas")
    one = settled(canvas)
    button(page, "Other random directions").click()
    until("another plane", lambda: picture(canvas) != one, page)
    button(page, "validation").click()
    expect(words(page)).to_contain_text("Validation loss")
    page.get_by_role("combobox", name="Points of the landscape").select_option("15")
    page.get_by_role("combobox", name="Span of the landscape").select_option("0.25")
    expect(words(page)).to_contain_text("Validation loss")
    ends = page.get_by_test_id("landscape-scale").locator("span")
    low, high = number(ends.first.inner_text()), number(ends.last.inner_text())
    assert 0 < low < high


def test_another_step_is_told_and_the_past_is_followed(trained: Page):
    page = trained
    show(page, "Landscape")
    at = step(page)
    expect(words(page)).to_contain_text(f"at step {at:,}")
    page.get_by_role("button", name="Step", exact=True).click()
    old = page.get_by_test_id("landscape-old")
    expect(old).to_contain_text(f"Of step {at:,}.")
    old.get_by_role("button", name="Compute again").click()
    expect(words(page)).to_contain_text(f"at step {at + 1:,}")
    expect(old).to_have_count(0)
    # Back in time: it costs nothing, so it comes by itself.
    page.get_by_role("button", name="Step back", exact=True).click()
    expect(words(page)).to_contain_text(f"at step {at:,}")


def test_before_training_there_is_no_path_but_a_plane(page: Page, watch: Watch):
    wait_for_picture(page)
    watch.expects_refusals()
    show(page, "Landscape")
    expect(words(page)).to_contain_text("at step 0")
    button(page, "Path").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "There is no path yet: the training has not begun. Train first, or take random directions."
    )
    expect(button(page, "Compute")).to_be_visible()


def test_a_long_one_says_how_far_it_is_and_can_be_cancelled(open_page: OpenPage, studio: Studio):
    page = open_page(link(studio.url, SPEC))
    summary = page.get_by_test_id("predictions-summary")
    expect(summary).to_contain_text("at step 0", timeout=3 * PATIENCE_MS)
    output = page.get_by_test_id("output-panel")
    output.get_by_role("button", name="Landscape", exact=True).click()
    expect(words(page)).to_contain_text("at step 0")
    page.get_by_role("combobox", name="Points of the landscape").select_option("151")
    progress = page.get_by_role("progressbar", name="Landscape")
    until("progress", lambda: number(progress.get_attribute("aria-valuenow") or "0") > 0, page)
    expect(page.get_by_test_id("landscape-progress")).to_contain_text("s left")
    # Meanwhile it can be trained and watched.
    train_button(page).click()
    wait_for_step(page, 3)
    pause(page)
    button(page, "Cancel").click()
    expect(progress).to_have_count(0)
    page.get_by_role("combobox", name="Points of the landscape").select_option("15")
    expect(words(page)).to_contain_text(f"at step {step(page):,}")


def test_the_warped_plane_follows_the_training(page: Page):
    wait_for_picture(page)
    show(page, "Warped")
    canvas = page.get_by_test_id("warped-canvas")
    expect(page.get_by_test_id("warped-words")).to_contain_text("stay the same, at step 0")
    first = settled(canvas)
    assert colors(canvas) > 20
    train_button(page).click()
    wait_for_step(page, 300)
    at = pause(page)
    expect(page.get_by_test_id("warped-words")).to_contain_text(f"at step {at:,}")
    now = settled(canvas)
    assert now != first
    page.get_by_role("combobox", name="Unit across").select_option("4")
    until("another unit", lambda: picture(canvas) != now, page)
    other = settled(canvas)
    page.get_by_role("combobox", name="Layer that sees the plane").select_option("hidden-1")
    until("another layer", lambda: picture(canvas) != other, page)
    layer = settled(canvas)
    page.get_by_role("group", name="Before or after").get_by_role("button", name="z").click()
    until("pre-activations", lambda: picture(canvas) != layer, page)
    page.get_by_text("Where the classes lie, in numbers").click()
    rows = page.get_by_test_id("warped-words").get_by_role("row")
    expect(rows).to_have_count(3)


def test_a_guest_sees_the_warped_plane_and_no_landscape(
    trained: Page, studio: Studio, open_page: Any
):
    at = step(trained)
    made = studio.post(f"runs/{run_of(trained)}/shares", {"step": at, "view": {}})
    page = open_page(f"{studio.origin}/{made['path'].lstrip('/')}")
    views = page.get_by_role("group", name=VIEWS)
    expect(views.get_by_role("button")).to_have_text(["Answer", "Warped"])
    views.get_by_role("button", name="Warped").click()
    expect(page.get_by_test_id("warped-words")).to_contain_text(f"at step {at:,}")


def test_on_a_phone_everything_is_within_its_width(open_page: OpenPage, studio: Studio):
    page = open_page(studio.url, viewport={"width": 390, "height": 844}, has_touch=True)
    wait_for_picture(page)
    panel = page.get_by_test_id("output-panel")
    widest = (
        "e => Math.max(...[...e.querySelectorAll('*')].map(x => x.getBoundingClientRect().right))"
    )
    show(page, "Landscape")
    expect(words(page)).to_be_visible()
    assert panel.evaluate(widest) <= 390
    show(page, "Warped")
    expect(page.get_by_test_id("warped-words")).to_be_visible()
    assert panel.evaluate(widest) <= 390


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_serious(open_page: OpenPage, studio: Studio, scheme: str):
    page = open_page(studio.url, color_scheme=scheme)
    wait_for_picture(page)
    findings = Findings(page)
    show(page, "Warped")
    expect(page.get_by_test_id("warped-words")).to_be_visible()
    findings.look("warped")
    show(page, "Landscape")
    expect(words(page)).to_be_visible()
    findings.look("flat")
    button(page, "3-D").click()
    findings.look("surface")
    button(page, "Show the landscape as a table").click()
    findings.look("table")
    assert findings.serious == []
