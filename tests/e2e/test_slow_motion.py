"""One step is walked through, forwards and back, and every number says how it came about."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    colors,
    number,
    picture,
    set_number,
    settled,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import Findings
from tests.e2e.test_microscope import SPEC as IMAGES
from tests.e2e.test_microscope import link
from tests.e2e.test_share import make_link
from tests.e2e.watch import Watch


def open_walk(page: Page) -> None:
    """Open slow motion, and wait for the numbers of the step."""
    page.get_by_test_id("slow-motion-button").click()
    expect(page.get_by_test_id("walk-strip")).to_be_visible()


def title(page: Page) -> str:
    return page.get_by_test_id("walk-title").inner_text()


def go_to(page: Page, phase: str) -> None:
    """By the strip, where each phase is a button."""
    page.get_by_test_id("walk-strip").get_by_role("button", name=phase, exact=True).click()
    expect(page.get_by_test_id("walk-title")).to_have_text(phase)


def result(page: Page) -> float:
    """What the calculation gives; it is the engine's own number, to the last digit of float32."""
    shown = page.get_by_test_id("walk-result")
    shown.get_by_role("button", name="All digits").click()
    calculated = number(page.get_by_test_id("walk-result-value").inner_text())
    assert calculated == pytest.approx(
        number(page.get_by_test_id("walk-expected").inner_text()), rel=1e-5, abs=1e-9
    )
    return calculated


def choose(page: Page, name: str) -> None:
    """Another number of what is open."""
    which = page.get_by_role("group", name="Which number")
    which.get_by_role("button", name=name, exact=True).click()
    expect(which.get_by_role("button", name=name, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_test_id("walk-arithmetic").locator("[aria-busy=false]")).to_be_visible()


def terms(page: Page) -> Locator:
    return page.get_by_test_id("walk-terms").get_by_role("listitem")


@pytest.fixture
def walked(page: Page) -> Page:
    """The spiral at step 0, in slow motion."""
    wait_for_picture(page)
    open_walk(page)
    return page


def test_a_step_is_walked_by_key_forwards_and_back(walked: Page) -> None:
    page = walked
    seen = [title(page)]
    drawn = {settled(page.get_by_test_id("walk-canvas"))}
    of = int(page.get_by_test_id("walk-place").inner_text().split()[-1])
    for place in range(2, of + 1):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_test_id("walk-place")).to_have_text(f"{place} of {of}")
        seen.append(title(page))
        drawn.add(settled(page.get_by_test_id("walk-canvas")))
        sentence = page.get_by_test_id("walk-sentence")
        expect(sentence).to_have_attribute("aria-live", "polite")
        assert sentence.inner_text().endswith(".")
    assert seen[0] == "Inputs" and seen[-1] == "New weights"
    assert len(set(seen)) == of, "each phase is named"
    assert len(drawn) > of - 3, "nearly each phase has a drawing of its own"
    backwards = [seen.pop()]
    while seen:
        page.keyboard.press("ArrowLeft")
        assert title(page) == seen.pop()
    assert backwards == ["New weights"]
    assert step(page) == 0, "arrows walk, they do not train"


def test_playback_runs_to_the_new_weights(walked: Page) -> None:
    page = walked
    page.get_by_role("combobox", name="Time at each phase").select_option(label="0.6 s a phase")
    page.get_by_test_id("walk-play").click()
    expect(page.get_by_test_id("walk-title")).to_have_text("New weights")
    expect(page.get_by_test_id("walk-play")).to_have_text("Play")


def test_a_unit_opens_its_arithmetic_whose_result_is_the_engines_number(walked: Page) -> None:
    page = walked
    page.keyboard.press("ArrowRight")
    page.get_by_test_id("walk-unit-hidden-1-2").click()
    expect(terms(page)).to_have_count(4)
    z = result(page)
    total = sum(number(term.locator("strong").inner_text()) for term in terms(page).all())
    assert total == pytest.approx(z, abs=2e-3), "the bias is 0 at the start"
    assert page.locator(".walk-formula .katex-mathml").count() > 4, "typeset, also for readers"
    assert page.locator(".katex-error").count() == 0
    for name in ("a", "∂L/∂a", "δ"):
        choose(page, name)
        result(page)
    page.get_by_role("button", name="its bias").click()
    expect(page.get_by_role("heading", name="bias [3] of hidden-1")).to_be_visible()
    choose(page, "Δb")
    expect(page.get_by_test_id("walk-lines")).to_contain_text("running square")
    result(page)


