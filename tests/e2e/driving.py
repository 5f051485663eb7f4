"""What people do on the page, and what they read there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

PATIENCE_S = 30.0


def until(what: str, holds: Callable[[], object], page: Page | None = None) -> None:
    """Wait until something holds; a page goes on living meanwhile."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"never came: {what}"
        if page is None:
            time.sleep(0.1)
        else:
            page.wait_for_timeout(100)


# --- reading --------------------------------------------------------------------------------


def number(text: str) -> float:
    """A number as the page writes it: `8,000`, `97.5 %`, `−1.2e−5`."""
    plain = text.replace(",", "").replace("−", "-").strip()
    return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)


def step(page: Page) -> int:
    """The step of the picture on screen."""
    return int(number(page.get_by_test_id("step").inner_text()))


def picture(canvas: Locator) -> str:
    """The pixels of a canvas, as a hash: equal pictures are equal."""
    data: str = canvas.evaluate("canvas => canvas.toDataURL()")
    return hashlib.sha256(data.encode()).hexdigest()


def settled(canvas: Locator) -> str:
    """The pixels of a canvas once it stands still."""
    last = ""
    while last != (now := picture(canvas)):
        last = now
        canvas.page.wait_for_timeout(150)
    return last


def boundary(page: Page) -> str:
    """The pixels of the big plot."""
    return picture(page.get_by_test_id("boundary-canvas"))


def colors(canvas: Locator) -> int:
    """How many colors a canvas shows: an empty one has one."""
    return canvas.evaluate(
        """canvas => {
            const copy = new OffscreenCanvas(canvas.width, canvas.height);
            const context = copy.getContext('2d', { willReadFrequently: true });
            context.drawImage(canvas, 0, 0);
            const { data } = context.getImageData(0, 0, copy.width, copy.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )


def run_of(page: Page) -> str:
    """The run that the page shows."""
    run = page.evaluate("sessionStorage.getItem('netlapse.run')")
    assert isinstance(run, str)
    return run


def kept_steps(page: Page) -> int:
    """How many steps the timeline has the loss of."""
    name = page.get_by_role("img", name="Loss of each of").get_attribute("aria-label") or ""
    return int(number(name.split()[4]))


def flags(page: Page) -> str:
    """What the flags on the timeline say."""
    marks = page.get_by_test_id("flag").get_by_role("button").all()
    return "; ".join(mark.get_attribute("aria-label") or "" for mark in marks)


# --- doing ----------------------------------------------------------------------------------


def train_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Train", exact=True)


def pause_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Pause", exact=True)


def wait_for_picture(page: Page) -> None:
    """Wait until the network's first answers are on screen."""
    expect(page.get_by_test_id("train-loss")).not_to_have_text("–")
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_enabled()


def wait_for_step(page: Page, least: int) -> None:
    until(f"step {least}", lambda: step(page) >= least, page)


def set_speed(page: Page, speed: str) -> None:
    page.get_by_role("combobox", name="Speed").select_option(label=speed)


def pause(page: Page) -> int:
    """Pause, and give the step at which the run stands."""
    pause_button(page).click()
    expect(train_button(page)).to_be_visible()
    expect(page.get_by_test_id("activity")).to_have_text("")
    shown = -1
    while shown != step(page):
        shown = step(page)
        page.wait_for_timeout(250)
    return shown


def choose_preset(page: Page, name: str) -> None:
    """Open the gallery and click a preset: it trains at once."""
    page.get_by_test_id("presets").click()
    page.get_by_test_id(f"preset-{name}").click()


def open_menu(page: Page, item: str) -> None:
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("button", name=item).click()


def set_number(page: Page, label: str, value: str) -> None:
    """Type a number into a field and press Enter."""
    field = page.get_by_role("textbox", name=label, exact=True)
    field.fill(value)
    field.press("Enter")
