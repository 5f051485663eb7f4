"""Landscapes of the loss: prepared beside the training, computed in pieces between its calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters
from netlapse.engine.probes.landscape import LandscapeProbe, Sweep, finite_range
from netlapse.engine.probes.weight_planes import path_plane, random_directions
from netlapse.engine.structure import Structure
from netlapse.errors import NetlapseError, StateError
from netlapse.protocol.landscape import Landscape, Surveying
from netlapse.spec.layers import BatchNorm
from netlapse.worker.failures import FAILURES, failed
from netlapse.worker.opened import OpenRun
from netlapse.worker.parts import Send, refused, replied
from netlapse.worker.subjects import part_of
from netlapse.worker.way import Way, kept, rerun

PIECE_S = 0.03
"""Time of one piece."""
QUIET_S = 0.3
"""A landscape that takes longer says how far it is,"""
REPORT_S = 0.1
"""this often."""
MARGIN = 0.125
"""Room on each side of a path, of the longer side of what it spans."""
MAX_PROBES = 4
FEW, SHORT_S = 48, 3.0
"""A training with fewer keyframes that took no longer is run again for its path."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Prepared:
    """What is about to be computed."""

    sweep: Sweep
    a: Floats
    b: Floats
    """Columns and rows of the grid [size] each."""
    samples: int
    path: Floats | None = None
    """a and b of the keyframes, the last being the state looked at [k, 2]."""
    path_steps: tuple[int, ...] = ()
    share: float | None = None


@dataclass
class Survey:
    """One landscape on its way."""

    question: Landscape
    run: str
    step: int
    note: str
    began: float
    preparing: Future[Prepared]
    said: float = 0.0
    piece: int = 1
    """Items of the next piece."""


class Surveys:
    """At most one landscape at a time.

    Args:
        send: Called with an event and its payload.
        wake: Lets a waiting loop go on.
    """

    def __init__(self, send: Send, wake: Callable[[], None]) -> None:
        self._send, self._wake = send, wake
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="landscape")
        self._probes: dict[str, LandscapeProbe] = {}
        self._now: Survey | None = None

    def begin(self, opened: OpenRun, question: Landscape, payload: memoryview) -> None:
        """Start a landscape of the state as it is; what was on its way ends.

        Raises:
            NetlapseError: The question does not fit the data.
        """
        self.stop("Another landscape was asked for before this one was done.")
        trainer = opened.trainer
        inputs, targets = part_of(opened.dataset, question.part)
        samples = inputs[: question.samples], targets[: question.samples]
        structure, seed = trainer.structure, trainer.initial_spec.seed
        parameters, step = trainer.state.parameters, trainer.step
        probe = self._probe(structure)
        path = bytes(payload)
        again = None
        if question.plane == "path" and len(question.path) < FEW and opened.seconds <= SHORT_S:
            again = trainer.elsewhere(question.interventions)

        def prepare() -> Prepared:
            way = None
            if again is not None:
                way = rerun(again, step, question.extended)
            elif question.plane == "path":
                way = kept(structure, parameters, question.path, path, seed, step)
            return prepared(probe, structure, parameters, question, samples, way, step)

        preparing = self._thread.submit(prepare)
        preparing.add_done_callback(lambda _: self._wake())
        note = _note(opened, len(samples[0]), len(inputs), question.part)
        self._now = Survey(question, opened.run, step, note, time.monotonic(), preparing)

    def stop(self, why: str) -> None:
        """End what is on its way."""
        survey, self._now = self._now, None
        if survey is not None:
            survey.preparing.cancel()
            self._refuse(survey, StateError(why))

    def go_on(self) -> bool:
        """One piece; gives whether there is more to do at once."""
        survey = self._now
        if survey is None or not survey.preparing.done():
            return False
        try:
            sweep = survey.preparing.result().sweep
            began = time.perf_counter()
            made = sweep.go_on(survey.piece)
            took_s = time.perf_counter() - began
        except (*FAILURES, ValueError) as error:
            self._now = None
            known = error if isinstance(error, NetlapseError) else failed("The landscape", error)
            self._refuse(survey, known)
            return False
        survey.piece = max(1, min(4 * survey.piece, int(PIECE_S * made / max(took_s, 1e-6))))
        if sweep.is_done:
            self._now = None
            self._answer(survey, survey.preparing.result())
        else:
            self._report(survey, sweep)
        return not sweep.is_done

    # --- within ------------------------------------------------------------------------------

    def _probe(self, structure: Structure) -> LandscapeProbe:
        if structure.key not in self._probes:
            if len(self._probes) >= MAX_PROBES:
                self._probes.clear()
            self._probes[structure.key] = LandscapeProbe(structure)
        return self._probes[structure.key]

    def _report(self, survey: Survey, sweep: Sweep) -> None:
        now = time.monotonic()
        if now - survey.began < QUIET_S or now - survey.said < REPORT_S:
            return
        survey.said = now
        done = sweep.done / sweep.total
        left = (now - survey.began) * (1 - done) / done if done else None
        self._say(survey, done, left)

    def _say(self, survey: Survey, done: float, left: float | None) -> None:
        said = Surveying(
            kind="surveying", run=survey.run, step=survey.step, done=done, seconds_left=left
        )
        self._send(said)

    def _answer(self, survey: Survey, found: Prepared) -> None:
        size = survey.question.size
        losses = found.sweep.losses()
        grid, here = losses[: size * size].reshape(size, size), float(losses[-1])
        least, greatest, not_finite = finite_range(grid)
        values = {
            "loss": here if np.isfinite(here) else None,
            "least": least,
            "greatest": greatest,
            "not_finite": not_finite,
            "samples": found.samples,
            "share": found.share,
            "note": survey.note,
        }
        arrays: dict[str, Any] = {"losses": grid, "a": found.a, "b": found.b}
        if found.path is not None:
            arrays["path"] = found.path
            arrays["path_steps"] = np.array(found.path_steps, np.int32)
        if survey.said:
            self._say(survey, 1.0, 0.0)
        self._send(*replied(survey.question.command, survey.step, values, arrays))

    def _refuse(self, survey: Survey, error: NetlapseError) -> None:
        self._send(refused(survey.question.command, error))


