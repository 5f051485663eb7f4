"""Everything by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from safetensors.numpy import load

from tests.e2e.driving import (
    pause_button,
    run_of,
    step,
    train_button,
    until,
    wait_for_picture,
)
from tests.e2e.server import Studio

FOCUSED = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const style = getComputedStyle(element);
    const label = element.labels?.[0]?.textContent ?? '';
    return {
        name: element.getAttribute('aria-label') ?? (label || element.textContent).trim(),
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    };
}"""


def tab_to(page: Page, name: str, most: int = 200) -> int:
    """Press Tab until a control has the focus; gives how often."""
    for count in range(1, most + 1):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused and focused["name"] == name:
            assert focused["seen"], f"the focus on {name} cannot be seen"
            return count
    raise AssertionError(f"{name} was not reached with {most} tabs")


def test_train_pause_step_and_reset(page: Page, studio: Studio):
    wait_for_picture(page)
    first = load(studio.weights(run_of(page)))
    assert tab_to(page, "Train") <= 4
    page.keyboard.press("Space")
    until("steps", lambda: step(page) > 0, page)
    expect(pause_button(page)).to_be_focused()
    page.keyboard.press("Space")
    expect(train_button(page)).to_be_focused()
    expect(page.get_by_test_id("activity")).to_have_text("")

    page.keyboard.press("r")
    until("step 0", lambda: step(page) == 0, page)
    wait_for_picture(page)
    again = load(studio.weights(run_of(page)))
    assert all((first[name] == again[name]).all() for name in first)

    page.keyboard.press("ArrowRight")
    until("one step", lambda: step(page) == 1, page)
    page.keyboard.press("ArrowRight")
    until("two steps", lambda: step(page) == 2, page)
    page.keyboard.press("Shift+ArrowRight")
    until("the end of the epoch", lambda: step(page) == 20, page)
    page.keyboard.press("Shift+ArrowRight")
    until("the next epoch", lambda: step(page) == 40, page)
    assert studio.get(f"runs/{run_of(page)}")["status"]["state"] == "paused"


def test_space_trains_from_anywhere(page: Page):
    wait_for_picture(page)
    page.keyboard.press("Space")
    expect(pause_button(page)).to_be_visible()
    until("steps", lambda: step(page) > 0, page)
    page.keyboard.press("Space")
    expect(train_button(page)).to_be_visible()


def test_views_presets_card_undo_and_letting_go(page: Page):
    wait_for_picture(page)
    page.keyboard.press("b")
    expect(page.get_by_role("tab", name="Blocks")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("n")
    expect(page.get_by_role("tab", name="Neurons")).to_have_attribute("aria-selected", "true")

    page.keyboard.press("?")
    card = page.get_by_role("dialog", name="Shortcuts")
    for key in ("Space", "→", "Shift+→", "R", "N", "B", "/", "Ctrl+Z", "Ctrl+Shift+Z", "Esc", "?"):
        expect(card.get_by_text(key, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search presets")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox", name="Search presets")).to_have_count(0)

    units = page.get_by_test_id("units-hidden-1")
    tab_to(page, "More units in hidden-1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(units).to_have_text("10 units")
    page.keyboard.press("Control+z")
    expect(units).to_have_text("9 units")
    page.keyboard.press("Control+z")
    expect(units).to_have_text("8 units")
    page.keyboard.press("Control+Shift+z")
    expect(units).to_have_text("9 units")

    tab_to(page, "Unit 1 of hidden-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Inspector")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Inspector")).to_have_count(0)


def test_a_bias_is_edited_by_keyboard(page: Page, studio: Studio):
    wait_for_picture(page)
    page.keyboard.press("ArrowRight")
    until("one step", lambda: step(page) == 1, page)
    tab_to(page, "Unit 1 of hidden-1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("edit-in-place")).to_be_focused()
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    run = run_of(page)
    until("the bias", lambda: load(studio.weights(run))["hidden-1.bias"][0] == 0.5, page)


def test_every_control_is_reached_with_a_focus_that_is_seen(page: Page):
    wait_for_picture(page)
    names: list[str] = []
    unseen: list[str] = []
    for _ in range(300):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        names.append(focused["name"])
        if not focused["seen"]:
            unseen.append(focused["name"])
    else:
        raise AssertionError("the focus never leaves the page")
    assert unseen == []
    assert not [name for name in names if name == ""]
    for name in (
        "Presets: Spiral",
        "Train",
        "Step",
        "Epoch",
        "New weights",
        "Speed",
        "Undo" if "Undo" in names else "Menu",
        "Menu",
        "Circle",
        "Own data",
        "Draw",
        "Noise",
        "Feature x²",
        "Look at the data",
        "Neurons",
        "Activation of hidden-1",
        "More units in hidden-2",
        "Unit 8 of hidden-2",
        "Add a hidden layer",
        "Optimizer",
        "Learning rate",
        "Batch size",
        "Smooth",
        "Decision boundary: arrow keys move the read-out",
        "Show as table",
        "Try it",
        "XOR",
    ):
        assert any(name == reached.strip() for reached in names), f"{name} is not among {names}"


def test_the_plot_is_read_by_arrow_keys(page: Page):
    wait_for_picture(page)
    page.get_by_test_id("boundary").focus()
    page.keyboard.press("ArrowUp")
    readout = page.get_by_test_id("readout")
    expect(readout).to_contain_text("%")
    before = readout.inner_text()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(readout).not_to_have_text(before)
    assert step(page) == 0


def test_dialogs_hold_the_focus_and_give_it_back(page: Page):
    wait_for_picture(page)
    tab_to(page, "Own data")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Own data")
    expect(dialog).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Own data")).to_be_focused()
