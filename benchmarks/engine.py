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
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import netlapse as nl
from benchmarks import many
from benchmarks.images import FOLDER_VARIABLE, mnist_folder
from benchmarks.peers.process import MissingPeerError, Peer
from benchmarks.peers.task import Task
from benchmarks.rounds import Line, Side, alternate
from benchmarks.workloads import Workload, convolutional, digits, spiral, spirals, task
from netlapse.folders import HOME_VARIABLE

TORCH = "benchmarks.peers.torch_eager"
KERAS = "benchmarks.peers.keras_fit"
TENSORFLOW_JS = "benchmarks.peers.tfjs_cpu"
KERAS_BACKENDS = ("jax", "torch")
KERAS_EPOCHS = {"epochs/s": 200, "images/s": 12}
"""Keras needs minutes for what others do in seconds: fewer epochs on both sides."""
IMAGES = {"beginner": 25_600, "intermediate": 12_800, "advanced": 3_840}
"""Templates, and how many images each round trains on."""


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--only", default="", help="workloads whose name holds this text")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        mnist = mnist_folder()
        if mnist is not None:
            os.environ[FOLDER_VARIABLE] = os.fspath(mnist)
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
    names = IMAGES if mnist_folder() else {}
    images = [partial(convolutional, name, count) for name, count in names.items()]
    for make, measure in (
        (spiral, _against_torch),
        (digits, _against_torch),
        (spirals, _ensemble_against_torch),
        (spiral, _against_keras),
        (digits, _against_keras),
        *((make, _against_torch) for make in images),
        *((make, _against_keras) for make in images),
        *((partial(convolutional, name, 128), _against_tensorflow_js) for name in [*names][:1]),
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
        best, how = _best(peer, _peer_task(workload, folder))
        _train(workload)
        return alternate(
            workload.name,
            workload.unit,
            f"{peer.name}, {how}",
            lambda: _train(workload),
            lambda: _ask(peer, best, workload),
            tolerance=workload.tolerance,
        )
    finally:
        peer.close()


def _against_keras(workload: Workload, folder: Path) -> Line:
    epochs = min(workload.spec.training.epochs, KERAS_EPOCHS[workload.unit])
    fewer = _shorter(workload, epochs)
    wanted = _peer_task(fewer, folder)
    peers = [Peer(KERAS, KERAS_BACKEND=backend) for backend in KERAS_BACKENDS]
    try:
        short = _shorter(workload, max(1, epochs // 20))
        tried = dataclasses.replace(wanted, epochs=short.spec.training.epochs)
        peer = max(peers, key=lambda peer: _ask(peer, tried, short).rate)
        _train(fewer)
        return alternate(
            f"{workload.name}, {epochs} epoch{'s' * (epochs > 1)}",
            workload.unit,
            peer.name,
            lambda: _train(fewer),
            lambda: _ask(peer, wanted, fewer),
            tolerance=workload.tolerance,
        )
    finally:
        for peer in peers:
            peer.close()


def _against_tensorflow_js(workload: Workload, folder: Path) -> Line:
    peer = Peer(TENSORFLOW_JS)
    try:
        wanted = _peer_task(workload, folder)
        _train(workload)
        return alternate(
            f"{workload.name}, {workload.per_epoch} images",
            workload.unit,
            peer.name,
            lambda: _train(workload),
            lambda: _ask(peer, wanted, workload),
            tolerance=workload.tolerance,
        )
    finally:
        peer.close()


def _ensemble_against_torch(workload: Workload, folder: Path) -> Line:
    peer = Peer(TORCH)
    try:
        best, how = _best(peer, _peer_task(workload, folder))
        many.train(workload)
        return alternate(
            workload.name,
            workload.unit,
            f"{peer.name}, one after the other, {how}",
            lambda: many.train(workload),
            lambda: _ask(peer, best, workload),
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


def _ask(peer: Peer, wanted: Task, workload: Workload) -> Side:
    outcome = peer.train(wanted)
    count = wanted.epochs * workload.per_epoch * wanted.networks
    return Side(count / outcome.seconds, outcome.loss)


def _peer_task(workload: Workload, folder: Path) -> Task:
    with nl.start(workload.spec, record=False) as run:
        return task(workload, run.weights(), folder)


def _best(peer: Peer, wanted: Task) -> tuple[Task, str]:
    """The fastest of one or two threads and, for images, of both memory formats; it warms the peer,
    too."""
    short = dataclasses.replace(wanted, epochs=max(1, wanted.epochs // 20))
    has_maps = any(layer["kind"] == "conv2d" for layer in wanted.layers)
    formats = (False, True) if has_maps else (False,)
    ways = [{"threads": threads, "channels_last": last} for threads in (1, 2) for last in formats]
    best = min(ways * 3, key=lambda way: peer.train(dataclasses.replace(short, **way)).seconds)
    how = f"{best['threads']} thread{'s' * (best['threads'] > 1)}"
    if has_maps:
        how += ", channels last" if best["channels_last"] else ", channels first"
    return dataclasses.replace(wanted, **best), how


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
