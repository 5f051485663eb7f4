"""The first minute: one click to a solved spiral."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.driving import (
    boundary,
    kept_steps,
    number,
    picture,
    run_of,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio


def test_one_click_solves_the_spiral(page: Page, studio: Studio):
    expect(page.get_by_role("button", name="Presets: Spiral")).to_be_visible()
    wait_for_picture(page)
    assert step(page) == 0

    first = boundary(page)
    train_button(page).click()
    until("a moving picture", lambda: step(page) > 0 and boundary(page) != first, page)
    early, seen = step(page), boundary(page)
    until("the next picture", lambda: step(page) > early and boundary(page) != seen, page)

    set_speed(page, "max")
    expect(page.get_by_test_id("banner-finished")).to_contain_text("Finished 400 epochs")
    expect(page.get_by_test_id("step")).to_have_text("8,000")
    expect(page.get_by_test_id("epoch")).to_have_text("400")
    until("the loss of every step", lambda: kept_steps(page) == 8000, page)

    told = studio.get(f"runs/{run_of(page)}/evaluation")
    assert told["step"] == 8000
    for split in ("train", "validation"):
        for metric in ("loss", "accuracy", "precision", "recall", "f1"):
            shown = page.get_by_test_id(f"{split}-{metric}")
            expected = pytest.approx(told[split][metric], rel=6e-3, abs=5.1e-4)
            until(
                f"{split} {metric} of {told[split][metric]}",
                lambda shown=shown, expected=expected: number(shown.inner_text()) == expected,
                page,
            )
    assert told["validation"]["samples"] >= 100
    assert number(page.get_by_test_id("validation-accuracy").inner_text()) >= 0.95


def test_a_finished_training_offers_more(page: Page, studio: Studio):
    page.get_by_role("textbox", name="Epochs").fill("20")
    page.get_by_role("textbox", name="Epochs").press("Enter")
    set_speed(page, "max")
    train_button(page).click()
    expect(page.get_by_test_id("banner-finished")).to_contain_text("Finished 20 epochs")
    page.get_by_role("button", name="Continue (+20)").click()
    expect(page.get_by_test_id("banner-finished")).to_contain_text("Finished 40 epochs")
    expect(page.get_by_test_id("step")).to_have_text("800")
    assert studio.get(f"runs/{run_of(page)}")["status"]["step"] == 800
    # Train goes on as well where there is nothing left to do.
    train_button(page).click()
    wait_for_step(page, 1200)


def test_the_curves_grow_with_the_training(page: Page, studio: Studio):
    wait_for_picture(page)
    empty = curve(page)
    set_speed(page, "10 steps/s")
    train_button(page).click()
    wait_for_step(page, 20)
    # Evaluated many times a second, so a few steps old at most, also right after the start.
    evaluated = [entry["step"] for entry in studio.get(f"runs/{run_of(page)}")["evaluations"]]
    assert len(evaluated) >= 5 and evaluated[-1] >= 10
    until("a curve", lambda: curve(page) != empty, page)
    drawn = curve(page)
    until("a longer curve", lambda: curve(page) != drawn, page)


def curve(page: Page) -> str:
    return picture(page.get_by_test_id("loss-curve").locator("canvas"))


def test_the_plot_is_read_where_the_pointer_is(page: Page):
    wait_for_picture(page)
    plot = page.get_by_test_id("boundary-canvas")
    expect(page.get_by_test_id("readout")).to_have_text("Point at the plot to read a prediction.")
    plot.hover()
    expect(page.get_by_test_id("readout")).to_contain_text("→")
    expect(page.get_by_test_id("readout")).to_contain_text("%")
    smooth = boundary(page)
    page.get_by_role("button", name="Discrete").click()
    page.get_by_role("heading", name="Output").hover()
    until("a discrete plot", lambda: boundary(page) != smooth, page)


def test_a_unit_is_projected_onto_the_plot_while_it_is_hovered(page: Page):
    wait_for_picture(page)
    whole = boundary(page)
    page.get_by_test_id("unit-hidden-1-0").hover()
    until("the map of the unit", lambda: boundary(page) != whole, page)
    expect(page.get_by_test_id("readout")).to_have_text("Unit 1 of hidden-1")
    page.get_by_role("heading", name="Output").hover()
    until("the boundary again", lambda: boundary(page) == whole, page)