def prepared(
    probe: LandscapeProbe,
    structure: Structure,
    parameters: Parameters,
    question: Landscape,
    samples: tuple[Floats, NDArray[Any]],
    before: Way | None,
    step: int,
) -> Prepared:
    """Directions, grid and program of a landscape.

    Args:
        probe: Where it is compiled.
        structure: The network.
        parameters: The state looked at.
        question: What is asked for.
        samples: Inputs and targets.
        before: The path to the state looked at; none for random directions.
        step: Of the state looked at.
    """
    size, span = question.size, question.span
    way, steps, share = None, (), None
    if before is None:
        first, second = random_directions(structure, parameters, question.seed)
        a = b = np.linspace(-span, span, size)
    else:
        steps, rows = before
        plane = path_plane(structure, parameters, rows)
        first, second, share = plane.first, plane.second, plane.share
        way = np.vstack([plane.coordinates, np.zeros(2)])
        steps = (*steps, step)
        low, high = way.min(axis=0), way.max(axis=0)
        half = float((high - low).max()) * (0.5 + MARGIN) * span
        a, b = (np.linspace(c - half, c + half, size) for c in (low + high) / 2)
    across, up = np.meshgrid(a, b)
    points = np.stack([across.ravel(), up.ravel()], axis=1)
    points = np.vstack([points, np.zeros(2)]).astype(np.float32)
    sweep = probe.sweep(parameters, first, second, points, *samples)
    return Prepared(
        sweep,
        a.astype(np.float32),
        b.astype(np.float32),
        len(samples[0]),
        None if way is None else way.astype(np.float32),
        steps,
        share,
    )


def _note(opened: OpenRun, samples: int, count: int, part: str) -> str:
    of = f"the first {samples:,} of {count:,}" if samples < count else f"all {count:,}"
    name = "training" if part == "train" else part
    note = f"Mean loss of {of} {name} samples, without dropout and penalties."
    if any(isinstance(layer, BatchNorm) for layer in opened.trainer.spec.network.layers):
        note += " Batch normalization keeps the moving averages of the state looked at."
    return note
