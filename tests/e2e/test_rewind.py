"""Every moment of a training can be looked at again, exactly as it was, and gone on from."""

from __future__ import annotations

import hashlib
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    flags,
    number,
    pause,
    run_of,
    set_number,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import Findings

DRAWN = """() => [...document.querySelectorAll(
    '[data-testid=boundary-canvas], [data-testid=network-panel] canvas'
)].map((canvas) => canvas.toDataURL()).join()"""


def drawn(page: Page) -> tuple[str, ...]:
    """The pixels of boundary, neurons and edges, and the metrics beside them."""
    pixels: str = page.evaluate(DRAWN)
    numbers = [page.get_by_test_id(f"{part}-loss").inner_text() for part in ("train", "validation")]
    return hashlib.sha256(pixels.encode()).hexdigest(), *numbers


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Step on screen")


def bar(page: Page) -> Locator:
    return page.get_by_test_id("past-bar")


def place(page: Page, share: float) -> tuple[float, float]:
    """A place on the strip, by its share of the width."""
    box = page.get_by_test_id("strip").bounding_box()
    assert box
    return box["x"] + share * box["width"], box["y"] + 0.45 * box["height"]


def show_past(page: Page, at: int) -> None:
    """Wait until exactly this step is on screen."""
    until(f"step {at}", lambda: step(page) == at, page)
    expect(page.get_by_test_id("past-step")).to_contain_text(f"step {at:,} of ")
    expect(page.get_by_test_id("past-aside")).to_have_text("")


def stand_at(page: Page, epochs: int) -> dict[int, tuple[str, ...]]:
    """Train whole epochs of 20 steps, one by one; gives what was drawn after each."""
    wait_for_picture(page)
    seen: dict[int, tuple[str, ...]] = {}
    for epoch in range(1, epochs + 1):
        page.keyboard.press("Shift+ArrowRight")
        until(f"epoch {epoch}", lambda at=20 * epoch: step(page) == at, page)
        measured = page.get_by_role("table", name="Loss and score")
        expect(measured).to_contain_text(f"measured at step {20 * epoch}")
        page.wait_for_timeout(100)  # numbers come a moment after the canvases
        seen[20 * epoch] = drawn(page)
    return seen


def metrics(studio: Studio, run: str) -> Any:
    return studio.get(f"runs/{run}/losses")


def test_a_past_step_is_what_it_was_live(page: Page):
    seen = stand_at(page, 6)
    assert len(set(seen.values())) == 6
    page.keyboard.press("Shift+ArrowLeft")
    for at in (100, 80, 60):
        show_past(page, at)
        until(f"the picture of step {at}", lambda at=at: drawn(page) == seen[at], page)
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Escape")
    until("now", lambda: drawn(page) == seen[120], page)
    assert step(page) == 120
    expect(bar(page)).to_have_count(0)


def test_weights_of_a_past_step_are_those_of_then(page: Page):
    wait_for_picture(page)
    page.get_by_test_id("unit-hidden-1-0").click()
    cell = page.get_by_role("textbox", name="Weight from x to unit 1")
    weights: dict[int, str] = {}
    for at in range(1, 5):
        page.keyboard.press("ArrowRight")
        until(f"step {at}", lambda at=at: step(page) == at, page)
        page.wait_for_timeout(250)  # numbers come a moment after the canvases
        weights[at] = cell.input_value()
    assert len(set(weights.values())) == 4
    for at in (3, 2, 1):
        page.keyboard.press("ArrowLeft")
        show_past(page, at)
        expect(cell).to_have_value(weights[at])


def test_a_drag_goes_to_any_step_and_says_which(page: Page):
    stand_at(page, 10)
    page.mouse.move(*place(page, 0))
    for _ in range(4):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(50)
    page.mouse.down()
    for share in (0.1, 0.2, 0.3):
        page.mouse.move(*place(page, share), steps=4)
    expect(bar(page)).to_be_visible()
    page.mouse.up()
    at = int(slider(page).get_attribute("aria-valuenow") or "-1")
    assert 0 < at < 200
    show_past(page, at)
    assert slider(page).get_attribute("aria-valuetext") == f"step {at} of 200"
    caption = page.get_by_role("table", name="Loss and score")
    expect(caption).to_contain_text(f"measured at step {at}")
    page.get_by_role("button", name="Return to now").click()
    until("now", lambda: step(page) == 200, page)


