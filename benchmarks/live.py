"""The cost of watching, through the real server and worker: `python -m benchmarks.live [--json]`.

The spiral, and a convolutional network on MNIST, train as fast as they go. In turn, somebody
watches and nobody does: first a scripted viewer that grants 30 credits a second for every live
view, then a real page in Chromium. The first visit is not measured: what looks into the network is
compiled then, once on a machine. Then every preset of points is clicked in a page, twice: with
nothing compiled on this machine, and once more with a new Studio. Last, the memory of a worker is
read while it trains for some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

import netlapse as nl
from benchmarks import page as pages
from benchmarks.images import FOLDER_VARIABLE, mnist_folder
from benchmarks.studio import WINDOW_S, Studio, studio
from benchmarks.viewer import ScriptedViewer

ROUNDS = 7
SETTLE_S = 1.5
"""Until a page that was opened or left costs nothing of its own."""


MEMORY_S = 240


@dataclass(frozen=True)
class Subject:
    """What is trained and watched."""

    preset: str
    view: dict[str, Any]
    """What the scripted viewer asks for."""

    def endless(self) -> dict[str, Any]:
        """The preset's spec, with no end in sight."""
        document = nl.presets.PRESETS[self.preset].spec.to_dict()
        document["training"]["epochs"] = 10_000_000
        return document


POINTS = Subject(
    "spiral",
    {
        "boundary": {"width": 100, "height": 100, "unit_size": 30},
        "weights": True,
        "evaluation": True,
        "inspect": ["hidden-1"],
    },
)
IMAGES = Subject(
    "intermediate",
    {
        "microscope": {
            "layers": [
                {"layer": layer.id}
                for layer in nl.presets.PRESETS["intermediate"].spec.network.layers
            ],
            "show": ["activations", "kernels", "activation-gradients", "kernel-gradients"],
        },
        "predictions": True,
        "evaluation": True,
    },
)


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
    mnist = mnist_folder()
    if mnist is not None:
        os.environ[FOLDER_VARIABLE] = os.fspath(mnist)
    for name, measure in PARTS.items():
        if arguments.only in (None, name) and (mnist or not name.startswith("images")):
            with tempfile.TemporaryDirectory() as folder:
                for line in measure(Path(folder)):
                    lines.append(asdict(line))
                    out = sys.stderr if arguments.json else sys.stdout
                    print(line, file=out, flush=True)
    if arguments.json:
        print(json.dumps(lines))


def _scripted(subject: Subject, folder: Path) -> Iterator[Line]:
    with studio(folder / "home", folder / "compiled") as started:
        run = started.open(subject.endless())
        started.command(run, kind="play")
        started.steps_per_second(run)
        pictures: list[float] = []

        def watched() -> float:
            with ScriptedViewer(started, run, subject.view) as viewer:
                time.sleep(SETTLE_S)
                speed = started.steps_per_second(run)
            pictures.append(viewer.pictures_per_second)
            return speed

        who = f"{subject.preset}, scripted viewer, 30 credits/s"
        yield _share(who, started, run, watched, pictures)


def _page(subject: Subject, folder: Path) -> Iterator[Line]:
    with studio(folder / "home", folder / "compiled") as started, pages.browser() as browser:
        page = pages.open_page(browser, started.url)
        run = pages.train_at_full_speed(page, subject.preset)
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

        yield _share(f"{subject.preset}, a page in Chromium", started, run, watched, pictures)
        longest = float(max(long_tasks, default=0))
        note = f"{len(long_tasks)} tasks over 50 ms in {(1 + ROUNDS) * WINDOW_S:g} s"
        what = f"{subject.preset}, longest task of the page's main thread"
        yield Line(what, longest, "ms", (0, longest), note)


def _leave(page: Page) -> None:
    page.goto("about:blank")
    page.wait_for_timeout(1000 * SETTLE_S)


def _share(
    who: str, started: Studio, run: str, watched: Callable[[], float], pictures: list[float]
) -> Line:
    """Steps a second with somebody watching, as a share of those with nobody."""
    shares: list[float] = []
    speeds: list[float] = []
    watched()
    for _ in range(ROUNDS):
        alone = started.steps_per_second(run)
        shares.append(watched() / alone)
        speeds.append(alone)
    shown = f"{statistics.median(pictures[1:]):.1f} pictures/s"
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
        for name in (name for name, preset in nl.presets.PRESETS.items() if not preset.template):
            page = pages.open_page(browser, started.url)
            page.wait_for_timeout(1000 * SETTLE_S)
            found[name] = pages.milliseconds_to_moving(page, name)
            page.context.close()
    return found


def _memory(folder: Path) -> Iterator[Line]:
    """What the worker holds after ten seconds, and how much more at the end."""
    with studio(folder / "home", folder / "compiled") as started:
        run = started.open(IMAGES.endless())
        started.command(run, kind="play")
        with ScriptedViewer(started, run, IMAGES.view):
            time.sleep(10)
            first = started.memory(run)
            time.sleep(MEMORY_S)
            last = started.memory(run)
    note = f"{first / 1e6:,.0f} MB at first"
    what = f"{IMAGES.preset}, growth of the worker's memory in {MEMORY_S / 60:g} min, watched"
    yield Line(what, (last - first) / 1e6, "MB", (0, 0), note)


PARTS: dict[str, Callable[[Path], Iterator[Line]]] = {
    "scripted": partial(_scripted, POINTS),
    "page": partial(_page, POINTS),
    "presets": _first_pictures,
    "images-scripted": partial(_scripted, IMAGES),
    "images-page": partial(_page, IMAGES),
    "images-memory": _memory,
}

if __name__ == "__main__":
    main()