def test_terms_and_network_light_each_other(walked: Page) -> None:
    page = walked
    page.keyboard.press("ArrowRight")
    page.get_by_test_id("walk-unit-hidden-1-2").click()
    expect(terms(page)).to_have_count(4)
    page.mouse.move(2, 2)
    before = settled(page.get_by_test_id("walk-canvas"))
    terms(page).nth(1).hover()
    expect(terms(page).nth(1)).to_have_attribute("data-lit", "")
    assert settled(page.get_by_test_id("walk-canvas")) != before, "the weight and its unit"
    page.get_by_test_id("walk-unit-input-3").focus()
    expect(terms(page).nth(3)).to_have_attribute("data-lit", "")
    expect(terms(page).nth(1)).not_to_have_attribute("data-lit", "")


def test_what_moves_the_loss_most_is_listed_and_opens(walked: Page) -> None:
    page = walked
    listed = page.get_by_test_id("walk-contributions").get_by_role("listitem")
    sizes = [abs(number(text.split()[-1])) for text in listed.all_inner_texts()]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0
    listed.first.get_by_role("button").click()
    choose(page, "Δw")
    change = result(page)
    choose(page, "∂L/∂w")
    gradient = result(page)
    assert abs(gradient * change) == pytest.approx(sizes[0], rel=6e-3)
    page.get_by_test_id("walk-contributions").get_by_role("button", name="Units").click()
    before = settled(page.get_by_test_id("walk-canvas"))
    page.get_by_role("checkbox", name="show in the network").check()
    assert settled(page.get_by_test_id("walk-canvas")) != before
    expect(listed.first).to_contain_text("unit ")


def test_a_guest_walks_the_step_of_the_link(page: Page, open_page: OpenPage) -> None:
    wait_for_picture(page)
    page.keyboard.press("Shift+ArrowRight")
    until("the epoch", lambda: step(page) == 20, page)
    guest = open_page(make_link(page))
    until("the step of the link", lambda: step(guest) == 20, guest)
    open_walk(guest)
    expect(guest.get_by_test_id("walk-step-words")).to_contain_text("From step 20 to step 21")
    guest.keyboard.press("ArrowRight")
    guest.get_by_test_id("walk-unit-hidden-1-2").click()
    result(guest)
    expect(guest.get_by_test_id("walk-step")).to_have_count(0)


def test_where_the_training_diverged_the_last_good_step_is_walked(
    open_page: OpenPage, studio: Studio
) -> None:
    spec = next(one for one in studio.get("presets") if one["name"] == "quadratic")["spec"]
    spec["training"]["optimizer"] = {"kind": "sgd", "learning_rate": 100}
    page = open_page(link(studio.url, spec))
    wait_for_picture(page)
    train_button(page).click()
    expect(page.get_by_role("alert").filter(has_text="finite").first).to_be_visible()
    open_walk(page)
    expect(page.get_by_test_id("slow-motion")).to_contain_text("finite")
    page.keyboard.press("End")
    expect(page.get_by_test_id("walk-title")).to_have_text("New weights")


def test_the_step_is_done_and_the_walk_goes_on_from_there(walked: Page) -> None:
    page = walked
    page.keyboard.press("End")
    unit = page.get_by_test_id("walk-unit-output-0")
    expect(unit).to_have_attribute("aria-label", re.compile("new b"))
    new = (unit.get_attribute("aria-label") or "").split()[-1]
    page.get_by_test_id("walk-step").click()
    expect(page.get_by_test_id("walk-step-words")).to_contain_text("From step 1 to step 2")
    assert step(page) == 1
    expect(page.get_by_test_id("walk-title")).to_have_text("Inputs")
    # The bias that was foretold is what the network now has.
    page.get_by_test_id("walk-unit-output-0").click()
    choose(page, "z")
    bias = page.get_by_test_id("walk-bias").locator("strong")
    assert number(bias.inner_text()) == pytest.approx(number(new), rel=6e-3)


