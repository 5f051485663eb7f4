"""A phone: everything is reached with a thumb, and nothing is wider than the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import boundary, step, until, wait_for_picture, wait_for_step
from tests.e2e.server import Studio

WIDTH, HEIGHT = 390, 844
CUT_OFF = """() => {
    const scrolls = (element) => {
        for (let node = element.parentElement; node; node = node.parentElement) {
            const { overflowX } = getComputedStyle(node);
            if (overflowX === 'auto' || overflowX === 'scroll') return true;
        }
        return false;
    };
    return [...document.querySelectorAll('button, input, select, textarea, summary, a')]
        .filter((element) => element.checkVisibility() && !element.closest('.sr-only'))
        .filter((element) => !scrolls(element))
        .filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
        })
        .map((element) => element.getAttribute('aria-label') ?? element.outerHTML);
}"""


@pytest.fixture
def phone(studio: Studio, open_page: OpenPage) -> Page:
    page = open_page(
        studio.url,
        viewport={"width": WIDTH, "height": HEIGHT},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    wait_for_picture(page)
    return page


def assert_fits(page: Page, what: str) -> None:
    wide = page.evaluate(
        "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    )
    assert wide <= WIDTH, f"{what} is {wide} px wide"
    assert page.evaluate("visualViewport.scale") == 1
    assert page.evaluate(CUT_OFF) == [], what


def assert_in_sight(page: Page, control: Locator) -> None:
    expect(control).to_be_in_viewport(ratio=0.99)
    hit: bool = control.evaluate(
        """element => {
            const box = element.getBoundingClientRect();
            const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return element === at || element.contains(at);
        }"""
    )
    assert hit, f"{control} lies under something else"


def test_the_transport_is_at_the_thumb(phone: Page):
    page = phone
    train = page.get_by_role("button", name="Train", exact=True)
    for name in ("Step", "Epoch", "New weights"):
        assert_in_sight(page, page.get_by_role("button", name=name, exact=True))
    assert_in_sight(page, page.get_by_role("combobox", name="Speed"))
    assert_in_sight(page, train)
    box = train.bounding_box()
    assert box and box["y"] > HEIGHT / 2 and box["height"] >= 36
    first = boundary(page)
    train.tap()
    until("a moving picture", lambda: step(page) > 0 and boundary(page) != first, page)
    page.get_by_role("heading", name="Training").scroll_into_view_if_needed()
    assert_in_sight(page, page.get_by_role("button", name="Pause", exact=True))
    page.get_by_role("button", name="Pause", exact=True).tap()
    expect(train).to_be_visible()
    stands = step(page)
    page.get_by_role("button", name="Step", exact=True).tap()
    wait_for_step(page, stands)
    # More than half of the screen is left to what is looked at.
    foot = page.get_by_test_id("timeline").bounding_box()
    assert foot and foot["y"] > HEIGHT * 0.6


def test_nothing_is_wider_than_the_screen(phone: Page):
    page = phone
    assert_fits(page, "first screen")
    page.get_by_role("tab", name="Blocks").tap()
    page.get_by_test_id("block-hidden-1").tap()
    expect(page.get_by_test_id("layer-form")).to_be_visible()
    assert_fits(page, "blocks")
    page.get_by_role("tab", name="Neurons").tap()
    page.get_by_test_id("unit-hidden-1-0").tap()
    expect(page.get_by_role("region", name="Inspector")).to_be_visible()
    assert_fits(page, "inspector")
    page.get_by_role("button", name="Close the inspector").tap()
    page.get_by_test_id("presets").tap()
    assert_fits(page, "gallery")
    page.get_by_test_id("preset-digits").tap()
    wait_for_step(page, 1)
    assert_fits(page, "digits")
    for button in ("Own data", "Draw", "Look at the data"):
        page.get_by_role("button", name=button, exact=True).tap()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_fits(page, button)
        page.get_by_role("dialog").get_by_role("button", name="Close").tap()
    page.get_by_role("button", name="Menu", exact=True).tap()
    assert_fits(page, "menu")
    for item in ("Save trained weights", "Earlier runs", "Where my data lies", "All shortcuts"):
        if not page.get_by_role("button", name=item).is_visible():
            page.get_by_role("button", name="Menu", exact=True).tap()
        page.get_by_role("button", name=item).tap()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_fits(page, item)
        page.get_by_role("dialog").get_by_role("button", name="Close").tap()


def test_the_foot_of_the_page_is_not_covered(phone: Page):
    page = phone
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert_in_sight(page, page.get_by_role("button", name="Look at the data"))
    for title in ("Output", "Network", "Training", "Data"):
        heading = page.get_by_role("heading", name=title, exact=True)
        heading.scroll_into_view_if_needed()
        expect(heading).to_be_in_viewport()


def test_points_are_drawn_with_a_finger(phone: Page):
    page = phone
    page.get_by_role("button", name="Draw", exact=True).tap()
    dialog = page.get_by_role("dialog", name="Draw points")
    area = dialog.get_by_test_id("drawing")
    box = area.bounding_box()
    assert box and box["width"] > 250
    for x, y in ((60, 60), (60, 200), (90, 120)):
        area.tap(position={"x": x, "y": y})
    dialog.get_by_role("button", name="Class 1").tap()
    for x, y in ((240, 60), (240, 200), (210, 120)):
        area.tap(position={"x": x, "y": y})
    expect(dialog).to_contain_text("6 points.")
    use = dialog.get_by_role("button", name="Use these points")
    assert_in_sight(page, use)
    use.tap()
    expect(dialog).to_have_count(0)
    wait_for_picture(page)
    page.get_by_role("button", name="Train", exact=True).tap()
    wait_for_step(page, 10)


SCREENS = [(1024, 768), (1280, 720), (1440, 900), (1920, 1080)]


def test_wide_screens_have_no_page_scroll_and_no_overlap(page: Page):
    """The page fills the screen exactly, and nothing in the header lies on something else."""
    wait_for_picture(page)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        scrolled = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert scrolled == [width, height]
        assert page.evaluate(CUT_OFF) == [], width
        for control in page.locator("header button:visible, header select:visible").all():
            assert_in_sight(page, control)
        # All columns of the network are seen without scrolling.
        neurons = page.get_by_test_id("neurons")
        assert neurons.evaluate("node => node.scrollWidth - node.clientWidth") <= 1, width
        assert_in_sight(page, page.get_by_test_id("unit-output-0"))
        if width >= 1280:
            expect(page.get_by_test_id("boundary")).to_be_in_viewport(ratio=0.99)