def test_keys_go_through_the_past_and_back(page: Page):
    stand_at(page, 3)
    page.keyboard.press("ArrowLeft")
    show_past(page, 59)
    page.keyboard.press("ArrowLeft")
    show_past(page, 58)
    page.keyboard.press("ArrowRight")
    show_past(page, 59)
    page.keyboard.press("ArrowRight")  # the newest step is now
    expect(bar(page)).to_have_count(0)
    page.keyboard.press("Home")
    show_past(page, 0)
    page.keyboard.press("Shift+ArrowRight")
    show_past(page, 20)
    slider(page).focus()
    page.keyboard.press("ArrowLeft")
    show_past(page, 19)
    page.keyboard.press("End")
    until("now", lambda: step(page) == 60, page)
    page.keyboard.press("ArrowRight")  # at now it trains
    until("a step of training", lambda: step(page) == 61, page)


def test_the_film_plays_holds_and_ends_at_now(page: Page):
    stand_at(page, 5)
    page.keyboard.press("Home")
    show_past(page, 0)
    page.get_by_role("combobox", name="Speed of the film").select_option("4")
    page.keyboard.press("Space")
    until("the film moves", lambda: step(page) > 5, page)
    page.get_by_role("button", name="Pause the film").click()
    held = int(slider(page).get_attribute("aria-valuenow") or "-1")
    show_past(page, held)
    assert 5 < held < 100
    page.wait_for_timeout(400)
    assert step(page) == held
    page.get_by_role("combobox", name="Speed of the film").select_option("64")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    show_past(page, 0)
    page.get_by_role("button", name="Play the film").click()
    expect(train_button(page)).to_be_visible()
    until("now", lambda: step(page) == 100, page)


def test_the_training_goes_on_while_the_past_is_looked_at(page: Page, studio: Studio):
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")
    train_button(page).click()
    wait_for_step(page, 300)
    page.mouse.click(*place(page, 0.01))
    expect(bar(page)).to_be_visible()
    at = int(slider(page).get_attribute("aria-valuenow") or "-1")
    show_past(page, at)
    run = run_of(page)
    then = studio.get(f"runs/{run}")["status"]["step"]
    before = drawn(page)
    until("steps", lambda: studio.get(f"runs/{run}")["status"]["step"] > then + 200, page)
    assert step(page) == at
    assert drawn(page) == before
    expect(bar(page)).to_contain_text("the training goes on")
    page.get_by_role("button", name="Pause the training").click()
    until("a rest", lambda: studio.get(f"runs/{run}")["status"]["state"] == "paused", page)
    assert step(page) == at
    page.keyboard.press("Escape")
    stands = studio.get(f"runs/{run}")["status"]["step"]
    until("now", lambda: step(page) == stands, page)


def test_a_branch_with_a_change_leaves_the_original_as_it_is(page: Page, studio: Studio):
    seen = stand_at(page, 5)
    original = run_of(page)
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    show_past(page, 60)
    kept = studio.get(f"runs/{original}"), metrics(studio, original)
    set_number(page, "Learning rate, as a number", "0.03")
    expect(page.get_by_test_id("held")).to_have_text("learning rate 0.03?")
    assert studio.get(f"runs/{original}")["interventions"] == []
    page.get_by_role("button", name="Branch with it").click()
    until("another run", lambda: run_of(page) != original, page)
    branch = run_of(page)
    until("the change", lambda: studio.get(f"runs/{branch}")["interventions"], page)
    [intervention] = studio.get(f"runs/{branch}")["interventions"]
    assert intervention["step"] == 60
    assert [change["value"] for change in intervention["changes"]] == [0.03]
    until("its step", lambda: step(page) == 60, page)
    until("the same network", lambda: drawn(page)[1:] == seen[60][1:], page)
    until("its flag", lambda: "learning rate" in flags(page), page)
    field = page.get_by_role("textbox", name="Learning rate, as a number")
    expect(field).to_have_value("0.03")
    page.keyboard.press("Shift+ArrowRight")
    until("an epoch of its own", lambda: step(page) == 80, page)
    assert metrics(studio, branch)["low"][:60] == kept[1]["low"][:60]
    assert metrics(studio, branch)["low"][60:] != kept[1]["low"][60:80]
    assert (studio.get(f"runs/{original}"), metrics(studio, original)) == kept

    page.get_by_test_id("branches").click()
    tree = page.get_by_role("list", name="Branches").get_by_role("button")
    expect(tree).to_have_count(2)
    expect(tree.nth(1)).to_contain_text("from step 60")
    tree.nth(0).click()
    until("the original", lambda: run_of(page) == original and step(page) == 100, page)
    expect(field).to_have_value("0.01")
    mark = page.get_by_test_id("branch-mark")
    expect(mark).to_have_attribute("aria-label", "Branch at step 60: open Spiral")


