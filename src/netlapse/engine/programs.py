"""Compiled programs by structure, made in the background before they are needed."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from netlapse.engine.evaluation import Evaluator
from netlapse.engine.hyperparameters import hyperparameters
from netlapse.engine.program import Program, build, compile_program
from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure
from netlapse.spec.data import Augmentation, ImageDocument
from netlapse.spec.document import Spec
from netlapse.spec.resolve import resolve_loss
from netlapse.spec.training import batch_length


def structure_of(spec: Spec, samples: Samples) -> Structure:
    """What of a spec and its data a program is compiled for."""
    count = len(samples.train_inputs)
    return Structure(
        network=spec.network,
        input_shape=samples.facts.input_shape,
        task=samples.task,
        optimizer=spec.training.optimizer,
        loss=resolve_loss(spec.training, samples.facts),
        batch=batch_length(spec.training, count),
        samples=count,
        names=tuple(hyperparameters(spec, count)),
        class_weights=samples.balanced_weights if spec.training.class_weights == "balanced" else (),
        augmentation=_augmentation(spec),
    )


def _augmentation(spec: Spec) -> Augmentation | None:
    chosen = spec.data.augmentation if isinstance(spec.data, ImageDocument) else None
    return None if chosen is None or chosen.changes_nothing else chosen


class Programs:
    """A cache of compiled programs, filled by one background thread.

    Compilation does not execute anything, so it may run while a training does.
    """

    def __init__(self) -> None:
        self._compiler = ThreadPoolExecutor(1, thread_name_prefix="compile")
        self.training = ThreadPoolExecutor(1, thread_name_prefix="train")
        """The one thread that executes steps. What other threads execute does not wait for them:
        JAX keeps the order of one thread's calls alone."""
        self._futures: dict[str, Future[Program]] = {}
        self._evaluators: dict[str, Evaluator] = {}
        self._lock = threading.Lock()

    def prepare(self, structure: Structure, samples: Samples) -> Future[Program]:
        """The program of a structure, now or soon.

        The caller's structure is put into the program it gets: the shared program was compiled from
        another with other numbers.
        """
        key = structure.key
        with self._lock:
            future = self._futures.get(key)
            if future is None or (future.done() and future.exception() is not None):
                if len(self._futures) > 64:
                    self._futures.clear()
                future = self._compiler.submit(_compile, structure, samples)
                self._futures[key] = future
        return future

    def get(self, structure: Structure, samples: Samples) -> Program:
        """The program of a structure, compiled if need be."""
        return replace(self.prepare(structure, samples).result(), structure=structure)

    def evaluator(self, structure: Structure) -> Evaluator:
        """The evaluator of a structure; shared, so that it is compiled once."""
        key = structure.key
        if key not in self._evaluators:
            if len(self._evaluators) > 64:
                self._evaluators.clear()
            self._evaluators[key] = Evaluator(structure)
        return self._evaluators[key]


def _compile(structure: Structure, samples: Samples) -> Program:
    arrays: tuple[NDArray[Any], NDArray[Any]] = (samples.train_inputs, samples.train_targets)
    return compile_program(build(structure), *arrays)
