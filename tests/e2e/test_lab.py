"""The optimizer lab: what a teacher sets up, watches, sends and takes along."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, OpenPage
from tests.e2e.driving import colors, number, open_menu, picture, settled, until
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import PHONE, Findings
from tests.e2e.watch import Watch


@pytest.fixture
def lab(open_page: OpenPage, studio: Studio) -> Page:
    """The lab with its first race, which stands at the end for who wants no motion."""
    return opened(open_page(f"{studio.url}#lab"))


def opened(page: Page) -> Page:
    expect(page.get_by_test_id("lab-table").locator("tbody tr")).not_to_have_count(0)
    until("the map is drawn", lambda: colors(contour(page)) > 20, page)
    return page


def contour(page: Page) -> Locator:
    return page.get_by_test_id("lab-contour")


def at_step(page: Page) -> int:
    return int(number(page.get_by_test_id("lab-step").inner_text()))


def row(page: Page, name: str) -> list[str]:
    """What the table says of a racer."""
    line = page.get_by_test_id("lab-table").get_by_role("row").filter(has_text=name).first
    return line.locator("th, td").all_inner_texts()


def type_number(page: Page, test_id: str, value: str) -> None:
    page.get_by_test_id(test_id).fill(value)
    page.get_by_test_id(test_id).press("Enter")


def test_the_menu_leads_into_the_lab_and_back(page: Page):
    until("the address holds the set-up", lambda: "#s=" in page.url, page)
    before = page.url
    open_menu(page, "Optimizer lab…")
    opened(page)
    expect(page).to_have_title("Optimizer lab · netlapse")
    page.get_by_role("button", name="Back to the Studio").click()
    expect(page.get_by_test_id("boundary-canvas")).to_be_visible()
    assert page.url == before
    expect(page).to_have_title("netlapse")


def test_the_film_is_played_scrubbed_and_stepped(lab: Page):
    lab.locator("body").click(position={"x": 5, "y": 5})
    end = settled(contour(lab))
    assert at_step(lab) == 60
    lab.keyboard.press("Home")
    expect(lab.get_by_test_id("lab-step")).to_have_text("0")
    start = settled(contour(lab))
    assert start != end
    lab.keyboard.press("ArrowRight")
    expect(lab.get_by_test_id("lab-step")).to_have_text("1")
    lab.keyboard.press("ArrowLeft")
    expect(lab.get_by_test_id("lab-step")).to_have_text("0")
    assert settled(contour(lab)) == start
    lab.get_by_test_id("lab-speed").select_option("30")
    lab.keyboard.press("Space")
    until("the film moves", lambda: at_step(lab) > 3, lab)
    lab.keyboard.press("Space")
    held = at_step(lab)
    lab.wait_for_timeout(300)
    assert at_step(lab) == held
    lab.get_by_test_id("lab-scrub").fill("60")
    assert settled(contour(lab)) == end


def test_the_start_is_dragged_typed_and_moved_by_keys(lab: Page):
    handle = lab.get_by_test_id("lab-start")
    first = row(lab, "Adam")
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.mouse.move(x, y)
    lab.mouse.down()
    lab.mouse.move(x + 60, y - 20, steps=6)
    lab.mouse.up()
    until("the race is another", lambda: row(lab, "Adam") != first, lab)
    moved = float(lab.get_by_test_id("lab-start-x").input_value())
    assert moved > -9
    handle.focus()
    lab.keyboard.press("ArrowRight")
    until(
        "a key moves it",
        lambda: float(lab.get_by_test_id("lab-start-x").input_value()) > moved,
        lab,
    )
    type_number(lab, "lab-start-x", "0")
    type_number(lab, "lab-start-y", "0")
    until("who starts at the minimum is there", lambda: "step 0" in row(lab, "Momentum")[-1], lab)


def test_racers_come_and_go(lab: Page):
    lines = lab.get_by_test_id("lab-table").locator("tbody tr")
    expect(lines).to_have_count(6)
    lab.get_by_test_id("lab-add").click()
    lab.get_by_role("button", name="AdamW", exact=True).click()
    expect(lines).to_have_count(7)
    lab.get_by_role("switch", name="Racer 1, Gradient descent takes part").click()
    expect(lines).to_have_count(6)
    expect(lab.get_by_test_id("lab-table")).not_to_contain_text("Gradient descent")
    lab.get_by_role("button", name="More of racer 7, AdamW").click()
    weight_decay = lab.get_by_label("Weight decay", exact=True)
    expect(weight_decay).to_be_visible()
    lab.get_by_role("button", name="Duplicate").click()
    expect(lines).to_have_count(7)
    lab.get_by_role("button", name="Remove").click()
    expect(lines).to_have_count(6)


def test_a_learning_rate_that_diverges_says_where_it_left_the_plane(lab: Page):
    rate = lab.get_by_label("Learning rate of racer 1, Gradient descent")
    rate.fill("7")
    rate.press("Enter")
    sentence = "leaves the plane at step"
    until("the sentence", lambda: sentence in row(lab, "Gradient descent")[-1], lab)
    assert "learning rate 7" in row(lab, "Gradient descent")[-1]


def test_an_own_function_is_told_what_is_wrong_and_what_was_drawn_stays(lab: Page, watch: Watch):
    watch.expects_refusals()
    lab.get_by_test_id("lab-surface-expression").click()
    field = lab.get_by_test_id("lab-expression")
    expect(field).to_be_visible()
    opened(lab)
    before = settled(contour(lab))
    field.fill("x +* y")
    expect(lab.get_by_role("alert")).to_contain_text("Column 4")
    assert settled(contour(lab)) == before
    field.fill("(x - 1)^2 + (y + 2)^4")
    expect(lab.get_by_role("alert")).to_have_count(0)
    until("the map is another", lambda: picture(contour(lab)) != before, lab)
    expect(lab.get_by_test_id("lab-scale")).to_contain_text("found by a search")


def test_a_pole_is_hatched_and_a_start_on_it_refused(lab: Page, watch: Watch):
    watch.expects_refusals()
    lab.get_by_test_id("lab-surface-expression").click()
    lab.get_by_test_id("lab-expression").fill("log(x) + y^2")
    expect(lab.get_by_test_id("lab-scale")).to_contain_text("not finite")
    expect(lab.get_by_test_id("lab-notice")).to_contain_text("not finite at the start")
    film = lab.get_by_role("group", name="Film of the race")
    expect(film).to_have_attribute("inert", "")  # there is none to play
    type_number(lab, "lab-start-x", "5")
    expect(film).not_to_have_attribute("inert", "")
    expect(lab.get_by_test_id("lab-notice")).to_have_count(0)


def test_a_link_brings_the_whole_set_up(lab: Page, studio: Studio, open_page: OpenPage):
    lab.get_by_test_id("lab-surface-rosenbrock").click()
    expect(lab.get_by_test_id("lab-formula")).to_contain_text("100·(y − x²)²")
    type_number(lab, "lab-steps", "77")
    expect(lab.get_by_text("of 77")).to_be_visible()
    lab.wait_for_timeout(500)
    _, _, race = lab.url.partition("#lab=")
    there = row(lab, "Adam")
    other = opened(open_page(f"{studio.url}#lab={race}"))
    expect(other.get_by_test_id("lab-formula")).to_contain_text("100·(y − x²)²")
    assert row(other, "Adam") == there


def test_noise_is_none_gaussian_or_of_mini_batches(lab: Page):
    noise = lab.get_by_role("group", name="Noise of the gradient")
    noise.get_by_role("button", name="Gaussian").click()
    expect(lab.get_by_test_id("lab-noise")).to_contain_text("not the noise of any data")
    noise.get_by_role("button", name="Mini-batches").click()
    expect(lab.get_by_test_id("lab-noise")).to_contain_text("8 of 64 samples")
    expect(lab.get_by_test_id("lab-table")).to_contain_text("SGD")
    lab.get_by_label("Batch size, of 64 samples", exact=True).fill("64")
    expect(lab.get_by_test_id("lab-noise")).to_contain_text("no exploration")


def test_the_paths_and_the_command_are_taken_along(lab: Page):
    lab.get_by_test_id("lab-save").click()
    command = lab.get_by_label("Command", exact=True).input_value()
    assert command.startswith("netlapse lab --function quadratic-10 --start -9 2 --optimizer")
    with lab.expect_download() as download:
        lab.get_by_role("button", name="Paths as CSV").click()
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert len(lines) == 6 * 61
    assert (lines[0]["x"], lines[0]["y"], lines[0]["f"]) == ("-9", "2", "12.1")
    form = lab.get_by_test_id("lab-drawing")
    form.get_by_label("Frames", exact=True).fill("3")
    form.get_by_label("Width in pixels").fill("200")
    with lab.expect_download(timeout=120_000) as download:
        form.get_by_role("button", name="Draw and save").click()
    assert download.value.suggested_filename == "race-quadratic-10.gif"
    with Image.open(download.value.path()) as film:
        assert (film.n_frames, film.size) == (3, (200, 200))
    # A film that takes long is canceled, and the panel closed on the way.
    form.get_by_label("Frames", exact=True).fill("60")
    form.get_by_label("Width in pixels").fill("2048")
    form.get_by_role("button", name="Draw and save").click()
    lab.keyboard.press("Escape")
    expect(lab.get_by_test_id("lab-save")).to_have_text("Drawing…")
    lab.get_by_test_id("lab-save").click()
    form.get_by_role("button", name="Cancel").click()
    expect(form.get_by_role("button", name="Draw and save")).to_be_visible()
    expect(lab.get_by_test_id("lab-save")).to_have_text("Share, export")
    lab.keyboard.press("Escape")
    expect(form).to_have_count(0)


def test_a_share_link_has_no_lab(page: Page, open_page: OpenPage):
    expect(page.get_by_test_id("boundary-canvas")).to_be_visible()
    page.get_by_test_id("share").click()
    page.get_by_role("button", name="Make a link to step 0").click()
    address = page.get_by_label("Link to step 0").input_value()
    guest = open_page(f"{address}#lab")
    expect(guest.get_by_test_id("boundary-canvas")).to_be_visible()
    expect(guest.get_by_test_id("lab-contour")).to_have_count(0)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["desktop", "phone"]
)
def test_nothing_serious(
    viewport: dict[str, int], scheme: str, studio: Studio, open_page: OpenPage
):
    page = opened(open_page(f"{studio.url}#lab", color_scheme=scheme, viewport=viewport))
    findings = Findings(page)
    findings.look("lab")
    page.get_by_role("button", name="More of racer 6, Adam").click()
    page.get_by_test_id("lab-save").click()
    findings.look("lab, opened")
    assert findings.serious == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]
