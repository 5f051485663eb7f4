"""Landscapes of the loss beside a loop of single evaluations, warm, each by itself and as a whole.

python -m benchmarks.landscape [--cnn]

The loop evaluates the network at each point with the engine's own evaluator, some points of all,
and is counted for all of them. `--cnn` takes the beginner's network on 1,000 images of MNIST.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import jax
import numpy as np

from netlapse.data import load
from netlapse.engine.probes.landscape import LandscapeProbe
from netlapse.engine.probes.weight_planes import random_directions
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.spec.presets import PRESETS
from netlapse.worker.parts import samples_of

ROUNDS = 5
MOST_SAMPLES = 1000
FEW = 200
"""Points of the loop, at most."""


def measure(preset: str, size: int, rounds: int, few: int) -> str:
    """One line: seconds of the landscape, of the loop, and their ratio."""
    spec = PRESETS[preset].spec
    trainer = Trainer(spec, samples_of(load(spec.data)), Programs())
    state, data = trainer.state.parameters, trainer.samples
    x, y = data.train_inputs[:MOST_SAMPLES], data.train_targets[:MOST_SAMPLES]
    first, second = random_directions(trainer.structure, state, 0)
    axis = np.linspace(-1, 1, size)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)
    probe = LandscapeProbe(trainer.structure)

    def whole() -> tuple[float, Any]:
        began = time.perf_counter()
        sweep = probe.sweep(state, first, second, points, x, y)
        while not sweep.is_done:
            sweep.go_on(max(1, sweep.total // 50))
        return time.perf_counter() - began, sweep.losses()

    places = np.linspace(0, len(points) - 1, min(few, len(points))).astype(int)

    def loop() -> tuple[float, Any]:
        began = time.perf_counter()
        found: list[float] = []
        for a, b in points[places]:
            moved = jax.tree.map(
                lambda w, d, e, a=a, b=b: np.asarray(w) + a * d + b * e, state, first, second
            )
            found.append(float(trainer.evaluator.losses(moved, x, y)[0].mean()))
        return (time.perf_counter() - began) * len(points) / len(places), np.array(found)

    compiled_s, losses = whole()
    _, some = loop()
    np.testing.assert_allclose(losses[places], some, rtol=1e-3)
    both = [(whole()[0], loop()[0]) for _ in range(rounds)]
    ours, theirs = (statistics.median(side) for side in zip(*both, strict=True))
    ratios = [b / a for a, b in both]
    return (
        f"{preset}, {size} × {size} points, {len(x):,} samples: {ours:.3f} s "
        f"(the first time {compiled_s:.2f} s), a loop {theirs:.2f} s: "
        f"{statistics.median(ratios):.1f}× ({min(ratios):.1f} to {max(ratios):.1f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cnn", action="store_true", help="the beginner's network, on MNIST")
    if parser.parse_args().cnn:
        print(measure("beginner", 31, 1, 40))
    else:
        print(measure("spiral", 100, ROUNDS, FEW))


if __name__ == "__main__":
    main()
