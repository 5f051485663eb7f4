"""The guide: what each panel says of itself, and lessons that notice what the reader does."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import set_speed, train_button, until, wait_for_picture
from tests.e2e.test_accessibility import Findings

LESSONS = 6


def begin(page: Page, number: int) -> Locator:
    """A lesson, begun from the menu."""
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name="Lessons…").click()
    page.get_by_role("button", name=f"Begin lesson {number}:").click()
    lesson = page.get_by_test_id("lesson")
    expect(lesson).to_be_visible()
    return lesson


def place(lesson: Locator) -> str:
    """Such as `Lesson 1, 2 of 6`; empty where there is no lesson any more."""
    return lesson.locator("p").first.inner_text() if lesson.count() else ""


def follow(page: Page, lesson: Locator) -> None:
    """Let the page do every step, to the end."""
    while before := place(lesson):
        # What is done is never waited for with a button: the lesson notices it.
        for name in ("Set it up", "Do it for me", "Next", "Finish"):
            button = lesson.get_by_role("button", name=name, exact=True)
            if button.count():
                button.click()
                break
        until(f"the end of {before}", lambda: place(lesson) != before, page)


def test_panels_say_what_is_seen_and_lead_to_the_guide(page: Page) -> None:
    wait_for_picture(page)
    for name in ("data", "network", "training", "output", "progress"):
        page.get_by_test_id(f"seeing-{name}").click()
        expect(page.get_by_test_id("seeing")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("seeing")).to_have_count(0)
    page.get_by_test_id("seeing-output").click()
    page.get_by_role("button", name="Read more").click()
    dialog = page.get_by_role("dialog", name="Guide")
    expect(dialog.get_by_role("heading", name="Output", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Microscope").click()
    expect(dialog.get_by_role("heading", name="Kernels and maps")).to_be_visible()
    findings = Findings(page)
    findings.look("Guide: a page")
    dialog.get_by_role("button", name="Lessons").click()
    expect(dialog.get_by_role("button", name="Begin lesson")).to_have_count(LESSONS)
    findings.look("Guide: lessons")
    assert findings.serious == []


def test_a_lesson_notices_what_the_reader_does(page: Page) -> None:
    wait_for_picture(page)
    set_speed(page, "300 epochs/s")
    lesson = begin(page, 1)
    Findings(page).look("Guide: a lesson under way")
    lesson.get_by_role("button", name="Set it up").click()
    until("the second step", lambda: "2 of 6" in place(lesson), page)
    train_button(page).click()  # on the page itself, not in the lesson
    until("the third step", lambda: "3 of 6" in place(lesson), page)
    lesson.get_by_role("button", name="Leave the lesson").click()
    expect(lesson).to_have_count(0)


def test_every_lesson_can_be_done_to_its_end(page: Page) -> None:
    wait_for_picture(page)
    set_speed(page, "300 epochs/s")
    for number in range(1, LESSONS + 1):
        follow(page, begin(page, number))
        done = page.get_by_role("dialog", name="Guide").get_by_text("Done", exact=True)
        expect(done).to_have_count(number)
        page.keyboard.press("Escape")
