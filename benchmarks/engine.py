"""Speed of training beside PyTorch and Keras: `python -m benchmarks.engine [--json]`.

Ours is the path that `netlapse.train` uses: a worker process, every step's loss and gradient norm
recorded on disk, seconds as the run itself counts them (compilation apart). Many networks at once
are trained by `netlapse.engine.ensemble` in this process, with every step's loss kept in memory.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import netlapse as nl
from benchmarks import many
from benchmarks.peers.process import MissingPeerError, Peer
from benchmarks.peers.task import Task
from benchmarks.rounds import Line, Side, alternate
from benchmarks.workloads import Workload, digits, spiral, spirals, task
from netlapse.folders import HOME_VARIABLE

TORCH = "benchmarks.peers.torch_eager"
KERAS = "benchmarks.peers.keras_fit"
KERAS_EPOCHS = {"epochs/s": 200, "images/s": 12}
"""Keras needs minutes for what others do in seconds: fewer epochs on both sides."""


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--only", default="", help="workloads whose name holds this text")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        lines: list[dict[str, Any]] = []
        for line in _lines(Path(folder), arguments.only):
            lines.append(dataclasses.asdict(line))
            print(line, file=sys.stderr if arguments.json else sys.stdout, flush=True)
        starts = {} if arguments.only else _start_seconds()
        for what, seconds in starts.items():
            text = f"{what}: {seconds:.2f} s"
            print(text, file=sys.stderr if arguments.json else sys.stdout, flush=True)
        if arguments.json:
            print(json.dumps(lines))


def _lines(folder: Path, only: str) -> Iterator[Line]:
    for make, measure in (
        (spiral, _against_torch),
        (digits, _against_torch),
        (spirals, _ensemble_against_torch),
        (spiral, _against_keras),
        (digits, _against_keras),
    ):
        workload = make()
        if only in f"{workload.name} {measure.__name__}":
            try:
                yield measure(workload, folder)
            except MissingPeerError as error:
                print(f"Skipped beside {workload.name}: {error}", file=sys.stderr)


def _against_torch(workload: Workload, folder: Path) -> Line:
    peer = Peer(TORCH)
    try:
        wanted = _peer_task(workload, folder)
        threads = _best_threads(peer, wanted)
        _train(workload)
        return alternate(
            workload.name,
            workload.unit,
            f"{peer.name}, {threads} thread{'s' * (threads > 1)}",
            lambda: _train(workload),
            lambda: _ask(peer, wanted, workload, threads),
        )
    finally:
        peer.close()


def _against_keras(workload: Workload, folder: Path) -> Line:
    epochs = KERAS_EPOCHS[workload.unit]
    fewer = _shorter(workload, epochs)
    peer = Peer(KERAS, KERAS_BACKEND="jax")
    try:
        wanted = _peer_task(fewer, folder)
        _train(fewer)
        _ask(peer, wanted, fewer, 1)
        return alternate(
            f"{workload.name}, {epochs} epochs",
            workload.unit,
            peer.name,
            lambda: _train(fewer),
            lambda: _ask(peer, wanted, fewer, 1),
        )
    finally:
        peer.close()


def _ensemble_against_torch(workload: Workload, folder: Path) -> Line:
    peer = Peer(TORCH)
    try:
        wanted = _peer_task(workload, folder)
        threads = _best_threads(peer, wanted)
        many.train(workload)
        return alternate(
            workload.name,
            workload.unit,
            f"{peer.name}, one after the other, {threads} thread{'s' * (threads > 1)}",
            lambda: many.train(workload),
            lambda: _ask(peer, wanted, workload, threads),
        )
    finally:
        peer.close()


def _train(workload: Workload) -> Side:
    """One training as a user of the library does it."""
    with nl.train(workload.spec) as run:
        count = workload.spec.training.epochs * workload.per_epoch
        loss = run.metrics.train.loss
        assert len(run.loss) == run.step and np.isfinite(run.loss).all()
        assert loss is not None
        return Side(count / run.seconds, loss)


def _ask(peer: Peer, wanted: Task, workload: Workload, threads: int) -> Side:
    outcome = peer.train(dataclasses.replace(wanted, threads=threads))
    count = wanted.epochs * workload.per_epoch * wanted.networks
    return Side(count / outcome.seconds, outcome.loss)


def _peer_task(workload: Workload, folder: Path) -> Task:
    with nl.start(workload.spec, record=False) as run:
        return task(workload, run.weights(), folder)


def _best_threads(peer: Peer, wanted: Task) -> int:
    """One or two threads, whichever is faster; warms the peer, too."""
    short = dataclasses.replace(wanted, epochs=max(1, wanted.epochs // 20))
    measured = [(_seconds(peer, short, threads), threads) for threads in (1, 2) * 3]
    return min(measured)[1]


def _seconds(peer: Peer, wanted: Task, threads: int) -> float:
    return peer.train(dataclasses.replace(wanted, threads=threads)).seconds


def _shorter(workload: Workload, epochs: int) -> Workload:
    training = workload.spec.training.model_copy(update={"epochs": epochs})
    spec = workload.spec.model_copy(update={"training": training})
    return dataclasses.replace(workload, spec=spec)


def _start_seconds() -> dict[str, float]:
    """Fresh processes, the best of five."""
    commands = {
        "import netlapse": [sys.executable, "-c", "import netlapse"],
        "an empty Python": [sys.executable, "-c", ""],
        "netlapse presets": [sys.executable, "-m", "netlapse.cli", "presets"],
    }
    return {what: _best_of(lambda c=command: _run(c)) for what, command in commands.items()}


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _best_of(call: Callable[[], None]) -> float:
    seconds: list[float] = []
    for _ in range(5):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
