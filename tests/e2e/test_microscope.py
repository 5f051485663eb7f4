"""A network on images is watched: predictions, layers, one unit's arithmetic, drawings, errors."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import load

from netlapse.spec import Spec
from tests.data.images.finding import mnist_folder
from tests.e2e.conftest import PATIENCE_MS, OpenPage
from tests.e2e.driving import (
    colors,
    flags,
    number,
    pause,
    picture,
    run_of,
    set_speed,
    settled,
    step,
    train_button,
    until,
    wait_for_step,
)
from tests.e2e.server import Studio, start_studio, stop_studio
from tests.e2e.test_accessibility import Findings

SPEC: dict[str, Any] = {
    "name": "small",
    "data": {"kind": "images", "name": "digits"},
    "network": {
        "layers": [
            {"kind": "conv2d", "id": "conv", "filters": 6, "kernel_size": 3, "activation": "relu"},
            {"kind": "max-pool2d", "id": "pool", "pool": 2},
            {"kind": "flatten", "id": "flat"},
            {"kind": "dense", "id": "dense", "units": 24, "activation": "relu"},
            {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
        ]
    },
    "training": {"optimizer": {"kind": "adam", "learning_rate": 0.005}, "epochs": 4000},
}


def link(url: str, spec: dict[str, Any]) -> str:
    """The address of a Studio with a spec, as Share gives it."""
    text = json.dumps(Spec.model_validate(spec).model_dump(mode="json")).encode()
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(text) + packed.flush()
    return f"{url}#s={base64.urlsafe_b64encode(data).decode().rstrip('=')}"


OpenSmall = Callable[..., Page]


@pytest.fixture
def open_small(open_page: OpenPage, studio: Studio) -> OpenSmall:
    """The Studio on the small network, with its layers in sight."""

    def open_small(**options: Any) -> Page:
        page = open_page(link(studio.url, SPEC), **options)
        expect(page.get_by_test_id("predictions-summary")).to_contain_text("of 50 right at step 0")
        page.get_by_role("tab", name="Maps").click()
        expect(page.get_by_test_id("subject")).to_contain_text("true class")
        return page

    return open_small


@pytest.fixture
def trained(open_small: OpenSmall) -> Page:
    """The same after a short training."""
    page = open_small()
    set_speed(page, "max")
    train_button(page).click()
    wait_for_step(page, 250)
    pause(page)
    return page


def answer(page: Page) -> str:
    """What the network takes the chosen image for."""
    text = page.get_by_test_id("subject-answer").inner_text()
    return text.split("taken for ")[1].split(",")[0]


def canvas(page: Page, name: str) -> Locator:
    return (
        page.get_by_test_id(name).locator("canvas").or_(page.locator(f"canvas[data-testid={name}]"))
    )


def look_into(page: Page, layer: str, facet: str = "Activations") -> Locator:
    """Choose a layer and what of it is shown; gives the microscope."""
    page.get_by_test_id(f"maps-{layer}").click()
    inspector = page.get_by_test_id("inspector")
    inspector.get_by_role("tab", name=facet, exact=True).click()
    return inspector


# --- predictions ----------------------------------------------------------------------------


def test_fifty_predictions_follow_the_training(open_small: OpenSmall):
    page = open_small()
    cards = page.get_by_test_id("predictions").get_by_role("button")
    expect(cards).to_have_count(50)
    shown = page.get_by_test_id("predictions-canvas")
    before = settled(shown)
    set_speed(page, "max")
    train_button(page).click()
    wait_for_step(page, 250)
    at = pause(page)
    summary = page.get_by_test_id("predictions-summary")
    expect(summary).to_contain_text(f"at step {at:,}")
    assert picture(shown) != before
    right = int(summary.inner_text().split()[0])
    assert right > 25
    # What is wrong says so in words, and there are as many as the summary says.
    words = page.get_by_test_id("predictions").get_by_role("button", name=", right")
    until("the words", lambda: words.count() == right, page)
    expect(page.get_by_test_id("boundary")).to_have_count(0)


def test_a_prediction_is_the_image_under_the_microscope(trained: Page):
    page = trained
    card = page.get_by_test_id("predictions").get_by_role("button").nth(5)
    name = card.get_attribute("aria-label") or ""
    card.click()
    expect(card).to_have_attribute("aria-pressed", "true")
    index = name.split()[1].rstrip(":")
    expect(page.get_by_test_id("subject")).to_contain_text(f"Validation image {index}")

    def guess() -> str:  # words come a moment after the pictures
        return (card.get_attribute("aria-label") or "").split("taken for ")[1].split(",")[0]

    until("the same answer in both", lambda: guess() == answer(page), page)


def test_with_the_blocks_a_prediction_opens_the_microscope(trained: Page):
    page = trained
    page.get_by_role("tab", name="Blocks").click()
    page.get_by_test_id("predictions").get_by_role("button").first.click()
    inspector = page.get_by_test_id("inspector")
    expect(inspector.get_by_test_id("subject")).to_contain_text("Validation image")
    expect(inspector.get_by_test_id("explain-words")).to_contain_text("probability")


# --- layers ---------------------------------------------------------------------------------


def test_all_layers_show_the_image_and_follow_the_training(open_small: OpenSmall):
    page = open_small()
    rows = page.get_by_role("list", name="Layers and what they make").get_by_role("listitem")
    expect(rows).to_have_count(6)
    for layer in ("input", "conv", "pool", "flat", "dense", "output"):
        page.get_by_test_id(f"maps-{layer}").scroll_into_view_if_needed()
        until(layer, lambda layer=layer: colors(canvas(page, f"maps-canvas-{layer}")) > 2, page)
    # Another image is another picture.
    page.get_by_test_id("maps-conv").scroll_into_view_if_needed()
    shown = canvas(page, "maps-canvas-conv")
    first = settled(shown)
    page.get_by_role("button", name="The next image").click()
    until("another image", lambda: picture(shown) != first, page)
    # So is another step.
    second = settled(shown)
    page.get_by_role("button", name="Step", exact=True).click()
    until("another step", lambda: picture(shown) != second, page)
    expect(page.get_by_test_id("maps")).to_contain_text("Activations at step 1.")


@pytest.mark.parametrize(
    "facet", ["Activations", "Stack", "Kernels", "Gradients of kernels", "Gradients of activations"]
)
def test_every_quantity_of_a_layer_is_shown_with_its_scale(trained: Page, facet: str):
    inspector = look_into(trained, "conv", facet)
    name = "stack-canvas" if facet == "Stack" else "microscope-canvas"
    until(facet, lambda: colors(canvas(trained, name)) > 8, trained)
    scale = inspector.get_by_test_id("scale").locator("span")
    expect(scale.first).not_to_have_text("–")
    low, high = scale.all_inner_texts()[:2]
    assert number(low) == -number(high) < 0
    expect(inspector).to_contain_text(f"at step {step(trained):,}")


def test_the_scope_changes_the_scale(trained: Page):
    inspector = look_into(trained, "conv", "Kernels")
    scale = inspector.get_by_test_id("scale").locator("span").nth(1)
    expect(scale).not_to_have_text("–")
    of_layer = number(scale.inner_text())
    scope = inspector.get_by_role("group", name="What shares a scale")
    scope.get_by_role("button", name="network").click()
    # Of all kernels: no smaller than that of one layer.
    until("the network's scale", lambda: number(scale.inner_text()) >= of_layer, trained)
    scope.get_by_role("button", name="unit").click()
    expect(inspector.get_by_test_id("scale")).to_contain_text("each unit by its own limit")


def test_a_layer_has_its_distributions(trained: Page):
    inspector = look_into(trained, "dense", "Distributions")
    for quantity in ("Activations", "Weights", "Biases", "Weight gradients", "Bias gradients"):
        expect(inspector.get_by_text(quantity, exact=True)).to_be_visible()
    inspector.get_by_role("button", name="As tables").click()
    rows = inspector.get_by_role("group", name="Table of the weights").get_by_role("row")
    values = [number(row.inner_text().split()[-1]) for row in rows.all()[1:]]
    assert sum(values) == 6 * 16 * 24


def test_a_mean_and_the_training_part_can_be_looked_at(trained: Page):
    page = trained
    subject = page.get_by_test_id("subject")
    subject.get_by_role("button", name="Mean of 32").click()
    expect(subject).to_contain_text("Mean over the first 32 validation images")
    look_into(page, "conv")
    page.get_by_role("slider", name="Unit of conv").press("ArrowRight")
    expect(page.get_by_test_id("enlarged")).to_contain_text("choose one image")
    subject.get_by_role("button", name="train", exact=True).click()
    expect(subject).to_contain_text("Mean over the first 32 train")


# --- one unit -------------------------------------------------------------------------------


def test_the_arithmetic_of_a_place_is_that_of_the_network(trained: Page, studio: Studio):
    page = trained
    look_into(page, "conv")
    page.get_by_role("slider", name="Unit of conv").press("ArrowRight")
    place = page.get_by_test_id("enlarged-map")
    place.focus()
    page.keyboard.press("ArrowUp")
    expect(place).to_have_attribute(
        "aria-label", "Map of unit 1: the arrow keys choose a place; row 4, column 5"
    )
    field = page.get_by_test_id("receptive-field")
    expect(field).to_have_attribute(
        "aria-label", "Receptive field: 3 by 3 pixels from row 3, column 4"
    )
    result = page.get_by_test_id("arithmetic-result")
    total, bias, together, value = (
        number(part.split("bias")[-1])
        for part in result.inner_text()
        .replace("relu →", "")
        .replace("→", "=")
        .replace("+", "=")
        .split("=")
    )
    assert total + bias == pytest.approx(together, rel=2e-3, abs=1e-4)
    assert value == pytest.approx(max(0, together), abs=1e-6)
    # A window at the edge lies half in the padding.
    for _ in range(8):
        page.keyboard.press("ArrowUp")
    expect(field).to_have_attribute(
        "aria-label", "Receptive field: 2 by 3 pixels from row 1, column 4"
    )
    # Its weights are read exactly, chosen by a click or by keys, and each can be another.
    page.get_by_role("tab", name="Kernels", exact=True).click()
    run = run_of(page)
    kernel = load(studio.weights(run))["conv.kernel"][..., 0]
    tile = page.get_by_test_id("weights-map")
    box = tile.bounding_box()
    assert box is not None
    tile.click(position={"x": box["width"] * 5 / 6, "y": box["height"] * 5 / 6})
    chosen = page.get_by_test_id("weight-exact")
    expect(chosen).to_contain_text("kernel[2, 2, 0, 0]")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_test_id("weight-place")).to_have_text("Weight at row 2, column 2")
    shown = chosen.inner_text().split(" = ")
    assert shown[0] == "kernel[1, 1, 0, 0]"
    assert np.float32(number(shown[1])) == kernel[1, 1, 0]
    page.keyboard.press("Enter")
    page.keyboard.type("0.75")
    page.keyboard.press("Enter")
    expect(chosen).to_have_text("kernel[1, 1, 0, 0] = 0.75")
    edited = load(studio.weights(run))["conv.kernel"][..., 0]
    assert edited[1, 1, 0] == 0.75 and np.count_nonzero(edited != kernel) == 1
    until("its flag", lambda: "conv" in flags(page), page)
    page.get_by_role("button", name="Undo").click()
    expect(chosen).to_have_text(" = ".join(shown))
    assert np.array_equal(load(studio.weights(run))["conv.kernel"][..., 0], kernel)
    bias = page.get_by_role("textbox", name="Bias", exact=True)
    bias.fill("-0.25")
    bias.press("Enter")
    until("the bias", lambda: load(studio.weights(run))["conv.bias"][0] == -0.25, page)


def test_a_tile_is_enlarged_by_a_click_and_left_by_escape(trained: Page):
    page = trained
    look_into(page, "pool")
    until("tiles", lambda: colors(canvas(page, "microscope-canvas")) > 4, page)
    page.get_by_test_id("microscope-canvas").click(position={"x": 20, "y": 20})
    expect(page.get_by_test_id("inspector")).to_contain_text("Unit 1 of pool")
    expect(page.get_by_test_id("arithmetic")).to_contain_text("The largest value of the window")
    # Another layer takes its place.
    page.get_by_test_id("maps-dense").click()
    expect(page.get_by_role("slider", name="Unit of")).to_have_count(1)
    page.get_by_role("slider", name="Unit of dense").press("ArrowRight")
    expect(page.get_by_test_id("arithmetic")).to_contain_text("The inputs that count most")
    page.get_by_test_id("inspector").get_by_role("button", name="The whole layer").click()
    expect(page.get_by_test_id("enlarged")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("inspector")).to_have_count(0)


def test_the_stack_is_turned_by_keys_and_by_drag(trained: Page):
    page = trained
    look_into(page, "conv", "Stack")
    shown = page.get_by_test_id("stack-canvas")
    until("the stack", lambda: colors(shown) > 8, page)
    first = settled(shown)
    page.get_by_test_id("stack").focus()
    page.keyboard.press("ArrowLeft")
    until("a turn by key", lambda: picture(shown) != first, page)
    second = settled(shown)
    box = page.get_by_test_id("stack").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 90, steps=4)
    page.mouse.up()
    until("a turn by drag", lambda: picture(shown) != second, page)
    expect(page.get_by_test_id("enlarged")).to_have_count(0)


def test_what_speaks_for_a_class(trained: Page, studio: Studio):
    page = trained
    page.get_by_test_id("maps-input").click()
    words = page.get_by_test_id("explain-words")
    expect(words).to_contain_text(f"{answer(page)}: probability")
    until("saliency", lambda: colors(page.locator("canvas[data-testid=saliency]")) > 16, page)
    until("occlusion", lambda: colors(page.locator("canvas[data-testid=occlusion]")) > 8, page)
    predicted = settled(page.locator("canvas[data-testid=saliency]"))
    page.get_by_role("combobox", name="Class that is explained").select_option(label="7")
    expect(words).to_contain_text("7: probability")
    until(
        "another class",
        lambda: picture(page.locator("canvas[data-testid=saliency]")) != predicted,
        page,
    )


# --- drawing --------------------------------------------------------------------------------


def draw_a_one(page: Page) -> None:
    box = page.get_by_test_id("paper").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 120, steps=8)
    page.mouse.up()


def test_predictions_and_layers_follow_the_pen(trained: Page):
    page = trained
    page.get_by_test_id("output-panel").get_by_role("button", name="Draw", exact=True).click()
    before = settled(canvas(page, "maps-canvas-conv"))
    draw_a_one(page)
    expect(page.get_by_test_id("top-three").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_test_id("drawing-note")).to_contain_text("as MNIST was made")
    assert colors(page.get_by_test_id("seen")) > 1
    expect(page.get_by_test_id("subject")).to_contain_text("Your drawing")
    until("the layers", lambda: picture(canvas(page, "maps-canvas-conv")) != before, page)
    best = page.get_by_test_id("top-three").get_by_role("listitem").first.inner_text().split()[0]
    until("one answer", lambda: answer(page) == best, page)
    # Another run sees it too.
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.get_by_test_id("step")).to_have_text("0")
    expect(page.get_by_test_id("drawing-note")).to_contain_text("At step 0.")
    expect(page.get_by_test_id("subject-answer")).to_contain_text("taken for")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_test_id("top-three")).to_have_count(0)
    expect(page.get_by_test_id("subject")).to_contain_text("Validation image")


def test_an_image_file_is_seen_by_the_network(trained: Page, tmp_path: Path):
    page = trained
    page.get_by_test_id("output-panel").get_by_role("button", name="Draw", exact=True).click()
    paper = np.full((60, 40, 3), 255, np.uint8)
    paper[10:50, 18:23] = 20
    file = tmp_path / "one.png"
    Image.fromarray(paper).save(file)
    page.get_by_test_id("image-file").set_input_files(file)
    # Dark ink on white paper is turned around.
    expect(page.get_by_test_id("drawing-note")).to_contain_text("Inverted to light on dark")
    page.get_by_role("checkbox", name="Centre and scale").uncheck()
    expect(page.get_by_test_id("drawing-note")).to_contain_text("Scaled from")
    file.write_text("no image")
    page.get_by_test_id("image-file").set_input_files(file)
    expect(page.get_by_text("is no image that can be read")).to_be_visible()


# --- errors ---------------------------------------------------------------------------------


def test_a_cell_of_the_confusion_matrix_lists_its_images(trained: Page, studio: Studio):
    page = trained
    matrix = page.get_by_test_id("confusion")
    cell = matrix.get_by_role("button", name="of class 3 taken for 3")
    count = int(number(cell.inner_text()))
    cell.click()
    gallery = page.get_by_test_id("gallery")
    expect(gallery).to_contain_text(f"{count} validation images")
    images = gallery.get_by_role("list").get_by_role("button")
    expect(images).to_have_count(count)
    losses = [number(image.inner_text().split("\n")[-1]) for image in images.all()]
    assert losses == sorted(losses, reverse=True)
    images.first.click()
    expect(page.get_by_test_id("subject")).to_contain_text("true class 3")
    assert answer(page) == "3"


def test_the_most_misclassified_come_by_their_loss(trained: Page):
    page = trained
    page.get_by_role("button", name="Most misclassified").click()
    gallery = page.get_by_test_id("gallery")
    expect(gallery).to_contain_text(f"at step {step(page):,}")
    images = gallery.get_by_role("list").get_by_role("button")
    expect(images).to_have_count(100)
    name = images.first.get_attribute("aria-label") or ""
    truth, guess = name.split(": ")[1].split(", ")[0].split(" taken for ")
    images.first.click()
    expect(page.get_by_test_id("subject")).to_contain_text(f"true class {truth}")
    until("the chosen image", lambda: answer(page) == guess, page)
    # The list is of its step; another step is offered, not passed off as this one.
    page.get_by_role("button", name="Step", exact=True).click()
    expect(gallery.get_by_role("button", name="Evaluate at step")).to_be_visible()


def test_data_without_a_test_part_offer_none(trained: Page, studio: Studio):
    data = studio.get(f"runs/{run_of(trained)}")["spec"]["data"]
    assert studio.post("dataset", {"data": data})["test"] == 0
    expect(trained.get_by_test_id("test-part")).to_have_count(0)


@pytest.fixture
def mnist_studio(
    tmp_path: Path, compiled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """A Studio that has MNIST."""
    monkeypatch.setenv("NETLAPSE_MNIST_DIR", str(mnist_folder()))
    started = start_studio(tmp_path / "home", compiled_folder)
    yield started
    stop_studio(started)


def test_the_test_part_is_evaluated_only_when_asked(mnist_studio: Studio, open_page: OpenPage):
    data = {"kind": "images", "name": "mnist", "train_samples": 500}
    layers = [SPEC["network"]["layers"][2], SPEC["network"]["layers"][4]]
    page = open_page(link(mnist_studio.url, {**SPEC, "data": data, "network": {"layers": layers}}))
    summary = page.get_by_test_id("predictions-summary")
    expect(summary).to_contain_text("right at step 0", timeout=3 * PATIENCE_MS)
    part = page.get_by_test_id("test-part")
    expect(part).to_contain_text("10,000 samples that no choice may rest on")
    expect(page.get_by_test_id("test-accuracy")).to_have_count(0)
    part.get_by_role("button", name="Evaluate the test part").click()
    expect(part).to_contain_text("on 10,000 test samples at step 0.")
    question = {"question": {"kind": "evaluate-part", "part": "test"}}
    frame = mnist_studio.client.post(f"runs/{run_of(page)}/looks", json=question).content
    header = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])
    shown = number(page.get_by_test_id("test-accuracy").inner_text())
    assert shown == pytest.approx(header["values"]["metrics"]["accuracy"], abs=6e-4)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(part).to_contain_text("this is step 1")


# --- everywhere -----------------------------------------------------------------------------


def test_on_a_phone_everything_is_within_its_width(open_small: OpenSmall):
    page = open_small(viewport={"width": 390, "height": 844}, has_touch=True)
    page.get_by_test_id("maps-conv").click()
    expect(page.get_by_test_id("inspector")).to_be_visible()
    until("tiles", lambda: colors(canvas(page, "microscope-canvas")) > 4, page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_serious(open_small: OpenSmall, scheme: str):
    page = open_small(color_scheme=scheme)
    findings = Findings(page)
    findings.look("maps and predictions")
    for facet in ("Activations", "Stack", "Kernels", "Gradients of activations", "Distributions"):
        look_into(page, "conv", facet)
        page.wait_for_timeout(300)
        findings.look(facet)
    look_into(page, "conv")
    page.get_by_role("slider", name="Unit of conv").press("ArrowRight")
    expect(page.get_by_test_id("arithmetic-result")).to_be_visible()
    findings.look("one unit")
    page.get_by_role("tab", name="Kernels", exact=True).click()
    expect(page.get_by_test_id("weight-exact")).to_be_visible()
    findings.look("weights of one unit")
    page.get_by_test_id("maps-input").click()
    expect(page.get_by_test_id("explain-words")).to_contain_text("probability")
    findings.look("why this class")
    page.keyboard.press("Escape")
    page.get_by_test_id("output-panel").get_by_role("button", name="Draw", exact=True).click()
    draw_a_one(page)
    expect(page.get_by_test_id("top-three")).to_be_visible()
    findings.look("drawing")
    page.get_by_role("button", name="Most misclassified").click()
    expect(page.get_by_test_id("gallery").get_by_role("list")).to_be_visible()
    findings.look("gallery")
    assert findings.serious == []
