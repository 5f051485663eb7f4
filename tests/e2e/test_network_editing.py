"""A network that is being built may be unfinished: it says what is missing and mends it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    open_menu,
    pause,
    run_of,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import Findings
from tests.e2e.test_microscope import link


@pytest.fixture
def blocks(page: Page) -> Page:
    wait_for_picture(page)
    page.get_by_role("tab", name="Blocks").click()
    expect(page.get_by_test_id("block-output")).to_be_visible()
    return page


REPLACED_MS = 3000
DEEP: dict[str, Any] = {
    "name": "deep",
    "data": {"kind": "spiral"},
    "network": {
        "layers": [
            *(
                {"kind": "dense", "id": f"hidden-{n}", "units": 4, "activation": "tanh"}
                for n in range(1, 25)
            ),
            {"kind": "dense", "id": "output", "units": 1, "activation": "sigmoid"},
        ]
    },
}


def errors(page: Page) -> Locator:
    return page.get_by_test_id("finding").filter(has_text="Error:")


def mend(page: Page) -> str:
    """Apply the fixes of errors until there are none; gives what was said."""
    told = ""
    for _ in range(8):
        if errors(page).count() == 0:
            break
        finding = errors(page).filter(has=page.get_by_role("button")).first
        try:
            text = finding.inner_text(timeout=REPLACED_MS)
            finding.get_by_role("button").click(timeout=REPLACED_MS)
        except TimeoutError:
            continue  # the findings of a moment ago have been replaced
        told += text
        until("the fix", lambda text=text: text not in errors(page).all_inner_texts(), page)
    expect(errors(page)).to_have_count(0)
    return told


def assert_trains(page: Page) -> None:
    expect(train_button(page)).to_be_enabled()
    train_button(page).click()
    wait_for_step(page, 20)


def test_a_network_without_its_output_layer(blocks: Page):
    page = blocks
    page.get_by_role("button", name="Delete output").click()
    expect(page.get_by_test_id("block-output")).to_have_count(0)
    expect(errors(page).first).to_be_visible()
    expect(train_button(page)).to_be_disabled()
    # Seen in both views.
    page.get_by_role("tab", name="Neurons").click()
    expect(errors(page).first).to_be_visible()
    mend(page)
    assert_trains(page)


def test_an_output_of_the_wrong_size(blocks: Page):
    page = blocks
    page.get_by_test_id("block-output").click()
    units = page.get_by_test_id("layer-form").get_by_role("textbox", name="Units", exact=True)
    units.fill("3")
    units.press("Enter")
    finding = page.get_by_test_id("block-output").get_by_test_id("finding")
    expect(finding.first).to_contain_text("3")
    expect(train_button(page)).to_be_disabled()
    mend(page)
    assert_trains(page)


def test_a_network_without_layers_is_editable(blocks: Page):
    page = blocks
    for name in ("hidden-1", "hidden-2", "output"):
        page.get_by_role("button", name=f"Delete {name}").click()
    expect(errors(page).first).to_be_visible()
    expect(train_button(page)).to_be_disabled()
    page.get_by_role("tab", name="Neurons").click()
    expect(page.get_by_text("Inputs", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Blocks").click()
    page.get_by_role("group", name="Add a layer").get_by_role("button", name="Dense").click()
    expect(page.get_by_test_id("block-dense-1")).to_be_visible()
    mend(page)
    assert_trains(page)


def test_undo_brings_the_trained_network_back(blocks: Page, studio: Studio):
    page = blocks
    train_button(page).click()
    wait_for_step(page, 20)
    stands = pause(page)
    run = run_of(page)
    page.get_by_role("button", name="Delete hidden-2").click()
    expect(page.get_by_test_id("banner-changed")).to_contain_text("new weights")
    until("step 0", lambda: step(page) == 0, page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("block-hidden-2")).to_be_visible()
    until("the trained network", lambda: step(page) == stands and run_of(page) == run, page)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_test_id("block-hidden-2")).to_have_count(0)
    page.get_by_role("button", name="Back to the trained network").click()
    until("the trained network", lambda: step(page) == stands and run_of(page) == run, page)
    assert studio.get(f"runs/{run}")["status"]["step"] == stands


def test_layers_are_added_moved_copied_and_frozen(blocks: Page, studio: Studio):
    page = blocks
    names = page.locator("[aria-roledescription=layer]")
    page.get_by_role("group", name="Add a layer").get_by_role(
        "button", name="Dropout", exact=True
    ).click()
    expect(names).to_have_count(4)
    expect(page.get_by_test_id("wire-dropout-1>output")).to_have_text("8")
    page.get_by_role("button", name="Move dropout-1 up").click()
    page.get_by_role("button", name="Duplicate hidden-1").click()
    expect(names).to_have_count(5)
    page.get_by_test_id("block-hidden-2").click()
    page.get_by_test_id("layer-form").get_by_role("checkbox", name="Frozen").check()
    expect(page.get_by_test_id("block-hidden-2")).to_contain_text("frozen")
    expect(errors(page)).to_have_count(0)
    assert_trains(page)
    layers = studio.get(f"runs/{run_of(page)}")["spec"]["network"]["layers"]
    kinds = [(layer["kind"], layer.get("frozen")) for layer in layers]
    assert kinds.count(("dropout", None)) == 1 and kinds.count(("dense", True)) == 1
    assert len(layers) == 5


def test_units_and_layers_are_counted_up_and_down_in_the_neurons(page: Page, studio: Studio):
    wait_for_picture(page)
    page.get_by_role("button", name="More units in hidden-1").click()
    page.get_by_role("button", name="More units in hidden-1").click()
    page.get_by_role("button", name="Fewer units in hidden-2").click()
    page.get_by_role("button", name="Add a hidden layer").click()
    expect(page.get_by_text("3 hidden layers")).to_be_visible()
    wait_for_picture(page)
    page.get_by_role("button", name="Remove the last hidden layer").click()
    expect(page.get_by_text("2 hidden layers")).to_be_visible()
    expect(page.get_by_test_id("units-hidden-1")).to_have_text("10 units")
    expect(page.get_by_test_id("units-hidden-2")).to_have_text("7 units")
    assert_trains(page)
    layers = studio.get(f"runs/{run_of(page)}")["spec"]["network"]["layers"]
    assert [layer["units"] for layer in layers] == [10, 7, 1]


def test_edits_in_quick_succession_end_in_the_last_one(page: Page, studio: Studio):
    wait_for_picture(page)
    more = page.get_by_role("button", name="More units in hidden-1")
    for _ in range(5):  # each opens a run before the next one comes
        more.click()
        page.wait_for_timeout(350)
    expect(page.get_by_test_id("units-hidden-1")).to_have_text("13 units")
    wait_for_picture(page)
    assert_trains(page)
    layers = studio.get(f"runs/{run_of(page)}")["spec"]["network"]["layers"]
    assert layers[0]["units"] == 13
    expect(page.get_by_test_id("notice")).to_have_count(0)


def test_a_wide_layer_is_folded(page: Page):
    wait_for_picture(page)
    page.get_by_role("tab", name="Blocks").click()
    page.get_by_test_id("block-hidden-1").click()
    units = page.get_by_test_id("layer-form").get_by_role("textbox", name="Units", exact=True)
    units.fill("40")
    units.press("Enter")
    page.get_by_role("tab", name="Neurons").click()
    fold = page.get_by_role("button", name="more", exact=False).filter(has_text="+")
    expect(fold.first).to_be_visible()
    fold.first.click()
    expect(page.get_by_test_id("unit-hidden-1-39")).to_be_attached()
    page.get_by_role("button", name="Fold").click()
    expect(page.get_by_test_id("unit-hidden-1-39")).to_have_count(0)


def test_a_deep_network_is_surveyed_and_folded(open_page: OpenPage, studio: Studio):
    page = open_page(link(studio.url, DEEP))
    # The neurons go beyond the page: an overview says what is in sight, and leads to the end.
    overview = page.get_by_role("scrollbar", name="Overview of the layers")
    expect(overview).to_have_attribute("aria-valuetext", re.compile("^input to hidden-"))
    expect(page.get_by_role("button", name="hidden-24", exact=True)).not_to_be_in_viewport()
    findings = Findings(page)
    findings.look("neurons")
    overview.press("End")
    expect(overview).to_have_attribute("aria-valuetext", re.compile("to output$"))
    expect(page.get_by_role("button", name="hidden-24", exact=True)).to_be_in_viewport()
    # Blocks that repeat are one, until they are opened.
    page.get_by_role("tab", name="Blocks").click()
    repeat = page.get_by_test_id("repeat-hidden-1")
    expect(repeat).to_contain_text("24 × Dense")
    findings.look("folded blocks")
    expect(page.locator("[aria-roledescription=layer]")).to_have_count(1)
    # What is added on the wire below comes after all of them.
    expect(page.get_by_test_id("wire-hidden-24>output")).to_have_text("4")
    repeat.click()
    expect(page.get_by_test_id("block-hidden-1")).to_have_attribute("aria-current", "true")
    expect(page.locator("[aria-roledescription=layer]")).to_have_count(25)
    findings.look("opened blocks")
    assert findings.serious == []
    page.get_by_role("button", name="Fold the layers that repeat").click()
    expect(page.locator("[aria-roledescription=layer]")).to_have_count(1)
    # A layer that is sought opens what holds it.
    page.get_by_test_id("costs").get_by_role("button", name="hidden-20", exact=True).click()
    expect(page.get_by_test_id("block-hidden-20")).to_be_in_viewport()


def test_the_menu_names_the_keys(page: Page):
    wait_for_picture(page)
    page.get_by_role("button", name="Menu", exact=True).click()
    for item, key in (("Train or pause", "Space"), ("Undo", "Ctrl+Z"), ("All shortcuts", "?")):
        expect(page.get_by_role("button", name=f"{item} {key}", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    open_menu(page, "All shortcuts")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
