"""Exports in the Studio: files, figures and animations are saved, and a dropped bundle opens."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import (
    pause,
    run_of,
    set_speed,
    step,
    train_button,
    until,
    wait_for_picture,
    wait_for_step,
)
from tests.e2e.server import Studio
from tests.e2e.test_accessibility import Findings
from tests.e2e.watch import Watch

DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name));
    for (const kind of ['dragover', 'drop'])
        document.body.dispatchEvent(
            new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


@pytest.fixture
def trained(page: Page) -> Page:
    """A spiral that was trained a little and stands."""
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")
    train_button(page).click()
    wait_for_step(page, 200)
    pause(page)
    return page


def export_dialog(page: Page) -> Locator:
    """The Export dialog, opened from the menu."""
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name="Export…").click()
    return page.get_by_role("dialog", name="Export this run")


def test_a_saved_run_opens_where_it_is_dropped(
    trained: Page, studio: Studio, watch: Watch, tmp_path: Path
) -> None:
    before, at = run_of(trained), step(trained)
    dialog = export_dialog(trained)
    with trained.expect_download() as saved:
        dialog.get_by_role("button", name="Save the whole run").click()
    path = tmp_path / saved.value.suggested_filename
    assert path.suffix == ".netlapse"
    saved.value.save_as(path)
    trained.keyboard.press("Escape")

    content = base64.b64encode(path.read_bytes()).decode()
    trained.evaluate(DROP, [path.name, content])
    until("the run of the bundle", lambda: run_of(trained) != before, trained)
    wait_for_step(trained, at)
    assert step(trained) == at
    made = run_of(trained)
    until("paused", lambda: studio.get(f"runs/{made}")["status"]["state"] == "paused", trained)
    assert studio.get(f"runs/{made}")["status"]["step"] == at

    watch.expects_refusals()
    trained.evaluate(DROP, ["broken.netlapse", content[:400]])
    expect(trained.get_by_text("This is not a netlapse bundle that can be used")).to_be_visible()
    trained.evaluate(DROP, ["notes.txt", content[:400]])
    expect(trained.get_by_text("Only .netlapse files can be dropped here.")).to_be_visible()


def test_predictions_a_figure_and_an_animation_are_saved(trained: Page, tmp_path: Path) -> None:
    at = step(trained)
    dialog = export_dialog(trained)
    findings = Findings(trained)
    findings.look("Export: files")
    dialog.get_by_label("Table").select_option("predictions")
    results = dialog.get_by_role("form", name="Results")
    results.get_by_label("File").select_option("json")
    with trained.expect_download(timeout=60_000) as saved:
        results.get_by_test_id("export-draw").click()
    assert saved.value.suggested_filename == "spiral-predictions-validation.json"
    rows = json.loads(Path(saved.value.path()).read_bytes())
    assert [row["index"] for row in rows] == list(range(len(rows)))
    assert {row["predicted"] for row in rows} <= {row["truth"] for row in rows}

    dialog.get_by_role("button", name="Figure").click()
    dialog.get_by_label("Format").select_option("svg")
    with trained.expect_download(timeout=60_000) as saved:
        dialog.get_by_test_id("export-draw").click()
    assert f"step {at:,}" in Path(saved.value.path()).read_text(encoding="utf-8")

    dialog.get_by_role("button", name="Animation").click()
    findings.look("Export: animation")
    assert findings.serious == []
    dialog.get_by_label("Width in pixels").fill("200")
    dialog.get_by_label("Frames", exact=True).fill("5")
    with trained.expect_download(timeout=60_000) as saved:
        dialog.get_by_test_id("export-draw").click()
    with Image.open(io.BytesIO(Path(saved.value.path()).read_bytes())) as gif:
        assert (gif.n_frames, gif.size) == (5, (200, 200))


def test_an_animation_can_be_canceled(trained: Page) -> None:
    dialog = export_dialog(trained)
    dialog.get_by_role("button", name="Animation").click()
    dialog.get_by_label("Frames", exact=True).fill("200")
    dialog.get_by_test_id("export-draw").click()
    expect(dialog.get_by_test_id("export-progress")).to_contain_text("of ", timeout=60_000)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_test_id("export-draw")).to_be_visible()
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_a_run_is_saved_as_one_page(trained: Page, tmp_path: Path) -> None:
    dialog = export_dialog(trained)
    dialog.get_by_role("button", name="Page").click()
    dialog.get_by_label("Moments").fill("6")
    with trained.expect_download() as saved:
        dialog.get_by_role("button", name="Make and save").click()
    assert saved.value.suggested_filename == "spiral-replay.html"
    path = tmp_path / "run.html"
    saved.value.save_as(path)
    browser = trained.context.browser
    assert browser is not None
    elsewhere = browser.new_context(offline=True)
    replay = elsewhere.new_page()
    replay.goto(path.as_uri())
    expect(replay.get_by_test_id("banner-shared")).to_contain_text("A recording of Spiral")
    elsewhere.close()
