"""Health of a training on the page: every layer along the steps, and what the doctor finds."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, OpenPage
from tests.e2e.driving import (
    colors,
    flags,
    number,
    pause,
    run_of,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import PHONE, Findings
from tests.e2e.test_phone import CUT_OFF
from tests.e2e.test_share import make_link

TOO_FAST: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 400},
    "network": {
        "layers": [
            {"kind": "dense", "id": "hidden-1", "units": 8, "activation": "tanh"},
            {"kind": "dense", "id": "hidden-2", "units": 8, "activation": "tanh"},
            {"kind": "dense", "id": "output", "units": 1, "activation": "sigmoid"},
        ]
    },
    "training": {"optimizer": {"kind": "adam", "learning_rate": 3.0}, "epochs": 30},
}
"""Steps that leap: the doctor names the learning rate (`tests/doctor` provokes every rule)."""


@pytest.fixture
def healthy(page: Page) -> Page:
    """The spiral, trained a little and standing, with its health on screen."""
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")
    train_button(page).click()
    wait_for_step(page, 300)
    pause(page)
    page.get_by_role("tab", name="Health").click()
    return page


def open_ill(studio: Studio, page: Page) -> str:
    """A run that was trained, and went wrong, with its health on screen; its id."""
    wait_for_picture(page)
    run: str = studio.post("runs", {"spec": TOO_FAST})["run"]
    studio.post(f"runs/{run}/commands", {"kind": "play"})
    until("the end", lambda: state(studio, run) == "finished", page)
    page.evaluate("run => sessionStorage.setItem('netlapse.run', run)", run)
    # Without the spec of the page before in the address.
    page.goto(f"{studio.origin}/")
    wait_for_picture(page)
    expect(page.get_by_test_id("finding-count")).to_be_visible()
    page.get_by_role("tab", name="Health").click()
    return run


def state(studio: Studio, run: str) -> str:
    return studio.get(f"runs/{run}")["status"]["state"]


def rate(studio: Studio, run: str) -> float:
    return studio.get(f"runs/{run}")["spec"]["training"]["optimizer"]["learning_rate"]


def shown_step(page: Page) -> int:
    """The step that the flow says it is of."""
    return int(number(page.get_by_test_id("flow-step").inner_text().split()[-1]))


def close(shown: Locator, true: float) -> bool:
    """Whether a number on the page is one of the run, to the digits that are shown."""
    return abs(number(shown.inner_text().strip()) - true) <= 0.006 * abs(true)


def test_the_flow_is_that_of_the_step_on_screen(healthy: Page, studio: Studio):
    page = healthy
    run = run_of(page)
    expect(page.get_by_test_id("doctor-nothing")).to_contain_text("Nothing found so far.")
    until("vitals of now", lambda: shown_step(page) == step(page), page)
    canvas = page.get_by_test_id("flow-canvas")
    until("shades", lambda: colors(canvas) > 3, page)

    # The arrows are those of the tabs as long as one has the focus.
    page.get_by_role("main").click(position={"x": 2, "y": 2})
    page.keyboard.press("Home")
    until("step 0", lambda: shown_step(page) == 0, page)
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    until("a step that is not recorded", lambda: shown_step(page) == 7, page)
    exact = studio.get(f"runs/{run}/vitals/7")
    for layer in exact["layers"]:
        value = page.get_by_test_id(f"flow-value-{layer['layer']}")
        assert close(value, layer["gradient_norm"])
    page.get_by_role("button", name="Updates", exact=True).click()
    for layer in exact["layers"]:
        value = page.get_by_test_id(f"flow-value-{layer['layer']}")
        assert close(value, layer["update_ratio"])
    expect(page.get_by_test_id("diagnosed-step")).to_have_text("diagnosis of step 7")


def test_the_flow_as_a_table_leads_to_its_steps(healthy: Page):
    page = healthy
    page.get_by_role("button", name="Show the flow as a table").click()
    rows = page.get_by_role("table", name="gradient norm").get_by_role("row")
    until("rows", lambda: rows.count() > 3, page)
    asked = rows.nth(rows.count() // 2).get_by_role("button")
    text = asked.inner_text()
    asked.click()
    until(text, lambda: step(page) == int(number(text.split()[-1])), page)
    expect(page.get_by_test_id("past-bar")).to_be_visible()


def test_a_layer_over_time(healthy: Page):
    page = healthy
    page.get_by_test_id("flow").get_by_role("button", name="hidden-2", exact=True).click()
    over_time = page.get_by_test_id("over-time")
    for quantity in ("weights", "weight-gradients", "activations", "biases", "bias-gradients"):
        ridges = over_time.get_by_test_id(f"ridgeline-{quantity}").locator("canvas")
        until(quantity, lambda ridges=ridges: colors(ridges) > 5, page)
    for name in ("norms", "ratio", "units", "singles"):
        expect(over_time.get_by_test_id(name)).to_be_attached()

    chart = over_time.get_by_test_id("norms").locator(".u-over")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    now = step(page)
    chart.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    until("the middle", lambda: abs(step(page) - now / 2) < 0.1 * now, page)
    expect(over_time.get_by_test_id("norms-mark")).to_be_visible()

    page.get_by_role("button", name="Show the distributions as tables").click()
    table = page.get_by_test_id("over-time-table")
    expect(table.get_by_role("columnheader", name="weight norm", exact=True)).to_be_visible()
    expect(table.get_by_role("columnheader", name="weight 1 → 1", exact=True)).to_be_attached()


def test_a_finding_is_dismissed_and_its_remedy_acts_and_is_undone(page: Page, studio: Studio):
    run = open_ill(studio, page)
    expect(page.get_by_test_id("doctor-news")).to_contain_text("Learning rate too high in output")
    card = page.get_by_test_id("doctor").get_by_role(
        "article", name="Warning: Learning rate too high in output"
    )
    expect(card).to_contain_text("threshold")
    expect(page.get_by_test_id("finding-mark")).to_have_count(1)

    card.get_by_role("button", name="Do not show").click()
    expect(page.get_by_test_id("doctor-nothing")).to_be_visible()
    expect(page.get_by_test_id("finding-count")).to_have_count(0)
    page.get_by_role("button", name="Show again").click()
    expect(card).to_be_visible()

    card.get_by_role("button", name="Use a learning rate of").click()
    until("the remedy", lambda: rate(studio, run) == 0.3, page)
    until("its flag", lambda: "learning rate 3 → 0.3" in flags(page), page)
    undo = page.get_by_test_id("remedy-in-force").get_by_role("button")
    undo.click()
    until("it is taken back", lambda: rate(studio, run) == 3.0, page)
    expect(undo).to_have_count(0)


def test_findings_stand_at_their_layer_and_are_of_the_step_on_screen(page: Page, studio: Studio):
    open_ill(studio, page)
    page.get_by_test_id("doctor").get_by_role("button", name="step 0", exact=True).click()
    until("step 0", lambda: step(page) == 0, page)
    expect(page.get_by_test_id("diagnosed-step")).to_have_text("diagnosis of step 0")
    expect(page.get_by_test_id("doctor-nothing")).to_contain_text("Nothing found up to here.")
    page.keyboard.press("End")
    expect(page.get_by_test_id("finding-count")).to_be_visible()

    page.get_by_role("tab", name="Neurons").click()
    page.get_by_test_id("layer-mark-output").click()
    inspector = page.get_by_test_id("inspector")
    expect(inspector).to_contain_text("Layer output")
    expect(inspector.get_by_role("article")).to_contain_text("Learning rate too high")


def test_a_guest_reads_the_findings_and_changes_nothing(
    page: Page, studio: Studio, open_page: OpenPage
):
    open_ill(studio, page)
    guest = open_page(make_link(page))
    guest.get_by_role("tab", name="Health").click()
    card = guest.get_by_test_id("doctor").get_by_role("article")
    expect(card).to_contain_text("Learning rate too high")
    expect(card.get_by_role("button", name="Use a learning rate")).to_have_count(0)
    expect(guest.get_by_test_id("flow-value-hidden-1")).to_be_visible()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["desktop", "phone"]
)
def test_nothing_serious(
    viewport: dict[str, int], scheme: str, studio: Studio, open_page: OpenPage
):
    page = open_page(studio.url, color_scheme=scheme, viewport=viewport)
    open_ill(studio, page)
    findings = Findings(page)
    expect(page.get_by_test_id("flow-lines")).to_be_visible()
    findings.look("health")
    assert page.evaluate(CUT_OFF) == []
    page.get_by_test_id("flow").get_by_role("button", name="hidden-1", exact=True).click()
    expect(page.get_by_test_id("over-time")).to_be_visible()
    findings.look("over time")
    assert findings.serious == []
