"""Seven panels in the Studio: one state, its very numbers, live and rewound, for everyone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import load

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    choose_preset,
    number,
    picture,
    run_of,
    settled,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import Findings
from tests.e2e.test_phone import CUT_OFF

STATES = 101


def open_panels(page: Page) -> Locator:
    """The panels of y = x², trained to its end."""
    wait_for_picture(page)
    choose_preset(page, "quadratic")
    wait_for_step(page, STATES)
    page.get_by_test_id("open-seven-panels").click()
    panels = page.get_by_test_id("seven-panels")
    expect(panels.get_by_test_id("panels-state")).to_have_text("State 101 · epoch 101")
    expect(panels.get_by_test_id("panels-loss")).not_to_have_text("–")
    return panels


def numbers(panels: Locator) -> dict[str, list[float]]:
    """Value and gradient of each parameter, as the table writes them."""
    rows = panels.get_by_role("row").all_inner_texts()
    cells = [row.split("\t") for row in rows if ": " in row]
    return {name: [number(text) for text in rest] for name, *rest in cells}


def test_all_panels_are_of_one_state_whose_numbers_they_show(page: Page, studio: Studio) -> None:
    panels = open_panels(page)
    run = run_of(page)
    panels.get_by_text("All weights, biases and gradients as a table").click()
    expect(panels.get_by_role("table")).to_contain_text("State 101")
    shown = numbers(panels)
    weights = load(studio.weights(run))
    assert len(shown) == 31
    for unit in range(10):
        for name, value in (
            (f"hidden-1: weight 1 → {unit + 1}", weights["hidden-1.kernel"][0, unit]),
            (f"hidden-1: bias {unit + 1}", weights["hidden-1.bias"][unit]),
            (f"output: weight {unit + 1} → 1", weights["output.kernel"][unit, 0]),
        ):
            assert shown[name][0] == pytest.approx(float(value), rel=1e-3, abs=1e-9)

    expect(panels.get_by_test_id("panels-picture")).to_have_text("after picture 21 of 21")
    # The film: picture 9 of 21 is state 40, whose loss is that of the batch of update 41.
    now = settled(page.get_by_test_id("panel-7"))
    panels.get_by_test_id("panels-film").fill("8")
    expect(panels.get_by_test_id("panels-state")).to_have_text("State 40 · epoch 40")
    expect(panels.get_by_test_id("panels-picture")).to_have_text("picture 9 of 21")
    until("other gradients", lambda: picture(page.get_by_test_id("panel-7")) != now, page)
    expect(panels.get_by_role("table")).to_contain_text("State 40")
    [loss] = studio.get(f"runs/{run}/losses?first_step=41&last_step=41")["low"]
    expect(panels.get_by_test_id("panels-loss")).to_have_text(f"{loss:.3g}")

    # All pictures share their scale: it never shrinks.
    def limit() -> float:
        scale = panels.get_by_test_id("panels-gradient-scale").inner_text()
        return number(scale.split("+")[1])

    def steepest() -> float:
        return max(abs(gradient) for _, gradient in numbers(panels).values())

    panels.get_by_test_id("panels-film").fill("0")
    expect(panels.get_by_test_id("panels-state")).to_have_text("State 0 · epoch 0")
    expect(panels.get_by_role("table")).to_contain_text("State 0")
    # The page may have seen state 0 before it trained: then the scale holds it already.
    until("the scale of state 0", lambda: limit() >= 0.99 * steepest(), page)
    greatest = limit()
    panels.get_by_test_id("panels-film").fill("20")
    expect(panels.get_by_test_id("panels-state")).to_have_text("State 100 · epoch 100")
    expect(panels.get_by_role("table")).to_contain_text("State 100")
    assert limit() == greatest > steepest()

    panels.get_by_test_id("panels-export").click()
    dialog = page.get_by_role("dialog", name="Export this run")
    expect(dialog.get_by_label("View")).to_have_value("seven-panels")
    expect(dialog).to_contain_text("21 pictures: states 0 to 100")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    panels.get_by_role("button", name="Next picture").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("open-seven-panels")).to_be_focused()


def test_everyone_can_use_the_panels_also_on_a_phone(
    open_page: OpenPage, page: Page, studio: Studio
) -> None:
    panels = open_panels(page)
    found = Findings(page)
    found.look("seven panels")
    units = panels.get_by_role("textbox", name="Hidden units", exact=True)
    units.fill("4")
    units.press("Enter")
    expect(panels.get_by_role("heading", name="3 Network 1 – 4 – 1")).to_be_visible()
    expect(panels.get_by_test_id("panels-state")).to_have_text("State 0 · epoch 0")

    phone = open_page(studio.url, viewport={"width": 390, "height": 844})
    open_panels(phone)
    found_there = Findings(phone)
    found_there.look("seven panels on a phone")
    assert phone.evaluate(CUT_OFF) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert found.serious + found_there.serious == []