def test_a_change_in_the_past_can_act_now_or_be_taken_back(page: Page, studio: Studio):
    stand_at(page, 3)
    run = run_of(page)
    page.keyboard.press("ArrowLeft")
    show_past(page, 59)
    set_number(page, "L2", "0.01")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("textbox", name="L2", exact=True)).to_have_value("0")
    set_number(page, "L2", "0.02")
    expect(page.get_by_test_id("held")).to_be_visible()
    page.get_by_role("button", name="Change it now").click()
    until("the change", lambda: studio.get(f"runs/{run}")["interventions"], page)
    [intervention] = studio.get(f"runs/{run}")["interventions"]
    assert intervention["step"] == 60
    expect(bar(page)).to_have_count(0)
    expect(page.get_by_role("textbox", name="L2", exact=True)).to_have_value("0.02")
    # Before the change, the setting reads as it was.
    until("its flag", lambda: "L2" in flags(page), page)
    page.keyboard.press("ArrowRight")
    until("a step", lambda: step(page) == 61, page)
    page.keyboard.press("Home")
    show_past(page, 0)
    expect(page.get_by_role("textbox", name="L2", exact=True)).to_have_value("0")
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="L2", exact=True)).to_have_value("0.02")
    assert len(studio.get(f"runs/{run}")["interventions"]) == 1


def test_a_weight_edited_in_the_past_is_edited_in_a_branch(page: Page, studio: Studio):
    stand_at(page, 2)
    original = run_of(page)
    page.get_by_test_id("unit-hidden-1-0").click()
    page.keyboard.press("ArrowLeft")
    show_past(page, 39)
    cell = page.get_by_role("textbox", name="Weight from x to unit 1")
    cell.fill("0.75")
    cell.press("Enter")
    expect(page.get_by_test_id("held")).to_have_text("weight of hidden-1 0.75?")
    page.get_by_role("button", name="Branch with it").click()
    until("another run", lambda: run_of(page) != original, page)
    branch = run_of(page)
    until("the edit", lambda: studio.get(f"runs/{branch}")["interventions"], page)
    [intervention] = studio.get(f"runs/{branch}")["interventions"]
    assert intervention["step"] == 39
    [change] = intervention["changes"]
    assert (change["kind"], change["index"], change["value"]) == ("edit", [0, 0], 0.75)
    until("its step", lambda: step(page) == 39, page)
    page.get_by_test_id("unit-hidden-1-0").click()
    expect(cell).to_have_value("0.75")
    assert studio.get(f"runs/{original}")["interventions"] == []


def test_the_timeline_zooms_to_single_steps(page: Page):
    wait_for_picture(page)
    train_button(page).click()
    wait_for_step(page, 2500)
    stands = pause(page)
    strip = page.get_by_test_id("strip")
    expect(strip).to_contain_text("8,000 steps")
    expect(page.get_by_test_id("saved")).to_have_text(f"saved to step {stands:,}")
    page.mouse.move(*place(page, 0.1))
    with page.expect_response(lambda answer: "/losses?" in answer.url) as answered:
        page.mouse.wheel(0, -900)
    found = answered.value.json()
    assert found["steps_per_column"] >= 1
    until("a nearer look", lambda: "8,000 steps" not in strip.inner_text(), page)
    for _ in range(6):
        page.mouse.wheel(0, -900)
        page.wait_for_timeout(50)
    page.mouse.move(*place(page, 0.11))
    pointed = page.get_by_test_id("pointed")
    expect(pointed).to_contain_text("training loss")
    assert " to " not in pointed.inner_text()  # one step, not a column of several
    page.get_by_role("button", name="Show the whole run").click()
    expect(strip).to_contain_text("8,000 steps")


def test_nothing_serious_is_found_in_the_past(page: Page):
    findings = Findings(page)
    stand_at(page, 2)
    page.keyboard.press("ArrowLeft")
    show_past(page, 39)
    findings.look("the past")
    set_number(page, "L2", "0.01")
    expect(page.get_by_test_id("held")).to_be_visible()
    findings.look("a change that waits")
    page.get_by_role("button", name="Branch with it").click()
    expect(bar(page)).to_have_count(0)
    until("the branch", lambda: step(page) == 39, page)
    page.get_by_test_id("branches").click()
    expect(page.get_by_role("list", name="Branches")).to_be_visible()
    findings.look("the tree of branches")
    assert findings.serious == []


def test_on_a_phone(open_page: OpenPage, studio: Studio):
    page = open_page(
        studio.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    wait_for_picture(page)
    train_button(page).tap()
    wait_for_step(page, 1000)
    pause(page)
    page.touchscreen.tap(*place(page, 0.02))
    expect(bar(page)).to_be_visible()
    shown = int(slider(page).get_attribute("aria-valuenow") or "-1")
    show_past(page, shown)
    for name in ("Return to now", "Branch from here", "Play the film", "Step back"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=0.99)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Step back").tap()
    show_past(page, shown - 1)
    page.get_by_role("button", name="Return to now").tap()
    until("now", lambda: step(page) >= 1000, page)
    assert number(page.get_by_test_id("step").inner_text()) >= 1000
