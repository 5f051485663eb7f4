"""The cost of watching, through the real server and worker: `python -m benchmarks.live [--json]`.

The spiral trains as fast as it goes. In turn, somebody watches and nobody does: first a scripted
viewer that grants 30 credits a second, then a real page in Chromium. Then every preset is clicked
in a page, twice: with nothing compiled on this machine, and once more with a new Studio.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

import netlapse as nl
from benchmarks import page as pages
from benchmarks.studio import WINDOW_S, Studio, studio
from benchmarks.viewer import ScriptedViewer

ROUNDS = 5
SETTLE_S = 1.5
"""Until a page that was opened or left costs nothing of its own."""


@dataclass(frozen=True)
class Line:
    """One measured value."""

    measure: str
    value: float
    unit: str
    spread: tuple[float, float]
    note: str = ""

    def __str__(self) -> str:
        low, high = self.spread
        spread = f" ({low:,.2f} to {high:,.2f})" if low != high else ""
        note = f"; {self.note}" if self.note else ""
        return f"{self.measure}: {self.value:,.2f} {self.unit}{spread}{note}"


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    arguments = parser.parse_args()
    lines: list[dict[str, Any]] = []
    for name, measure in PARTS.items():
        if arguments.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                for line in measure(Path(folder)):
                    lines.append(asdict(line))
                    out = sys.stderr if arguments.json else sys.stdout
                    print(line, file=out, flush=True)
    if arguments.json:
        print(json.dumps(lines))


def _scripted(folder: Path) -> Iterator[Line]:
    with studio(folder / "home", folder / "compiled") as started:
        run = started.open(_endless())
        started.command(run, kind="play")
        started.steps_per_second(run)
        pictures: list[float] = []

        def watched() -> float:
            with ScriptedViewer(started, run) as viewer:
                time.sleep(0.5)
                speed = started.steps_per_second(run)
            pictures.append(viewer.pictures_per_second)
            return speed

        yield _share("scripted viewer, 30 credits/s", started, run, watched, pictures)


def _page(folder: Path) -> Iterator[Line]:
    with studio(folder / "home", folder / "compiled") as started, pages.browser() as browser:
        page = pages.open_page(browser, started.url)
        run = pages.train_at_full_speed(page)
        _leave(page)
        pictures: list[float] = []
        long_tasks: list[int] = []

        def watched() -> float:
            page.goto(started.origin)
            page.wait_for_function(
                "() => (document.querySelector('[data-testid=step]')?.textContent ?? '0') !== '0'"
            )
            page.wait_for_timeout(1000 * SETTLE_S)
            speeds: list[float] = []
            counter = threading.Thread(target=lambda: speeds.append(started.steps_per_second(run)))
            counter.start()
            seen = pages.watch(page, WINDOW_S)
            counter.join()
            pictures.append(seen.pictures)
            long_tasks.extend(seen.long_tasks)
            _leave(page)
            return speeds[0]

        yield _share("a page in Chromium", started, run, watched, pictures)
        longest = float(max(long_tasks, default=0))
        note = f"{len(long_tasks)} tasks over 50 ms in {ROUNDS * WINDOW_S:g} s"
        yield Line("longest task of the page's main thread", longest, "ms", (0, longest), note)


def _leave(page: Page) -> None:
    page.goto("about:blank")
    page.wait_for_timeout(1000 * SETTLE_S)


def _share(
    who: str, started: Studio, run: str, watched: Callable[[], float], pictures: list[float]
) -> Line:
    """Steps a second with somebody watching, as a share of those with nobody."""
    shares: list[float] = []
    speeds: list[float] = []
    for _ in range(ROUNDS):
        alone = started.steps_per_second(run)
        shares.append(watched() / alone)
        speeds.append(alone)
    shown = f"{statistics.median(pictures):.1f} pictures/s"
    note = f"{shown}, {statistics.median(speeds):,.0f} steps/s unwatched"
    spread = (min(shares), max(shares))
    return Line(f"{who}: speed kept", statistics.median(shares), "×", spread, note)


def _first_pictures(folder: Path) -> Iterator[Line]:
    first = _to_moving(folder / "first", folder / "compiled")
    warm = _to_moving(folder / "warm", folder / "compiled")
    for name in first:
        note = f"{first[name]:.0f} ms the very first time"
        value = warm[name]
        yield Line(f"{name}: Train to a moving picture", value, "ms", (value, value), note)


def _to_moving(home: Path, compiled: Path) -> dict[str, float]:
    """Milliseconds for each preset, each in a new page, with workers of a new Studio."""
    found: dict[str, float] = {}
    with studio(home, compiled) as started, pages.browser() as browser:
        for name in nl.presets.PRESETS:
            page = pages.open_page(browser, started.url)
            page.wait_for_timeout(1000 * SETTLE_S)
            found[name] = pages.milliseconds_to_moving(page, name)
            page.context.close()
    return found


def _endless() -> dict[str, Any]:
    """The spiral, with no end in sight."""
    spec = nl.presets.spiral()
    training = spec.training.model_copy(update={"epochs": 10_000_000})
    return spec.model_copy(update={"training": training}).to_dict()


PARTS: dict[str, Callable[[Path], Iterator[Line]]] = {
    "scripted": _scripted,
    "page": _page,
    "presets": _first_pictures,
}

if __name__ == "__main__":
    main()
