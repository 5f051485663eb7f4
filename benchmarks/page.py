"""A real page: what it shows while a network trains, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium

WATCH = """
window.longTasks = [];
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
}).observe({ entryTypes: ['longtask'] });
"""

SHOWN = """seconds => new Promise(resolve => {
    const step = document.querySelector('[data-testid=step]');
    const began = performance.now();
    window.longTasks.length = 0;
    let shown = 0, last = step.textContent;
    const seen = new MutationObserver(() => {
        if (step.textContent !== last) { shown += 1; last = step.textContent; }
    });
    seen.observe(step, { childList: true, characterData: true, subtree: true });
    setTimeout(() => {
        seen.disconnect();
        resolve({
            pictures: shown / ((performance.now() - began) / 1000), longTasks: window.longTasks,
        });
    }, seconds * 1000);
})"""
"""Counts how often the page shows another step, which it writes once in a frame, with the
picture. Frames are not asked for, as that alone would cost the training something."""

UNTIL_MOVING = """name => new Promise(resolve => {
    const number = () => Number(
        document.querySelector('[data-testid=step]').textContent.replaceAll(',', ''));
    const began = performance.now();
    document.querySelector(`[data-testid="preset-${name}"]`).click();
    let fresh = number() === 0;
    const look = () => {
        fresh = fresh || number() === 0;
        if (fresh && number() > 0) resolve(performance.now() - began);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""
"""From the click on a preset, which trains it, to a picture of a step after the first weights."""


@dataclass(frozen=True)
class Shown:
    """What a page did while it watched."""

    pictures: float
    """Different steps on screen, a second."""
    long_tasks: list[int]
    """Tasks of the main thread over 50 ms, in ms."""


@contextmanager
def browser() -> Iterator[Browser]:
    """The Chromium that the browser tests take."""
    path = chromium.find()
    if path is None:
        raise RuntimeError(
            "No Chromium on this machine: `python -m scripts.chromium` installs one."
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(path), args=chromium.launch_arguments()
        )
        yield opened
        opened.close()


def open_page(browser: Browser, url: str) -> Page:
    """A page of a new user, with the first picture on it."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=train-loss]')?.textContent !== '–'"
    )
    return page


def train_at_full_speed(page: Page, preset: str) -> str:
    """Open a preset and train it with the speed at `max` and no end in sight; gives the run."""
    page.get_by_test_id("presets").click()
    page.get_by_test_id(f"preset-{preset}").click()
    page.wait_for_function("() => document.querySelector('[data-testid=step]').textContent !== '0'")
    epochs = page.get_by_role("textbox", name="Epochs", exact=True)
    epochs.fill("10000000")
    epochs.press("Enter")
    page.get_by_role("combobox", name="Speed").select_option(label="max")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=step]').textContent.length > 2"
    )
    return page.evaluate("sessionStorage.getItem('netlapse.run')")


def watch(page: Page, seconds: float) -> Shown:
    """Look at the page for a while."""
    seen = page.evaluate(SHOWN, seconds)
    return Shown(seen["pictures"], seen["longTasks"])


def milliseconds_to_moving(page: Page, preset: str) -> float:
    """From the click on a preset to the first picture that moves."""
    page.get_by_test_id("presets").click()
    page.get_by_test_id(f"preset-{preset}").wait_for()
    return page.evaluate(UNTIL_MOVING, preset)
