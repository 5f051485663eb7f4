"""What recording costs: `python -m benchmarks.recording [--json]`.

The spiral and the beginner network train as fast as they go, in turn recorded in the data folder
(every step, evaluations, keyframes) and in memory alone, which is forgotten. The speed is the
run's own: steps over the seconds of its training, the record's last flush included.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import netlapse as nl
from benchmarks.images import FOLDER_VARIABLE, mnist_folder
from netlapse.spec.changes import set_value

ROUNDS = 5
STEPS = {"spiral": 1_500_000, "beginner": 1_500}


@dataclass(frozen=True)
class Cost:
    """The speed kept, recorded over unrecorded."""

    workload: str
    kept: float
    """Median of the rounds."""
    least: float
    most: float
    recorded_steps_per_second: float

    def __str__(self) -> str:
        return (
            f"{self.workload}: speed kept while recording {self.kept:.2f} × "
            f"({self.least:.2f} to {self.most:.2f}); "
            f"{self.recorded_steps_per_second:,.0f} steps/s recorded"
        )


def measure(workload: str, spec: nl.Spec) -> Cost:
    """Both in turn, so that what the machine does beside it strikes both."""
    _train(spec, workload, record=True)  # compiled, and the worker is warm
    ratios: list[float] = []
    speeds: list[float] = []
    for number in range(ROUNDS):
        order = (True, False) if number % 2 else (False, True)
        speed = {record: _train(spec, workload, record=record) for record in order}
        ratios.append(speed[True] / speed[False])
        speeds.append(speed[True])
    return Cost(
        workload,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        statistics.median(speeds),
    )


def _train(spec: nl.Spec, workload: str, *, record: bool) -> float:
    """Steps per second."""
    with nl.start(spec, record=record) as run:
        began = time.perf_counter()
        run.train(steps=STEPS[workload])
        run._session.store.flush(run.id)
        return run.step / (time.perf_counter() - began)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    given = parser.parse_args(arguments)
    os.environ.setdefault(FOLDER_VARIABLE, str(mnist_folder() or ""))
    results: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NETLAPSE_HOME"] = folder
        for workload in STEPS:
            preset = nl.presets.PRESETS[workload].spec
            results.append(measure(workload, set_value(preset, "training.epochs", 1_000_000)))
            if not given.json:
                print(results[-1], flush=True)
    if given.json:
        print(json.dumps([asdict(result) for result in results]))


if __name__ == "__main__":
    main()