def test_training_is_held_and_a_past_step_is_walked(page: Page) -> None:
    wait_for_picture(page)
    train_button(page).click()
    wait_for_step(page, 40)
    open_walk(page)
    expect(train_button(page)).to_be_visible()
    expect(page.get_by_test_id("walk-step-words")).to_contain_text("held until you press Train")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    until("step 0", lambda: step(page) == 0, page)
    open_walk(page)
    expect(page.get_by_test_id("walk-step-words")).to_contain_text("From step 0 to step 1")
    page.get_by_test_id("walk-step").click()
    expect(page.get_by_test_id("walk-step-words")).to_contain_text("From step 1 to step 2")
    expect(page.get_by_test_id("past-step")).to_contain_text("step 1 of ")


def test_a_sample_that_is_not_there_is_told_in_place(walked: Page, watch: Watch) -> None:
    page = walked
    watch.expects_refusals()
    page.get_by_role("button", name="One sample").click()
    expect(page.get_by_test_id("walk-step-words")).to_contain_text("one sample")
    set_number(page, "Number of the sample", "100000")
    problem = page.get_by_test_id("walk-problem")
    expect(problem).to_contain_text("100,000")
    expect(page.get_by_test_id("walk-canvas")).to_be_visible()
    set_number(page, "Number of the sample", "7")
    expect(problem).to_have_count(0)


def test_a_click_on_the_plot_is_walked_with(walked: Page) -> None:
    page = walked
    page.get_by_test_id("boundary").click(position={"x": 200, "y": 120})
    values = page.get_by_test_id("walk-subject").get_by_role("textbox")
    expect(values).to_have_count(2)
    expect(page.get_by_test_id("walk-step-words")).to_contain_text("one sample")
    x = number(values.first.input_value())
    unit = page.get_by_test_id("walk-unit-input-0").get_attribute("aria-label") or ""
    assert number(unit.split()[-1]) == pytest.approx(x, rel=6e-3, abs=6e-3)


def test_images_have_maps_whose_pixels_open(open_page: OpenPage, studio: Studio) -> None:
    spec: dict[str, Any] = IMAGES
    page = open_page(link(studio.url, spec))
    expect(page.get_by_test_id("network-panel")).to_be_visible()
    until("a run", lambda: page.get_by_test_id("maps").is_visible(), page)
    open_walk(page)
    assert colors(page.get_by_test_id("walk-image")) > 3
    page.keyboard.press("ArrowRight")
    maps = page.get_by_test_id("walk-layer-conv").get_by_role("button").first
    maps.click(position={"x": 20, "y": 20})
    expect(page.get_by_test_id("arithmetic-sentence")).to_contain_text("under the kernel")
    expect(page.get_by_role("heading", name="pixel (")).to_be_visible()
    result(page)
    while title(page) != "Gradients of conv":
        page.keyboard.press("ArrowRight")
    kernel = page.get_by_test_id("walk-layer-conv").get_by_role("button", name="∂L/∂w of kernel")
    kernel.press("Enter")
    expect(page.get_by_role("heading", name="kernel [1, 1, 1, 1] of conv")).to_be_visible()
    more = page.get_by_test_id("walk-terms").get_by_role("button", name="…and")
    expect(terms(page)).to_have_count(8)
    more.click()
    expect(terms(page)).to_have_count(108)
    result(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_serious_for_axe(open_page: OpenPage, studio: Studio, width: int) -> None:
    page = open_page(studio.url, viewport={"width": width, "height": 844})
    wait_for_picture(page)
    open_walk(page)
    findings = Findings(page)
    findings.look("inputs")
    page.keyboard.press("End")
    page.get_by_test_id("walk-unit-hidden-1-2").click()
    expect(page.get_by_test_id("walk-result")).to_be_visible()
    findings.look("new weights, with arithmetic")
    assert findings.serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_only_who_opens_it_pays_for_its_formulas(page: Page, watch: Watch) -> None:
    wait_for_picture(page)
    assert not any("SlowMotion" in url or "KaTeX" in url for url in watch.requests)
    before = picture(page.get_by_test_id("boundary-canvas"))
    open_walk(page)
    assert any("KaTeX" in url for url in watch.requests)
    assert settled(page.get_by_test_id("boundary-canvas")) == before, "looking changes nothing"
