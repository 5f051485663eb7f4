"""The library of runs: found, renamed, tagged, deleted and brought back, compared at one moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from netlapse.spec.changes import set_value
from netlapse.spec.document import Spec
from netlapse.spec.presets import PRESETS
from tests.e2e.conftest import OpenPage
from tests.e2e.driving import colors, open_menu, settled, until, wait_for_picture
from tests.e2e.server import Studio, start_studio, stop_studio
from tests.e2e.test_accessibility import PHONE, Findings
from tests.e2e.watch import Watch

SPIRAL = PRESETS["spiral"].spec
FAST = set_value(SPIRAL, "training.optimizer.learning_rate", 0.05)
STEPS = 200


def recorded(studio: Studio, spec: Spec, name: str) -> str:
    """A run of so many steps under a name."""
    run: str = studio.post("runs", {"spec": spec.with_changes(name=name).to_dict()})["run"]
    studio.post(f"runs/{run}/commands", {"kind": "advance", "steps": STEPS})
    until("its steps", lambda: studio.get(f"runs/{run}")["status"]["step"] == STEPS)
    return run


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, compiled_folder: Path, chromium_path: Path
) -> Iterator[tuple[Studio, list[str]]]:
    """A Studio with three runs of its own."""
    studio = start_studio(tmp_path_factory.mktemp("library"), compiled_folder)
    try:
        runs = [
            recorded(studio, spec, name)
            for spec, name in (
                (SPIRAL, "Calm"),
                (FAST, "Bold"),
                (PRESETS["xor"].spec, "Other data"),
            )
        ]
        yield studio, runs
    finally:
        stop_studio(studio)


@pytest.fixture
def page(library: tuple[Studio, list[str]], open_page: OpenPage) -> Page:
    """The Studio with its library open."""
    page = open_page(library[0].url)
    wait_for_picture(page)
    open_menu(page, "Earlier runs")
    return page


def rows(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Runs").get_by_test_id("runs").get_by_role("listitem")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has=page.get_by_role("button", name=f"Rename {name}", exact=True))


def entry(studio: Studio, run: str) -> Any:
    [found] = [entry for entry in studio.get("library")["runs"] if entry["id"] == run]
    return found


def test_search_sort_and_filter(page: Page):
    search = page.get_by_role("searchbox", name="Search runs")
    expect(search).to_be_focused()
    search.fill("bol")
    expect(rows(page)).to_have_count(1)
    expect(row(page, "Bold")).to_contain_text(f"step {STEPS}")
    expect(row(page, "Bold").get_by_test_id("sparkline")).to_be_visible()
    search.fill("nothing of the kind")
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Show all runs").click()
    expect(row(page, "Bold")).to_be_visible()
    page.get_by_role("combobox", name="Order").select_option(label="by name")
    until("the order of the alphabet", lambda: "Bold" in rows(page).first.inner_text(), page)
    page.get_by_role("combobox", name="State").select_option(label="Diverged")
    expect(page.get_by_text("No run fits")).to_be_visible()


def test_rename_in_place_and_describe(library: tuple[Studio, list[str]], page: Page):
    studio, runs = library
    row(page, "Other data").get_by_role("button", name="Rename").click()
    field = page.get_by_role("textbox", name="Name of the run")
    field.fill("never kept")
    field.press("Escape")
    expect(row(page, "Other data")).to_be_visible()
    row(page, "Other data").get_by_role("button", name="Rename").click()
    field.fill("Exclusive or")
    field.press("Enter")
    expect(row(page, "Exclusive or")).to_be_visible()
    row(page, "Exclusive or").get_by_role("button", name="Describe").click()
    form = page.get_by_role("dialog", name="Describe the run")
    form.get_by_role("textbox", name="Tags").fill("lecture, logic")
    form.get_by_role("textbox", name="Remark").fill("For Tuesday")
    form.get_by_role("button", name="Save").click()
    expect(row(page, "Exclusive or")).to_contain_text("For Tuesday")
    found = entry(studio, runs[2])
    assert (found["name"], found["tags"]) == ("Exclusive or", ["lecture", "logic"])
    # A tag is a filter.
    page.get_by_role("group", name="Tags").get_by_role("button", name="logic").click()
    expect(rows(page)).to_have_count(1)
    studio.client.patch(f"runs/{runs[2]}", json={"name": "Other data", "tags": [], "remark": ""})


def test_delete_and_undo(library: tuple[Studio, list[str]], page: Page):
    studio, runs = library
    row(page, "Calm").get_by_role("button", name="Delete the run").click()
    expect(row(page, "Calm")).to_have_count(0)
    assert runs[0] not in [entry["id"] for entry in studio.get("runs")]
    page.get_by_test_id("deleted").get_by_role("button", name="Undo").click()
    expect(row(page, "Calm")).to_be_visible()
    # What was deleted can be found again, and deleted for good.
    branch = studio.post(f"runs/{runs[0]}/branch", {"step": 50})["run"]
    studio.client.patch(f"runs/{branch}", json={"name": "Branched"})
    expect(row(page, "Branched")).to_contain_text("branch at step 50")
    row(page, "Branched").get_by_role("button", name="Delete the run").click()
    expect(row(page, "Branched")).to_have_count(0)
    page.get_by_role("combobox", name="State").select_option(label="Deleted since yesterday")
    rows(page).filter(has_text="Branched").get_by_role("button", name="for good").click()
    expect(page.get_by_text("Nothing was deleted")).to_be_visible()
    assert studio.client.get(f"runs/{branch}").status_code == 404


def compare(page: Page, *names: str) -> Locator:
    for name in names:
        row(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name=f"Compare {len(names)}").click()
    return page.get_by_role("dialog", name=f"Compare {len(names)} runs")


def test_two_runs_beside_each_other(page: Page, tmp_path: Path):
    dialog = compare(page, "Calm", "Bold")
    expect(dialog.get_by_test_id("differences")).to_contain_text("learning rate 0.01 → 0.05")
    table = dialog.get_by_role("table", name="Metrics of the compared runs")
    until("a best value", lambda: table.locator("[data-best=true]").count() > 0, page)
    assert colors(dialog.get_by_test_id("compared-curves")) > 4
    curves = settled(dialog.get_by_test_id("compared-curves"))
    dialog.get_by_role("button", name="Epoch").click()
    until(
        "the other axis", lambda: settled(dialog.get_by_test_id("compared-curves")) != curves, page
    )
    dialog.get_by_role("button", name="Step", exact=True).click()

    moments = dialog.get_by_test_id("moment")
    expect(moments).to_have_count(2)
    for index in (0, 1):
        expect(moments.nth(index).get_by_test_id("moment-step")).to_have_text(f"step {STEPS}")
    pictures = [settled(moments.nth(index).get_by_test_id("moment-boundary")) for index in (0, 1)]
    assert pictures[0] != pictures[1]
    # One slider, and both show that step.
    slider = dialog.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    for index in (0, 1):
        expect(moments.nth(index).get_by_test_id("moment-step")).to_have_text("step 0")
        expect(moments.nth(index)).to_contain_text("at step 0")
    for _ in range(7):
        slider.press("ArrowRight")
    for index in (0, 1):
        expect(moments.nth(index).get_by_test_id("moment-step")).to_have_text("step 7")
    dialog.get_by_role("button", name="Confusion").click()
    expect(moments.first.get_by_role("table", name="Confusion matrix")).to_be_visible()
    dialog.get_by_role("button", name="Weights").click()
    until("weights", lambda: colors(moments.first.get_by_test_id("moment-weights")) > 4, page)

    for item, name, begin in (
        ("Metrics as CSV", "comparison.csv", b"part,metric"),
        ("Losses as CSV", "losses.csv", b"run,name,step"),
        ("All in words as Markdown", "comparison.md", b"# Comparison"),
        ("Curves as PNG", "comparison.png", b"\x89PNG"),
    ):
        dialog.get_by_role("button", name="Save the comparison").click()
        with page.expect_download() as saved:
            dialog.get_by_text(item).click()
        assert saved.value.suggested_filename == name
        saved.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begin)
    dialog.get_by_role("button", name="All runs").click()
    expect(row(page, "Calm").get_by_role("checkbox")).to_be_checked()


def test_runs_of_other_data_are_compared_with_a_caution(page: Page):
    dialog = compare(page, "Calm", "Bold", "Other data")
    expect(dialog).to_contain_text("learn from different data")
    expect(dialog.get_by_test_id("differences")).to_contain_text("data: spiral → xor")


def test_opening_a_run_from_the_library(
    library: tuple[Studio, list[str]], page: Page, watch: Watch
):
    _, runs = library
    trained = row(page, "Bold").filter(has_text=f"step {STEPS}")
    trained.get_by_role("button", name="Open").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    until("its step", lambda: page.get_by_test_id("step").inner_text() == str(STEPS), page)
    assert page.evaluate("sessionStorage.getItem('netlapse.run')") == runs[1]
    # It can be deleted while it is open: the page goes on with a new one, and it comes back.
    watch.expects_refusals()  # what it has just asked about the run
    open_menu(page, "Earlier runs")
    trained.get_by_role("button", name="Delete the run").click()
    until(
        "a new run",
        lambda: page.evaluate("sessionStorage.getItem('netlapse.run')") != runs[1],
        page,
    )
    page.get_by_test_id("deleted").get_by_role("button", name="Undo").click()
    expect(trained).to_be_visible()


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_it_is_accessible(
    library: tuple[Studio, list[str]], open_page: OpenPage, viewport: dict[str, int] | None
):
    options = {} if viewport is None else {"viewport": viewport}
    page = open_page(library[0].url, **options)
    wait_for_picture(page)
    open_menu(page, "Earlier runs")
    findings = Findings(page)
    expect(row(page, "Calm")).to_be_visible()
    findings.look("library")
    row(page, "Calm").get_by_role("button", name="Describe").click()
    expect(page.get_by_role("dialog", name="Describe the run")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Describe the run")).to_have_count(0)
    dialog = compare(page, "Calm", "Bold")
    expect(dialog.get_by_test_id("moment-step").first).to_have_text(re.compile(r"step \d"))
    findings.look("comparison")
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    assert findings.serious == []
