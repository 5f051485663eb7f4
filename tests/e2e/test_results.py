"""What comes out of a training: predictions, weights, a link; and how it starts anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from safetensors.numpy import load, load_file

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    choose_preset,
    number,
    open_menu,
    pause,
    run_of,
    set_number,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio


def train_a_little(page: Page, preset: str | None = None) -> str:
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")  # so that it trains yet when it is paused
    if preset is None:
        train_button(page).click()
    else:
        choose_preset(page, preset)
    wait_for_step(page, 1)
    pause(page)
    return run_of(page)


def test_try_it_answers_as_the_api_does(page: Page, studio: Studio):
    run = train_a_little(page, "iris")
    page.get_by_text("Try it", exact=True).click()
    form = page.get_by_test_id("try-it")
    row = [6.3, 3.3, 6.0, 2.5]
    fields = form.get_by_role("textbox")
    expect(fields).to_have_count(4)
    for field, value in zip(fields.all(), row, strict=True):
        field.fill(str(value))
        field.press("Enter")
    told = studio.post(f"runs/{run}/predict", {"rows": [row], "layers": True})
    expect(form.get_by_test_id("prediction")).to_have_text(told["labels"][0])

    def shares() -> list[float]:  # of the last number that was typed, once it is answered
        items = form.get_by_role("listitem").all_inner_texts()
        return [number(text.split("\n")[-1]) for text in items]

    until("the shares", lambda: shares() == pytest.approx(told["outputs"][0], abs=6e-4), page)
    expect(form).to_contain_text(f"at step {told['step']:,}")
    form.get_by_text("Activations").click()
    expect(form.get_by_role("table", name="Activations for this input")).to_be_visible()
    fields.first.fill("much")
    fields.first.press("Enter")
    expect(form.get_by_role("alert")).to_have_text("Must be a number.")


def test_try_it_predicts_a_number(page: Page, studio: Studio):
    run = train_a_little(page, "quadratic")
    page.get_by_text("Try it", exact=True).click()
    form = page.get_by_test_id("try-it")
    form.get_by_role("textbox").fill("-0.8")
    form.get_by_role("textbox").press("Enter")
    [[told]] = studio.post(f"runs/{run}/predict", {"rows": [[-0.8]]})["outputs"]
    until(
        "the prediction",
        lambda: (
            number(form.get_by_test_id("prediction").inner_text().split()[-1])
            == pytest.approx(told, rel=6e-3)
        ),
        page,
    )


def test_saved_weights_are_the_network(page: Page, studio: Studio, tmp_path: Path):
    run = train_a_little(page)
    at = step(page)
    open_menu(page, "Save trained weights")
    dialog = page.get_by_role("dialog", name="Save trained weights")
    expect(dialog).to_contain_text(f"at step {at:,}")
    snippet = dialog.get_by_label("Python code that reads the file").inner_text()
    with page.expect_download() as downloading:
        dialog.get_by_test_id("download-weights").click()
    download = downloading.value
    assert download.suggested_filename == f"spiral-step-{at}.safetensors"
    file = tmp_path / download.suggested_filename
    download.save_as(file)
    arrays = load_file(file)
    assert {name: array.shape for name, array in arrays.items()} == {
        "hidden-1.kernel": (4, 8),
        "hidden-1.bias": (8,),
        "hidden-2.kernel": (8, 8),
        "hidden-2.bias": (8,),
        "output.kernel": (8, 1),
        "output.bias": (1,),
    }
    # They are what the network computes with: from its activations to the next layer's.
    told = studio.post(f"runs/{run}/predict", {"rows": [[1.5, -2.0]], "layers": True})
    first, second = (np.array(told["activations"][f"hidden-{n}"][0]) for n in (1, 2))
    again = np.tanh(first @ arrays["hidden-2.kernel"] + arrays["hidden-2.bias"])
    np.testing.assert_allclose(again, second, atol=1e-5)
    [logit] = second @ arrays["output.kernel"] + arrays["output.bias"]
    assert told["outputs"][0][0] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)
    # The snippet reads the file.
    lines: list[str] = []
    loaded = {"print": lambda *words: lines.append(" ".join(map(str, words)))}
    exec(snippet.replace(download.suggested_filename, str(file)), loaded)
    assert len(lines) == 6 and loaded["kernel"].shape == (4, 8)  # type: ignore[attr-defined]


def test_reset_has_the_same_weights_and_new_weights_have_others(page: Page, studio: Studio):
    wait_for_picture(page)
    first_run = run_of(page)
    first = load(studio.weights(first_run))
    seed = studio.get(f"runs/{first_run}")["spec"]["seed"]
    train_button(page).click()
    wait_for_step(page, 1)
    pause(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    until("step 0", lambda: step(page) == 0 and run_of(page) != first_run, page)
    wait_for_picture(page)
    again = load(studio.weights(run_of(page)))
    assert all((first[name] == again[name]).all() for name in first)
    assert first_run in [run["id"] for run in studio.get("runs")]  # the trained one is kept

    former = run_of(page)
    page.get_by_role("button", name="New weights").click()
    until("another run", lambda: run_of(page) != former, page)
    wait_for_picture(page)
    assert step(page) == 0
    others = load(studio.weights(run_of(page)))
    assert (first["hidden-1.kernel"] != others["hidden-1.kernel"]).any()
    assert studio.get(f"runs/{run_of(page)}")["spec"]["seed"] == seed + 1


def test_the_address_holds_the_spec(page: Page, studio: Studio, open_page: OpenPage):
    wait_for_picture(page)
    page.get_by_test_id("data-circle").click()
    page.get_by_test_id("feature-xy").click()
    page.get_by_role("button", name="More units in hidden-1").click()
    page.get_by_label("Activation of hidden-2").select_option("relu")
    set_number(page, "Learning rate, as a number", "0.004")
    page.get_by_role("combobox", name="Optimizer").select_option(label="SGD")
    until("the address", lambda: "#s=" in page.url, page)
    wait_for_picture(page)

    def spec_of(shown: Page) -> object:
        return studio.get(f"runs/{run_of(shown)}")["spec"]

    settled = ""
    while settled != page.url:
        settled = page.url
        page.wait_for_timeout(300)
    other = open_page(studio.url + settled[settled.index("#") :])
    wait_for_picture(other)
    until("the same spec", lambda: spec_of(other) == spec_of(page), page)
    expect(other.get_by_test_id("data-circle")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_test_id("feature-xy")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_test_id("units-hidden-1")).to_have_text("9 units")
    expect(other.get_by_label("Activation of hidden-2")).to_have_value("relu")
    rate = other.get_by_role("textbox", name="Learning rate, as a number")
    expect(rate).to_have_value("0.004")
    expect(other.get_by_role("combobox", name="Optimizer")).to_have_value("sgd")


def test_a_damaged_address_says_so_and_opens_the_spiral(studio: Studio, open_page: OpenPage):
    page = open_page(studio.url + "#s=notaspec")
    expect(page.get_by_role("alert")).to_contain_text("damaged")
    expect(page.get_by_role("button", name="Presets: Spiral")).to_be_visible()
    wait_for_picture(page)
