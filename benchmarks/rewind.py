"""How fast the past comes: `python -m benchmarks.rewind [--json]`.

A client does what the page does, through the real server and worker. Letting go: it asks for the
exact picture of a random step and waits for it, boundary, weights and metrics included. Dragging:
it asks for the nearest keyframe of the next position as soon as the last one has come. The runs:
1,000,000 steps of the spiral, and 5 epochs of the beginner network on MNIST.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

import netlapse as nl
from benchmarks.studio import Studio, studio
from netlapse.protocol.views import BoundaryView, MicroscopeView, View
from netlapse.spec.changes import set_value

SEEKS = 60
DRAG_S = 4.0
VIEWS = {
    "spiral": View(boundary=BoundaryView(unit_size=30), weights=True, evaluation=True),
    "beginner": View(
        evaluation=True,
        predictions=True,
        microscope=MicroscopeView.model_validate({"layers": [{"layer": "input"}]}),
    ),
}


@dataclass(frozen=True)
class Rewound:
    """What was measured on one run."""

    workload: str
    steps: int
    keyframes: int
    median_ms: float
    p95_ms: float
    longest_ms: float
    dragged_pictures_per_second: float

    def __str__(self) -> str:
        return (
            f"{self.workload}, {self.steps:,} steps, {self.keyframes} keyframes: exact step after "
            f"{self.median_ms:.0f} ms (median), {self.p95_ms:.0f} ms (95 %), "
            f"{self.longest_ms:.0f} ms at most; dragging {self.dragged_pictures_per_second:.1f} "
            f"pictures/s"
        )


def measure(kept: Studio, workload: str, spec: nl.Spec) -> Rewound:
    """Train to the end, then look back."""
    run = kept.open(spec.to_dict())
    kept.command(run, kind="pace")
    kept.command(run, kind="play")
    while (status := kept.ask("GET", f"runs/{run}")["status"])["state"] != "finished":
        assert status["state"] in ("training", "compiling"), status
        time.sleep(0.2)
    return asyncio.run(_look_back(kept, run, workload, status["step"]))


async def _look_back(kept: Studio, run: str, workload: str, steps: int) -> Rewound:
    address = f"ws://{urlsplit(kept.url).netloc}/api/live"
    async with connect(
        address,
        origin=kept.origin,  # type: ignore[arg-type]
        additional_headers={"Authorization": f"Bearer {kept.token}"},
        max_size=None,
        proxy=None,
    ) as socket:
        chosen = random.Random(0)
        view = VIEWS[workload].to_dict()
        keyframes = await _keyframes(socket, run, view)
        await _picture(socket, run, view, steps // 2, nearest=False)  # the probes are compiled
        times = sorted(
            [
                await _picture(socket, run, view, chosen.randint(0, steps), nearest=False)
                for _ in range(SEEKS)
            ]
        )
        began, pictures = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < DRAG_S:
            at = int(steps * abs(1 - (passed % 2)))  # there and back
            await _picture(socket, run, view, at, nearest=True)
            pictures += 1
    return Rewound(
        workload,
        steps,
        keyframes,
        1000 * statistics.median(times),
        1000 * times[int(0.95 * len(times))],
        1000 * times[-1],
        pictures / passed,
    )


async def _keyframes(socket: ClientConnection, run: str, view: dict[str, Any]) -> int:
    await socket.send(json.dumps({"kind": "subscribe", "run": run, "view": view}))
    while True:
        header = _header(await socket.recv())
        if header["kind"] == "timeline":
            return len(header["keyframes"])


async def _picture(
    socket: ClientConnection, run: str, view: dict[str, Any], at: int, *, nearest: bool
) -> float:
    """Seconds from the question to its picture."""
    wanted = {**view, "at": at, "nearest": nearest}
    began = time.perf_counter()
    await socket.send(json.dumps({"kind": "subscribe", "run": run, "view": wanted}))
    await socket.send(json.dumps({"kind": "credit", "count": 1}))
    while True:
        header = _header(await socket.recv())
        if header["kind"] == "picture" and header["at"] == at:
            assert nearest or header["step"] == at
            return time.perf_counter() - began


def _header(frame: str | bytes) -> dict[str, Any]:
    assert isinstance(frame, bytes)
    length = int.from_bytes(frame[:4], "little")
    return json.loads(frame[4 : 4 + length])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--only", choices=list(VIEWS), help="one of the runs")
    given = parser.parse_args(arguments)
    specs = {
        "spiral": set_value(nl.presets.spiral(), "training.epochs", 50_000),
        "beginner": set_value(nl.presets.beginner(), "training.epochs", 5),
    }
    results: list[Rewound] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with studio(home / "home", home / "compiled") as kept:
            for workload, spec in specs.items():
                if given.only in (None, workload):
                    results.append(measure(kept, workload, spec))
                    if not given.json:
                        print(results[-1], flush=True)
    if given.json:
        print(json.dumps([asdict(result) for result in results]))


if __name__ == "__main__":
    main()
