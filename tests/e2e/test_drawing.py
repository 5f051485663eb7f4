"""Points drawn by hand: two brushes, move, delete, undo, and training on them."""

from __future__ import annotations

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.e2e.driving import (
    boundary,
    picture,
    run_of,
    set_speed,
    settled,
    train_button,
    until,
    wait_for_picture,
)
from tests.e2e.server import Studio

LEFT = [(-4.0, -3.0), (-4.0, 0.0), (-4.0, 3.0), (-2.0, -2.0), (-2.0, 2.0), (-3.0, 1.0)]
RIGHT = [(4.0, -3.0), (4.0, 0.0), (4.0, 3.0), (2.0, -2.0), (2.0, 2.0), (3.0, 1.0)]


class Drawing:
    """The dialog, and clicks at coordinates of the data."""

    def __init__(self, page: Page, button: str = "Draw") -> None:
        self.page = page
        page.get_by_role("button", name=button, exact=True).click()
        self.dialog = page.get_by_role("dialog", name="Draw points")
        self.area = self.dialog.get_by_test_id("drawing")
        expect(self.area).to_be_visible()

    @property
    def canvas(self) -> Locator:
        return self.area.locator("canvas")

    def place(self, x: float, y: float) -> tuple[float, float]:
        box: FloatRect | None = self.area.bounding_box()
        assert box
        return (
            box["x"] + (x + 6) / 12 * box["width"],
            box["y"] + (6 - y) / 12 * box["height"],
        )

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.place(x, y))

    def brush(self, label: int) -> None:
        self.dialog.get_by_role("button", name=f"Class {label}").click()

    def tool(self, name: str) -> None:
        self.dialog.get_by_role("button", name=name, exact=True).click()

    def expect_points(self, count: int) -> None:
        expect(self.dialog).to_contain_text(f"{count} points.")

    def use(self) -> None:
        self.dialog.get_by_role("button", name="Use these points").click()
        expect(self.dialog).to_have_count(0)


def points_of(studio: Studio, page: Page) -> list[dict[str, float]]:
    wait_for_picture(page)
    data = studio.get(f"runs/{run_of(page)}")["spec"]["data"]
    assert data["kind"] == "points"
    return data["points"]


def test_draw_move_delete_undo_and_train(page: Page, studio: Studio):
    wait_for_picture(page)
    drawing = Drawing(page)
    expect(drawing.dialog).to_contain_text("Draw some points of at least two classes.")
    for place in LEFT:
        drawing.click(*place)
    drawing.expect_points(6)
    expect(drawing.dialog).to_contain_text("All points are of one class; draw some of another.")
    expect(drawing.dialog.get_by_role("button", name="Use these points")).to_be_disabled()
    drawing.brush(1)
    for place in RIGHT:
        drawing.click(*place)
    drawing.expect_points(12)

    drawn = settled(drawing.canvas)
    drawing.tool("Move")
    page.mouse.move(*drawing.place(-4, 0))
    page.mouse.down()
    page.mouse.move(*drawing.place(-4.5, 0.5))
    page.mouse.move(*drawing.place(-5, 1))
    page.mouse.up()
    until("a moved point", lambda: picture(drawing.canvas) != drawn, page)
    moved = settled(drawing.canvas)
    drawing.tool("Undo")  # the whole move is one step
    until("the point back", lambda: picture(drawing.canvas) == drawn, page)
    drawing.tool("Redo")
    until("the point moved again", lambda: picture(drawing.canvas) == moved, page)

    drawing.tool("Delete")
    drawing.click(3, 1)
    drawing.expect_points(11)
    drawing.click(0, 0)  # there is none
    drawing.expect_points(11)
    page.keyboard.press("Control+z")
    drawing.expect_points(12)
    page.keyboard.press("Control+Shift+z")
    drawing.expect_points(11)
    drawing.use()

    points = points_of(studio, page)
    assert len(points) == 11
    assert sorted({point["label"] for point in points}) == [0, 1]
    assert any(abs(p["x"] + 5) < 0.1 and abs(p["y"] - 1) < 0.1 for p in points)
    assert not any(abs(p["x"] - 3) < 0.1 and abs(p["y"] - 1) < 0.1 for p in points)
    first = boundary(page)
    set_speed(page, "max")
    train_button(page).click()
    until("a moving picture", lambda: boundary(page) != first, page)
    run = run_of(page)
    until(
        "a solved drawing",
        lambda: studio.get(f"runs/{run}/evaluation")["train"]["accuracy"] == 1,
        page,
    )


def test_drawn_points_are_kept_and_edited(page: Page, studio: Studio):
    wait_for_picture(page)
    drawing = Drawing(page)
    drawing.click(-2, 0)
    drawing.brush(1)
    drawing.click(2, 0)
    drawing.click(2, 2)
    drawing.use()
    assert len(points_of(studio, page)) == 3
    drawing = Drawing(page, "Edit the 3 points")
    drawing.expect_points(3)
    drawing.brush(2)
    drawing.click(0, 4)
    drawing.use()
    points = points_of(studio, page)
    assert [point["label"] for point in points] == [0, 1, 1, 2]
    # Undo of the page brings the points before, and before them the spiral.
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Edit the 3 points")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("data-spiral")).to_have_attribute("aria-pressed", "true")


def test_points_drawn_by_keyboard(page: Page, studio: Studio):
    wait_for_picture(page)
    drawing = Drawing(page)
    drawing.area.focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    drawing.expect_points(2)
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    drawing.expect_points(3)
    page.keyboard.press("Delete")
    drawing.expect_points(2)
    for _ in range(2):
        page.keyboard.press("Shift+ArrowUp")
        page.keyboard.press("Enter")
    drawing.use()
    points = [(p["x"], p["y"], p["label"]) for p in points_of(studio, page)]
    assert points == [(-4, 0, 0), (4, 0, 1), (4, 2, 1), (4, 3, 1)]


def test_two_points_are_enough(page: Page, studio: Studio):
    wait_for_picture(page)
    drawing = Drawing(page)
    drawing.click(-2, 0)
    drawing.brush(1)
    drawing.click(2, 0)
    drawing.use()
    assert len(points_of(studio, page)) == 2
    # Nothing is left for validation, which is said and not an error.
    expect(page.get_by_test_id("split-sizes")).to_contain_text("2 training, 0 validation")
    train_button(page).click()
    until("steps", lambda: studio.get(f"runs/{run_of(page)}")["status"]["step"] > 0, page)
