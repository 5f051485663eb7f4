"""The user's own table: from a file or a pasted text to a training; what is wrong is named."""

from __future__ import annotations

import math
import random
import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import (
    boundary,
    number,
    pause,
    run_of,
    set_speed,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.watch import Watch


def flowers() -> str:
    """Sixty flowers of two kinds, with a color, a note that is no input, and one empty cell."""
    draw = random.Random(0)
    rows = ["length,width,color,note,kind"]
    for index in range(60):
        kind = index % 3 == 0
        length, width = draw.gauss(5 + 3 * kind, 0.4), draw.gauss(100 - 40 * kind, 4)
        color = draw.choice(["red", "blue"])
        shown = "" if index == 7 else f"{length:.2f}"
        rows.append(f"{shown},{width:.1f},{color},n{index},{'rose' if kind else 'lily'}")
    return "\n".join(rows) + "\n"


def own_data(page: Page) -> Locator:
    wait_for_picture(page)
    page.get_by_role("button", name="Own data").click()
    dialog = page.get_by_role("dialog", name="Own data")
    expect(dialog).to_be_visible()
    return dialog


def upload(dialog: Locator, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    dialog.get_by_test_id("upload-file").set_input_files(file)  # type: ignore[arg-type]


def choose_target(dialog: Locator, name: str) -> None:
    field = dialog.get_by_role("combobox", name="Predict", exact=True)
    expect(field).to_be_visible()
    if field.input_value() != name:
        field.select_option(label=name)


def test_upload_choose_columns_and_train(page: Page, studio: Studio):
    dialog = own_data(page)
    upload(dialog, "flowers.csv", flowers().encode())
    expect(dialog.get_by_test_id("columns")).to_contain_text("flowers.csv: 60 rows, 5 columns")
    expect(dialog.get_by_role("combobox", name="Predict")).to_have_value("kind")
    expect(dialog.get_by_test_id("columns")).to_contain_text(re.compile("1 rows? left out"))
    balance = dialog.get_by_test_id("balance").get_by_role("listitem")
    expect(balance).to_have_count(2)
    assert sum(int(entry.inner_text().split()[-1]) for entry in balance.all()) == 59

    dialog.get_by_label("Empty cells").select_option(label="Fill with the mean")
    expect(dialog.get_by_test_id("columns")).not_to_contain_text("left out")
    # A text that is another one in every row is no first choice.
    expect(dialog.get_by_role("checkbox", name="Use note as input")).not_to_be_checked()
    color = dialog.get_by_role("checkbox", name="Use color as input")
    color.uncheck()
    expect(dialog.get_by_label("Read color as")).to_have_count(0)
    color.check()
    for name in ("length", "width", "color"):
        expect(dialog.get_by_role("checkbox", name=f"Use {name} as input")).to_be_checked()
    expect(dialog.get_by_label("Read color as")).to_have_value("categorical")
    expect(dialog.get_by_label("Standardize numeric inputs")).to_be_checked()
    page.get_by_role("button", name="Use this table").click()
    expect(dialog).to_have_count(0)

    wait_for_picture(page)
    data = studio.get(f"runs/{run_of(page)}")["spec"]["data"]
    assert data["kind"] == "table" and data["target"] == "kind" and data["standardize"]
    assert [column["name"] for column in data["inputs"]] == ["length", "width", "color"]
    # More than two inputs: the plot says which plane it shows.
    plane = page.get_by_test_id("plane-description")
    expect(plane).to_contain_text("rincipal component")
    first = boundary(page)
    set_speed(page, "max")
    train_button(page).click()
    until("a moving picture", lambda: boundary(page) != first, page)
    until(
        "a solved table",
        lambda: number(page.get_by_test_id("validation-accuracy").inner_text()) >= 0.9,
        page,
    )
    page.get_by_role("button", name="Two inputs").click()
    expect(plane).to_contain_text("length")
    expect(plane).to_contain_text("width")
    expect(plane).to_contain_text("median")
    page.get_by_role("combobox", name="Up", exact=True).select_option(label="color")
    expect(plane).to_contain_text("color")


def test_paste_and_predict_a_number(page: Page, studio: Studio):
    dialog = own_data(page)
    rows = [f"{x / 20};{math.sin(x / 20) + 2:.4f}" for x in range(80)]
    dialog.get_by_label("Or paste a table").fill("time;height\n" + "\n".join(rows))
    dialog.get_by_role("button", name="Read the pasted table").click()
    choose_target(dialog, "height")
    expect(dialog.get_by_test_id("target-as")).to_have_value("numeric")
    dialog.get_by_label("Standardize the target").set_checked(True)
    expect(dialog.get_by_test_id("balance")).to_have_count(0)
    page.get_by_role("button", name="Use this table").click()
    expect(dialog).to_have_count(0)
    wait_for_picture(page)
    train_button(page).click()
    wait_for_step(page, 50)
    pause(page)
    expect(page.get_by_test_id("train-r2")).to_be_visible()
    assert studio.get(f"runs/{run_of(page)}/evaluation")["train"]["r2"] is not None


def test_a_table_is_looked_at(page: Page):
    dialog = own_data(page)
    upload(dialog, "flowers.csv", flowers().encode())
    page.get_by_role("button", name="Use this table").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Look at the data").click()
    look = page.get_by_role("dialog", name="The data")
    expect(look.get_by_role("img", name="Samples by")).to_be_visible()
    look.get_by_label("up", exact=True).select_option(label="kind")
    expect(look.get_by_role("img", name="kind")).to_be_visible()
    look.get_by_role("button", name="3-D").click()
    plot = look.get_by_role("img", name="Samples by")
    before = plot.evaluate("canvas => canvas.toDataURL()")
    look.get_by_role("group", name="Arrow keys or a drag turn the plot").focus()
    page.keyboard.press("ArrowRight")
    until("a turned plot", lambda: plot.evaluate("c => c.toDataURL()") != before, page)
    look.get_by_role("button", name="Columns").click()
    expect(look.get_by_role("row", name="width")).to_contain_text("number")
    look.get_by_role("button", name="Rows").click()
    expect(
        look.get_by_role("table", name="First samples").get_by_role("row").nth(1)
    ).to_be_visible()


ROWS = "".join(f"{index},{index % 7},{'ab'[index % 2]}\n" for index in range(20))
WRONG = {
    "empty": (b"", ["empty"]),
    "header alone": (b"x,y,kind\n", ["row"]),
    "ragged": (f"x,y,kind\n1,2,a\n3,4,b,5\n{ROWS}".encode(), ["row 3"]),
    "one class": (
        b"x,kind\n" + b"".join(b"%d,a\n" % i for i in range(20)),
        ["kind", "two classes", "all 20 rows"],
    ),
    "wrong encoding": (f"größe,y,kind\n1,2,ä\n{ROWS}".encode("latin-1"), ["row 1", "UTF-8"]),
    "not text": (bytes(range(256)) * 8, ["row"]),
}


def test_a_wrong_file_is_refused_in_one_sentence(page: Page, watch: Watch):
    watch.expects_refusals()
    for name, (content, words) in WRONG.items():
        dialog = own_data(page)
        upload(dialog, f"{name}.csv", content)
        assert_told(dialog, words)
        dialog.get_by_role("button", name="Close").click()
    assert_spiral_stays(page)


def assert_told(dialog: Locator, words: list[str]) -> None:
    """One sentence, or two with the remedy, that has these words."""
    problem = dialog.get_by_test_id("upload-problem").first
    expect(problem).to_be_visible()
    told = problem.inner_text()
    for word in words:
        assert word.lower() in told.lower(), told
    assert told.endswith((".", "?")) and "Traceback" not in told


# What only the chosen columns make wrong: shown before anything changes, and again on use.
UNFIT = {
    "text among numbers": (
        "x,y,kind\n" + ROWS.replace("11,4", "eleven,4"),
        "x",
        ["x", "row 13", "eleven"],
    ),
    "not a number": ("x,y,kind\n" + ROWS.replace("11,4", "NaN,4"), "x", ["x", "row 13"]),
    "infinite": ("x,y,kind\n" + ROWS.replace("11,4", "inf,4"), "x", ["x", "row 13"]),
}


def test_a_column_that_is_no_number_is_named_with_its_row(page: Page, watch: Watch):
    watch.expects_refusals()
    for name, (text, column, words) in UNFIT.items():
        dialog = own_data(page)
        upload(dialog, f"{name}.csv", text.encode())
        problem = dialog.get_by_test_id("upload-problem").first
        expect(dialog.get_by_test_id("columns").or_(problem).first).to_be_visible()
        if dialog.get_by_test_id("columns").count():
            dialog.get_by_role("checkbox", name=f"Use {column} as input").set_checked(True)
            dialog.get_by_label(f"Read {column} as").select_option(label="number")
        assert_told(dialog, words)
        dialog.get_by_role("button", name="Close").click()
    assert_spiral_stays(page)


def assert_spiral_stays(page: Page) -> None:
    expect(page.get_by_role("button", name="Presets: Spiral")).to_be_visible()
    expect(page.get_by_test_id("data-spiral")).to_have_attribute("aria-pressed", "true")
    before = boundary(page)
    train_button(page).click()
    until("a moving picture", lambda: boundary(page) != before, page)
