"""The gallery: every preset is a click away from a moving picture."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from netlapse import presets
from tests.e2e.driving import (
    boundary,
    choose_preset,
    colors,
    kept_steps,
    number,
    open_menu,
    run_of,
    set_number,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
)
from tests.e2e.server import Studio

STRIP = ["xor", "circles", "quadratic", "iris", "digits", "three-spirals"]


def assert_moves(page: Page) -> None:
    """The picture on screen is of a training that goes on."""
    until("a picture", lambda: step(page) > 0, page)
    early, seen = step(page), boundary(page)
    until("a moving picture", lambda: step(page) > early and boundary(page) != seen, page)
    assert colors(page.get_by_test_id("boundary-canvas")) > 8


def test_every_preset_trains_in_one_click(page: Page, studio: Studio):
    wait_for_picture(page)
    set_speed(page, "10 steps/s")  # a busy machine shall not miss the movement
    for name, preset in presets.PRESETS.items():
        if preset.template:  # its data may not be on this machine, and has no boundary
            continue
        choose_preset(page, name)
        expect(
            page.get_by_role("button", name=f"Presets: {preset.title}", exact=True)
        ).to_be_visible()
        assert_moves(page)
        spec = studio.get(f"runs/{run_of(page)}")["initial_spec"]
        assert spec["name"] in (name, preset.title)
        assert page.get_by_test_id("finding").filter(has_text="Error").count() == 0
        number(page.get_by_test_id("train-loss").inner_text())
    trained = [preset for preset in presets.PRESETS.values() if not preset.template]
    assert len({run["id"] for run in studio.get("runs")}) >= len(trained)


def test_six_pictures_under_the_first_screen(page: Page):
    wait_for_picture(page)
    strip = page.get_by_test_id("preset-strip")
    expect(strip.get_by_role("button")).to_have_count(6)
    for name in STRIP:
        picture = strip.get_by_test_id(f"strip-{name}").locator("canvas")
        until(f"the picture of {name}", lambda picture=picture: colors(picture) > 1, page)
    # One click trains, at the default pace; each preset is tested in the gallery.
    strip.get_by_test_id("strip-digits").click()
    until("a training", lambda: step(page) > 0, page)
    assert colors(page.get_by_test_id("boundary-canvas")) > 8


def test_the_gallery_is_searched(page: Page):
    wait_for_picture(page)
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search presets")
    expect(search).to_be_focused()
    gallery = page.get_by_role("group", name="Presets").get_by_role("listitem")
    expect(gallery).to_have_count(len(presets.PRESETS))
    networks = page.get_by_role("list", name="Image networks").get_by_role("listitem")
    expect(networks).to_have_count(sum(preset.template for preset in presets.PRESETS.values()))
    search.fill("spiral")
    expect(gallery).to_have_count(2)
    search.fill("nothing like it")
    expect(page.get_by_text("No preset matches “nothing like it”.")).to_be_visible()
    search.fill("circles")
    search.press("Enter")
    expect(page.get_by_role("button", name="Presets: Circles")).to_be_visible()
    assert_moves(page)


def test_restore_defaults(page: Page):
    wait_for_picture(page)
    page.get_by_test_id("data-circle").click()
    page.get_by_role("button", name="Discrete").click()
    page.get_by_role("tab", name="Blocks").click()
    set_speed(page, "max")
    open_menu(page, "Restore defaults")
    expect(page.get_by_role("button", name="Presets: Spiral")).to_be_visible()
    expect(page.get_by_role("button", name="Smooth")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("tab", name="Neurons")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("combobox", name="Speed")).to_have_value("60-epochs")


def test_a_diverged_training_says_where_and_loses_nothing(page: Page, studio: Studio):
    wait_for_picture(page)
    choose_preset(page, "quadratic")
    until("a few steps", lambda: step(page) > 0, page)
    run = run_of(page)
    set_number(page, "Learning rate, as a number", "100")
    banner = page.get_by_test_id("banner-diverged")
    expect(banner).to_be_visible()
    status = studio.get(f"runs/{run}")["status"]
    assert status["state"] == "diverged"
    told = banner.inner_text()
    layers = [
        layer["id"] for layer in presets.preset("quadratic").spec.to_dict()["network"]["layers"]
    ]
    assert any(layer in told for layer in layers), told
    assert "step" in told and f"{status['step']:,}" in told
    assert "learning rate" in told.lower()
    expect(page.get_by_test_id("step")).to_have_text(f"{status['step']:,}")
    until("the loss of every step", lambda: kept_steps(page) == status["step"], page)
    assert colors(page.get_by_test_id("boundary-canvas")) > 8
    # The rate before is one click away, and the first weights are as well.
    page.get_by_role("button", name="Reset", exact=True).click()
    until("step 0", lambda: step(page) == 0 and run_of(page) != run, page)
    wait_for_picture(page)
    set_number(page, "Learning rate, as a number", "0.1")
    wait_for_picture(page)
    train_button(page).click()
    until("more steps", lambda: step(page) > 20, page)
    expect(banner).to_have_count(0)
    assert run in [kept["id"] for kept in studio.get("runs")]
