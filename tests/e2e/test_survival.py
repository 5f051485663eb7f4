"""What is trained is kept: through a dead worker, a reload, a restarted server."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from safetensors.numpy import load

from tests.e2e.conftest import OpenPage
from tests.e2e.driving import (
    flags,
    kept_steps,
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
from tests.e2e.server import Studio, start_studio, stop_studio
from tests.e2e.watch import Watch


def train_slowly(page: Page) -> str:
    wait_for_picture(page)
    set_speed(page, "10 epochs/s")
    train_button(page).click()
    wait_for_step(page, 100)
    return run_of(page)


def kill_workers(studio: Studio) -> None:
    for worker in studio.workers():
        os.kill(worker, signal.SIGKILL)


def test_a_killed_worker_leaves_a_usable_page_and_resumes(
    own_studio: Studio, open_page: OpenPage, watch: Watch
):
    watch.expects_refusals()  # what was asked of the worker that died
    page = open_page(own_studio.url)
    run = train_slowly(page)
    set_number(page, "Learning rate, as a number", "0.02")
    until("the flag", lambda: "learning rate" in flags(page), page)
    before = step(page)
    kill_workers(own_studio)

    banner = page.get_by_test_id("banner-died")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("SIGKILL")
    expect(banner).to_contain_text("kept")
    status = own_studio.get(f"runs/{run}")["status"]
    assert status["state"] == "worker-died" and status["step"] >= before
    assert number(page.get_by_test_id("validation-accuracy").inner_text()) > 0
    until("the loss of the steps before", lambda: kept_steps(page) >= before, page)
    # The page is alive: views, forms and dialogs work.
    page.get_by_role("tab", name="Blocks").click()
    expect(page.get_by_test_id("block-hidden-1")).to_be_visible()
    page.get_by_role("tab", name="Neurons").click()
    open_menu(page, "Earlier runs")
    expect(page.get_by_role("dialog", name="Runs")).to_contain_text("its worker died")
    page.keyboard.press("Escape")

    banner.get_by_role("button", name="Resume").click()
    expect(banner).to_have_count(0)
    wait_for_step(page, status["step"] + 20)
    assert run_of(page) == run
    stands = pause(page)
    until("the loss of every step", lambda: kept_steps(page) == stands, page)
    expect(page.get_by_test_id("banner-differs")).to_have_count(0)
    details = own_studio.get(f"runs/{run}")
    assert len(details["interventions"]) == 1
    assert details["status"]["step"] == stands


def test_a_worker_killed_while_paused_resumes_with_the_same_weights(
    own_studio: Studio, open_page: OpenPage, watch: Watch
):
    watch.expects_refusals()
    page = open_page(own_studio.url)
    run = train_slowly(page)
    stands = pause(page)
    before = load(own_studio.weights(run))
    kill_workers(own_studio)
    page.get_by_test_id("banner-died").get_by_role("button", name="Resume").click()
    expect(page.get_by_test_id("banner-died")).to_have_count(0)
    until(
        "the run at rest",
        lambda: own_studio.get(f"runs/{run}")["status"]["state"] in ("paused", "training"),
    )
    if own_studio.get(f"runs/{run}")["status"]["state"] == "paused":
        assert step(page) == stands
        after = load(own_studio.weights(run))
        assert all((before[name] == after[name]).all() for name in before)
    else:
        pytest.fail("a run that stood still before its worker died trains after Resume")


def test_a_reload_keeps_the_run(own_studio: Studio, open_page: OpenPage):
    page = open_page(own_studio.url)
    run = train_slowly(page)
    set_number(page, "Learning rate, as a number", "0.02")
    until("the flag", lambda: "learning rate" in flags(page), page)
    before = step(page)
    page.reload()
    wait_for_step(page, before)
    assert run_of(page) == run
    until("the flag again", lambda: "learning rate" in flags(page), page)
    expect(page.get_by_role("textbox", name="Learning rate, as a number")).to_have_value("0.02")
    # It went on meanwhile, and goes on.
    wait_for_step(page, step(page) + 20)
    stands = pause(page)
    page.reload()
    until("the step where it stands", lambda: step(page) == stands, page)
    until("the loss of every step", lambda: kept_steps(page) == stands, page)
    assert run_of(page) == run


def test_a_closed_tab_leaves_the_training_going(own_studio: Studio, open_page: OpenPage):
    page = open_page(own_studio.url)
    run = train_slowly(page)
    before = step(page)
    page.close()
    until("more steps", lambda: own_studio.get(f"runs/{run}")["status"]["step"] > before + 50)


def test_two_tabs_on_one_run(own_studio: Studio, open_page: OpenPage):
    page = open_page(own_studio.url)
    run = train_slowly(page)
    other = page.context.new_page()
    other.goto(own_studio.url)
    wait_for_picture(other)
    open_menu(other, "Earlier runs")
    dialog = other.get_by_role("dialog", name="Runs")
    dialog.get_by_role("listitem").filter(has_text="training").get_by_role(
        "button", name="Open"
    ).click()
    wait_for_step(other, 100)
    assert run_of(other) == run
    # A change in one tab arrives in the other.
    set_number(other, "Learning rate, as a number", "0.02")
    expect(page.get_by_role("textbox", name="Learning rate, as a number")).to_have_value("0.02")
    until("the flag", lambda: "learning rate" in flags(page), page)
    pause(other)
    expect(train_button(page)).to_be_visible()


def test_a_restarted_server_lists_and_reopens_the_run(
    tmp_path: Path, compiled_folder: Path, open_page: OpenPage, watch: Watch
):
    home = tmp_path / "home"
    first = start_studio(home, compiled_folder)
    page = open_page(first.url)
    run = train_slowly(page)
    set_number(page, "Learning rate, as a number", "0.02")
    until("the flag", lambda: "learning rate" in flags(page), page)
    wait_for_step(page, step(page) + 20)
    watch.expects_lost_server()
    stop_studio(first)
    lost = page.get_by_test_id("banner-lost")
    expect(lost).to_contain_text("connection to the netlapse server is lost")
    page.close()

    second = start_studio(home, compiled_folder)
    try:
        [entry] = [entry for entry in second.get("runs") if entry["step"] > 0]
        assert entry["id"] == run
        page = open_page(second.url)
        wait_for_picture(page)
        open_menu(page, "Earlier runs")
        dialog = page.get_by_role("dialog", name="Runs")
        listed = dialog.get_by_role("listitem").filter(has_text=f"step {entry['step']:,}")
        expect(listed).to_have_count(1)
        listed.get_by_role("button", name="Open").click()
        until("its step", lambda: step(page) == entry["step"], page)
        assert run_of(page) == run
        until("the loss of every step", lambda: kept_steps(page) == entry["step"], page)
        assert "learning rate" in flags(page)
        expect(page.get_by_role("textbox", name="Learning rate, as a number")).to_have_value("0.02")
        wait_for_picture(page)
        set_speed(page, "10 epochs/s")
        train_button(page).click()
        wait_for_step(page, entry["step"] + 20)
        expect(page.get_by_test_id("banner-differs")).to_have_count(0)
        pause(page)
        # Runs can be deleted for good; what the page has just asked about it is refused.
        watch.expects_refusals()
        open_menu(page, "Earlier runs")
        page.get_by_role("button", name="Delete the run").first.click()
        until("one run less", lambda: run not in [r["id"] for r in second.get("runs")], page)
    finally:
        stop_studio(second)


def test_quit_ends_the_studio_and_says_so(own_studio: Studio, open_page: OpenPage, watch: Watch):
    page = open_page(own_studio.url)
    wait_for_picture(page)
    watch.expects_lost_server()
    open_menu(page, "Quit netlapse")
    expect(page.get_by_role("heading", name="netlapse has ended")).to_be_visible()
    assert own_studio.process.wait(60) == 0


def test_an_address_without_its_token_explains_how_to_get_in(
    own_studio: Studio, open_page: OpenPage, watch: Watch
):
    watch.expects_refusals()
    page = open_page(own_studio.origin)
    expect(page.get_by_role("heading")).to_be_visible()
    text = page.locator("body").inner_text()
    assert "token" in text or "address" in text
    assert "netlapse" in text


def test_what_lies_where(own_studio: Studio, open_page: OpenPage):
    page = open_page(own_studio.url)
    wait_for_picture(page)
    open_menu(page, "Where my data lies")
    dialog = page.get_by_role("dialog", name="Where my data lies")
    expect(dialog.get_by_test_id("storage-folder")).to_have_text(str(own_studio.home))
    expect(dialog).to_contain_text("delete")
