"""Our side of many networks at once: the ensemble, in this process, losses kept in memory."""

from __future__ import annotations

import statistics
import time

import numpy as np

from benchmarks.rounds import Side
from benchmarks.workloads import Workload
from netlapse.data import load
from netlapse.engine.ensemble import Ensemble, with_seeds
from netlapse.worker.parts import samples_of


def train(workload: Workload) -> Side:
    """Train all networks from their first weights; compiling is not timed.

    The loss is that of the network which the peer trains, too: the one with the workload's seed.
    """
    spec = workload.spec
    seeds = range(spec.seed, spec.seed + workload.networks)
    ensemble = Ensemble(with_seeds(spec, seeds), samples_of(load(spec.data)))
    ensemble.compile()
    epochs = spec.training.epochs
    started = time.perf_counter()
    losses, norms = ensemble.advance(epochs * ensemble.steps_per_epoch)
    seconds = time.perf_counter() - started
    assert losses.shape == norms.shape == (ensemble.step, workload.networks)
    assert np.isfinite(losses).all()
    final = [train.loss for train, _ in ensemble.scores()]
    assert statistics.median(final) < losses[0].max(), "the networks learn nothing"
    return Side(workload.networks * epochs / seconds, final[0])
