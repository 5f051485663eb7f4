"""axe-core finds nothing serious: dark and light, wide and narrow, with every dialog open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, OpenPage
from tests.e2e.driving import (
    open_menu,
    pause,
    set_number,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_own_table import flowers, upload

PHONE = {"width": 390, "height": 844}


class Findings:
    """What axe finds, by where it was looked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.serious: list[str] = []
        self._axe = Axe()

    def look(self, where: str) -> None:
        """Examine the page, or the dialog that is open: the rest is inert then.

        Contrast is looked at in both themes; what else there is to find is the same in both.
        """
        scope = "dialog" if self.page.locator("dialog[open]").count() else None
        self._note(where, scope, {"resultTypes": ["violations"]})
        theme = self.page.locator("html").get_attribute("data-theme")
        other = {"dark": "light", "light": "dark"}[theme or ""]
        self._use(other)
        contrast = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
        self._note(f"{where}, {other}", scope, contrast)
        self._use(theme or "")

    def _use(self, theme: str) -> None:
        self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)

    def _note(self, where: str, scope: str | None, options: dict[str, Any]) -> None:
        answer = self._axe.run(self.page, context=scope, options=options).response
        self.serious += [
            f"{where}: {finding['id']} ({finding['impact']}): {finding['help']}: "
            + "; ".join(node["html"][:160] for node in finding["nodes"][:3])
            for finding in answer["violations"]
            if finding["impact"] in ("serious", "critical")
        ]

    @contextmanager
    def dialog(self, name: str) -> Iterator[None]:
        """A dialog that was just opened; closed again afterwards."""
        expect(self.page.get_by_role("dialog", name=name)).to_be_visible()
        self.page.wait_for_timeout(300)
        yield
        self.look(name)
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["desktop", "phone"]
)
def test_nothing_serious(
    viewport: dict[str, int], scheme: str, studio: Studio, open_page: OpenPage
):
    page = open_page(studio.url, color_scheme=scheme, viewport=viewport)
    findings = Findings(page)
    wait_for_picture(page)
    findings.look("first screen")

    train_button(page).click()
    wait_for_step(page, 100)
    set_number(page, "Learning rate, as a number", "0.02")
    until("the flag", lambda: page.get_by_test_id("flag").count() > 0, page)
    pause(page)
    page.get_by_text("Try it", exact=True).click()
    page.get_by_text("Each class: precision").click()
    page.get_by_role("button", name="Decays, loss, L1").click()
    page.get_by_test_id("unit-hidden-1-0").click()
    expect(
        page.get_by_role("region", name="Inspector").get_by_role("textbox").first
    ).to_be_visible()
    findings.look("trained, inspected")
    page.get_by_role("button", name="Close the inspector").click()
    page.get_by_role("button", name="Show as table").click()
    page.get_by_role("tab", name="Blocks").click()
    page.get_by_test_id("block-hidden-1").click()
    expect(page.get_by_test_id("layer-form")).to_be_visible()
    findings.look("blocks and tables")
    page.get_by_role("button", name="What next", exact=True).click()
    page.get_by_test_id("score").click()
    findings.look("score and what next")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Picture", exact=True).click()
    with findings.dialog("Picture of the architecture"):
        pass

    page.get_by_role("button", name="Menu", exact=True).click()
    findings.look("menu")
    page.keyboard.press("Escape")
    page.get_by_test_id("presets").click()
    findings.look("gallery")
    page.keyboard.press("Escape")

    for item, title in (
        ("Save trained weights", "Save trained weights"),
        ("Earlier runs", "Runs"),
        ("Where my data lies", "Where my data lies"),
        ("All shortcuts", "Shortcuts"),
    ):
        open_menu(page, item)
        with findings.dialog(title):
            pass
    page.get_by_role("button", name="Look at the data").click()
    with findings.dialog("The data"):
        findings.look("2-D")
        page.get_by_role("button", name="3-D").click()
        findings.look("3-D")
        page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Draw", exact=True).click()
    with findings.dialog("Draw points"):
        pass
    page.get_by_role("button", name="Own data").click()
    with findings.dialog("Own data"):
        findings.look("upload")
        upload(page.get_by_role("dialog"), "flowers.csv", flowers().encode())
        expect(page.get_by_test_id("balance")).to_be_visible()
    page.get_by_role("button", name="Delete output").click()
    expect(page.get_by_test_id("finding").first).to_be_visible()
    findings.look("errors")
    assert findings.serious == []


def test_loss_and_accuracy_are_said_at_a_calm_pace(page: Page):
    wait_for_picture(page)
    region = page.get_by_test_id("live-region")
    expect(region).to_have_attribute("aria-live", "polite")
    train_button(page).click()
    expect(region).to_contain_text("validation loss")
    expect(region).to_contain_text("accuracy")


def test_every_chart_has_its_table(page: Page):
    wait_for_picture(page)
    train_button(page).click()
    wait_for_step(page, 100)
    pause(page)
    page.get_by_role("button", name="Show as table").click()
    rows = page.get_by_role("table", name="Loss and score along the steps").get_by_role("row")
    until("rows", lambda: rows.count() >= 3, page)
    expect(page.get_by_role("table", name="Confusion matrix")).to_be_visible()
    expect(page.get_by_role("table", name="Loss and score").first).to_be_visible()


def test_the_theme_is_changed_and_kept(page: Page):
    wait_for_picture(page)
    root = page.locator("html")
    before = root.get_attribute("data-theme")
    page.get_by_role("button", name="Use the").click()
    expect(root).not_to_have_attribute("data-theme", before or "")
    after = root.get_attribute("data-theme")
    page.reload()
    expect(root).to_have_attribute("data-theme", after or "")


def test_reduced_motion_is_honoured(studio: Studio, open_page: OpenPage):
    page = open_page(studio.url, reduced_motion="reduce")
    wait_for_picture(page)
    running = page.evaluate(
        "document.getAnimations().filter(a => a.playState === 'running').length"
    )
    assert running == 0
