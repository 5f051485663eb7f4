"""Networks are built by hand in the blocks: by pointer, and by keyboard alone."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import run_of, train_button, until, wait_for_picture, wait_for_step
from tests.e2e.server import Studio


@pytest.fixture
def blocks(page: Page) -> Page:
    wait_for_picture(page)
    page.get_by_role("tab", name="Blocks").click()
    expect(page.get_by_test_id("block-output")).to_be_visible()
    return page


def palette(page: Page, name: str) -> Locator:
    group = page.get_by_role("group", name="Add a layer")
    return group.get_by_role("button", name=name, exact=True)


def block(page: Page, name: str) -> Locator:
    return page.get_by_test_id(f"block-{name}")


def names(page: Page) -> list[str]:
    """The layers in order, as the page lists them."""
    items = page.get_by_role("list", name="Layers").get_by_role("listitem").all()
    listed = [(item.get_attribute("aria-label") or "").split(",")[0] for item in items]
    return [name for name in listed if name != "input"]


def expect_names(page: Page, *wanted: str) -> None:
    until(", ".join(wanted), lambda: names(page) == list(wanted), page)


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def wire(page: Page, above: str, below: str) -> tuple[float, float]:
    """The middle of the wire between two blocks that stand one above the other."""
    upper, lower = block(page, above).bounding_box(), block(page, below).bounding_box()
    assert upper is not None and lower is not None
    return upper["x"] + upper["width"] / 2, (upper["y"] + upper["height"] + lower["y"]) / 2


def wire_words(page: Page, above: str, below: str) -> Locator:
    """What flows along a wire."""
    return page.get_by_test_id(f"wire-{above}>{below}")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Take something and hold it over a place; the test lets go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)


def test_a_layer_is_dragged_onto_a_wire_and_taken_back(blocks: Page):
    page = blocks
    drag(page, middle(palette(page, "Dense")), wire(page, "hidden-1", "hidden-2"))
    note = page.get_by_test_id("drop-note")
    expect(note).to_contain_text("dense-1 between hidden-1 and hidden-2")
    expect(note).to_contain_text("Gives 8 · 72 parameters")
    assert names(page) == ["hidden-1", "hidden-2", "output"]
    page.mouse.up()
    expect(note).to_have_count(0)
    expect_names(page, "hidden-1", "dense-1", "hidden-2", "output")
    expect(wire_words(page, "dense-1", "hidden-2")).to_have_text("8")
    expect(page.get_by_role("region", name="Layer dense-1")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect_names(page, "hidden-1", "hidden-2", "output")
    page.get_by_role("button", name="Redo").click()
    expect_names(page, "hidden-1", "dense-1", "hidden-2", "output")


def test_an_illegal_drop_says_why_before_it_is_dropped(blocks: Page):
    page = blocks
    drag(page, middle(palette(page, "Convolution")), wire(page, "hidden-1", "hidden-2"))
    note = page.get_by_test_id("drop-note")
    expect(note).to_contain_text("Does not fit:")
    expect(note).to_contain_text("height, width, channels")
    expect(wire_words(page, "hidden-2", "output")).to_have_text("–")
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(wire_words(page, "hidden-2", "output")).to_have_text("8")
    page.mouse.up()
    assert names(page) == ["hidden-1", "hidden-2", "output"]
    # A wire back would be a circle.
    dot = block(page, "hidden-2").locator(".source")
    drag(page, middle(dot), middle(block(page, "hidden-1")))
    expect(note).to_contain_text("Not possible:")
    expect(note).to_contain_text("circle")
    page.mouse.up()
    expect_names(page, "hidden-1", "hidden-2", "output")
    expect(train_button(page)).to_be_enabled()


def test_the_palette_is_searched_and_shapes_follow_a_drag(blocks: Page):
    page = blocks
    block(page, "hidden-2").click()
    field = page.get_by_role("searchbox", name="Search layers")
    field.fill("merge")
    expect(palette(page, "Concatenate")).to_be_visible()
    expect(palette(page, "Dense")).to_have_count(0)
    field.fill("dense")
    field.press("Enter")
    expect_names(page, "hidden-1", "hidden-2", "dense-1", "output")
    expect(field).to_have_value("")
    costs = page.get_by_test_id("costs")
    page.keyboard.press("Escape")
    block(page, "dense-1").focus()
    page.keyboard.press("Escape")
    expect(costs.get_by_role("row", name="dense-1")).to_contain_text("72")
    drag(page, middle(palette(page, "Concatenate")), wire(page, "dense-1", "output"))
    expect(page.get_by_test_id("drop-note")).to_contain_text("Does not fit:")
    page.mouse.up()
    expect_names(page, "hidden-1", "hidden-2", "dense-1", "concatenate-1", "output")
    dot = block(page, "hidden-1").locator(".source")
    drag(page, middle(dot), middle(block(page, "concatenate-1")))
    expect(wire_words(page, "concatenate-1", "output")).to_have_text("16")
    page.mouse.up()
    expect(wire_words(page, "hidden-1", "concatenate-1")).to_have_text("8")
    expect(wire_words(page, "concatenate-1", "output")).to_have_text("16")


def test_a_block_is_dragged_to_another_wire(blocks: Page):
    page = blocks
    palette(page, "Dropout").click()
    expect_names(page, "hidden-1", "hidden-2", "dropout-1", "output")
    drag(page, middle(block(page, "dropout-1")), wire(page, "hidden-1", "hidden-2"))
    expect(page.get_by_test_id("drop-note")).to_contain_text("Gives 8")
    page.mouse.up()
    expect_names(page, "hidden-1", "dropout-1", "hidden-2", "output")


def test_a_shortcut_is_wired_by_hand_and_trains(blocks: Page, studio: Studio):
    page = blocks
    drag(page, middle(palette(page, "Add")), wire(page, "hidden-2", "output"))
    expect(page.get_by_test_id("drop-note")).to_contain_text("Does not fit:")
    page.mouse.up()
    expect_names(page, "hidden-1", "hidden-2", "add-1", "output")
    expect(train_button(page)).to_be_disabled()
    block(page, "hidden-1").click()
    page.get_by_role("button", name="Show the first error, in add-1").click()
    expect(block(page, "add-1")).to_have_attribute("aria-current", "true")
    dot = block(page, "hidden-1").locator(".source")
    drag(page, middle(dot), middle(block(page, "add-1")))
    expect(page.get_by_test_id("drop-note")).to_contain_text("hidden-1 → add-1")
    expect(page.get_by_test_id("drop-note")).to_contain_text("Gives 8")
    page.mouse.up()
    expect(wire_words(page, "add-1", "output")).to_have_text("8")
    expect(train_button(page)).to_be_enabled()
    train_button(page).click()
    wait_for_step(page, 10)
    layers = studio.get(f"runs/{run_of(page)}")["spec"]["network"]["layers"]
    assert [layer["inputs"] for layer in layers] == [None, None, ["hidden-2", "hidden-1"], None]


def test_everything_by_keyboard(blocks: Page):
    page = blocks
    block(page, "hidden-1").focus()
    page.keyboard.press("Enter")
    expect(block(page, "hidden-1")).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowDown")
    expect(block(page, "hidden-2")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect_names(page, "hidden-2", "hidden-1", "output")
    page.keyboard.press("d")
    expect_names(page, "hidden-2", "hidden-3", "hidden-1", "output")
    expect(block(page, "hidden-3")).to_be_focused()
    page.keyboard.press("Delete")
    expect_names(page, "hidden-2", "hidden-1", "output")
    expect(block(page, "hidden-2")).to_be_focused()
    page.keyboard.press("c")
    expect(block(page, "hidden-2")).not_to_contain_text("8 units")
    page.keyboard.press("c")
    expect(block(page, "hidden-2")).to_contain_text("8 units")
    # A layer of the palette comes after the selected block.
    palette(page, "Dropout").focus()
    page.keyboard.press("Enter")
    expect_names(page, "hidden-2", "dropout-1", "hidden-1", "output")
    # The form says what a layer reads, and gives it another name.
    form = page.get_by_test_id("layer-form")
    expect(form).to_contain_text("Dropout")
    name = form.get_by_role("textbox", name="Name", exact=True)
    name.fill("drop")
    name.press("Enter")
    expect_names(page, "hidden-2", "drop", "hidden-1", "output")
    form.get_by_role("combobox", name="Reads").select_option("input")
    expect(wire_words(page, "drop", "hidden-1")).to_have_text("4")
    # A wire is selected, and takes a layer.
    block(page, "drop").focus()
    page.keyboard.press("w")
    note = page.get_by_test_id("wire-note")
    expect(note).to_contain_text("Wire from drop to hidden-1")
    expect(note).to_contain_text("It carries 4.")
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("notice")).to_contain_text("must read something")
    page.keyboard.press("w")
    palette(page, "Activation").focus()
    page.keyboard.press("Enter")
    expect(wire_words(page, "drop", "activation-1")).to_be_visible()
    expect(wire_words(page, "activation-1", "hidden-1")).to_be_visible()


def test_what_could_come_next_is_put_in_by_one_click(blocks: Page):
    page = blocks
    following = page.get_by_test_id("next-layers")
    expect(following).to_contain_text("After hidden-2, the best first")
    expect(following).to_contain_text("It combines what the 8 units of hidden-2 have found")
    following.get_by_role("button", name="Add another hidden layer of 8 units").click()
    expect_names(page, "hidden-1", "hidden-2", "dense", "output")
    expect(block(page, "dense")).to_have_attribute("aria-current", "true")
    # Of any other place, too.
    block(page, "hidden-1").click()
    page.get_by_role("button", name="What next", exact=True).click()
    expect(following).to_contain_text("Nothing more is needed after hidden-1")
    block(page, "output").click()
    expect(following).to_contain_text("Nothing more is needed after output")
    page.get_by_role("button", name="Layer", exact=True).click()
    expect(page.get_by_test_id("layer-form")).to_be_visible()


def test_networks_for_images_open_as_maps_and_grow_by_advice_alone(page: Page):
    wait_for_picture(page)
    expect(page.get_by_role("tab", name="Neurons")).to_have_attribute("aria-selected", "true")
    page.get_by_test_id("data-images:digits").click()
    expect(page.get_by_role("tab", name="Maps")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Blocks").click()
    until("the layers", lambda: len(names(page)) > 0, page)
    block(page, names(page)[0]).focus()
    while len(left := names(page)) > 0:
        page.keyboard.press("Delete")
        until("one less", lambda left=left: len(names(page)) < len(left), page)
    expect(train_button(page)).to_be_disabled()
    following = page.get_by_test_id("next-layers")
    expect(following).to_contain_text("After input, the best first")
    following.get_by_role("button").first.click()
    expect(wire_words(page, "input", "conv")).to_have_text("8×8×1 = 64")
    page.get_by_role("button", name="What next", exact=True).click()
    for _ in range(10):
        grown = len(names(page))
        expect(following).not_to_contain_text("After input")
        if "Nothing more is needed" in following.inner_text():
            break
        following.get_by_role("button").first.click()
        until("one more", lambda grown=grown: len(names(page)) > grown, page)
        expect(following.get_by_role("button", disabled=True)).to_have_count(0)
    expect(train_button(page)).to_be_enabled()
    expect(page.get_by_test_id("score")).to_contain_text("100")


def test_the_score_says_where_points_are_lost_and_gives_them_back(blocks: Page):
    page = blocks
    chip = page.get_by_test_id("score")
    expect(chip).to_contain_text("100")
    block(page, "hidden-2").click()
    page.get_by_test_id("layer-form").get_by_role("combobox", name="Activation").select_option(
        "linear"
    )
    expect(chip).to_contain_text("94")
    chip.click()
    parts = page.get_by_role("region", name="Architecture score")
    order = parts.get_by_role("region", name="Order")
    expect(order).to_contain_text("14 of 20")
    expect(order).to_contain_text("−6 points: No activation stands between hidden-2 and output")
    expect(order).to_contain_text("Give hidden-2 the activation relu.")
    expect(parts.get_by_role("region", name="Cost")).to_contain_text("15 of 15")
    order.get_by_role("button", name="Use ReLU").click()
    expect(order).to_contain_text("20 of 20")
    expect(chip).to_contain_text("100")
    expect(block(page, "hidden-2")).to_contain_text("relu")


def test_the_picture_of_the_architecture_is_kept_as_svg_and_png(blocks: Page, tmp_path: Path):
    page = blocks
    page.get_by_role("button", name="Picture", exact=True).click()
    dialog = page.get_by_role("dialog", name="Picture of the architecture")
    picture = dialog.get_by_test_id("architecture")
    expect(picture).to_have_attribute("alt", re.compile("121 parameters.*hidden-1.*output"))
    until("the picture", lambda: picture.evaluate("image => image.naturalWidth > 0"), page)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Save as SVG").click()
    assert download.value.suggested_filename == "spiral-architecture.svg"
    download.value.save_as(tmp_path / "picture.svg")
    svg = ElementTree.parse(tmp_path / "picture.svg").getroot()
    names = {element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"input", "hidden-1", "hidden-2", "output"} <= names
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Save as PNG").click()
    assert download.value.suggested_filename == "spiral-architecture.png"
    download.value.save_as(tmp_path / "picture.png")
    header = (tmp_path / "picture.png").read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    size = struct.unpack(">II", header[16:])
    assert size == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))
    light = picture.get_attribute("src")
    dialog.get_by_role("button", name="Dark", exact=True).click()
    assert picture.get_attribute("src") != light
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_card_of_shortcuts_names_the_keys_of_the_blocks(page: Page):
    wait_for_picture(page)
    page.keyboard.press("?")
    card = page.get_by_role("dialog", name="Shortcuts")
    for words in ("Move the block", "Duplicate the block", "Delete the block", "Collapse or open"):
        expect(card).to_contain_text(words)
