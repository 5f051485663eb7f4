"""Training a recorded run again from its spec and interventions, and comparing the bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import load as load_tensors

from netlapse.data import TableStore, load
from netlapse.engine.keyframes import read_metadata
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.folders import tables_folder
from netlapse.protocol.messages import Extension
from netlapse.record.contract import MetricRange, Store
from netlapse.worker.parts import samples_of
from netlapse.worker.replay import Replay

PIECE = 20_000
"""Steps that are trained and compared at a time."""

OnStep = Callable[[int, int], None]


@dataclass(frozen=True)
class Difference:
    """The first place where the re-run is not the record."""

    step: int
    what: str
    """`loss`, `gradient norm`, or the parameter and index of a keyframe's state."""
    recorded: float
    recomputed: float

    def __str__(self) -> str:
        return (
            f"step {self.step:,}: {self.what} is {self.recorded!r} in the record "
            f"and {self.recomputed!r} trained again"
        )


@dataclass(frozen=True)
class Verdict:
    """What a re-run has shown."""

    run: str
    steps: int
    """Steps whose loss and gradient norm were compared."""
    keyframes: int
    """Complete states that were compared."""
    difference: Difference | None
    """None where every bit is the same."""


def verify(store: Store, run: str, on_step: OnStep | None = None) -> Verdict:
    """Train a run again from step 0 and compare every loss, gradient norm and keyframe.

    It stops at the first difference. Nothing is written.

    Args:
        store: The record.
        run: Its id.
        on_step: Called with the step and the last one, from time to time.

    Raises:
        NotFoundError: There is no such run.
        NetlapseError: Its data is gone or has changed its form.
    """
    spec, last = store.spec(run), store.recorded_step(run)
    samples = samples_of(load(spec.data, tables=TableStore(tables_folder())))
    trainer = Trainer(spec, samples, Programs(), interventions=store.interventions(run))
    nothing = np.empty(0, np.float32)
    replay = Replay(trainer, last, 0, nothing, _extensions(store, run))
    keyframes = {entry.step for entry in store.keyframes(run) if entry.step <= last}
    compared = 0
    for goal in sorted({*keyframes, last}):
        while trainer.step < goal:
            replay.go_on(min(PIECE, goal - trainer.step))
            difference = _compare_steps(store, run, replay)
            if difference is not None:
                return Verdict(run, difference.step - 1, compared, difference)
            if on_step is not None:
                on_step(trainer.step, last)
        if goal in keyframes:
            difference, found = _compare_state(store, run, trainer)
            compared += found
            if difference is not None:
                return Verdict(run, goal, compared, difference)
    return Verdict(run, last, compared, None)


def _extensions(store: Store, run: str) -> tuple[Extension, ...]:
    return tuple(
        Extension(step=note.step, epochs=int(note.values["epochs"]))
        for note in store.notes(run)
        if note.kind == "extended"
    )


def _compare_steps(store: Store, run: str, replay: Replay) -> Difference | None:
    made, replay.unrecorded = replay.unrecorded, []
    for steps in made:
        first, count = steps.first_step, len(steps.losses)
        known = store.metrics(run, first, first + count - 1)
        difference = _compare(known, MetricRange(first, steps.losses, steps.gradient_norms))
        if difference is not None:
            return difference
    return None


def _compare(known: MetricRange, made: MetricRange) -> Difference | None:
    for what, old, new in (
        ("loss", known.loss, made.loss),
        ("gradient norm", known.gradient_norm, made.gradient_norm),
    ):
        places = np.flatnonzero(old.view(np.uint32) != new[: len(old)].view(np.uint32))
        if places.size:
            place = int(places[0])
            return Difference(known.first_step + place, what, float(old[place]), float(new[place]))
    return None


def _compare_state(store: Store, run: str, trainer: Trainer) -> tuple[Difference | None, int]:
    """The first difference to the keyframe here, and how many were compared."""
    keyframe = store.keyframe_before(run, trainer.step)
    made = trainer.keyframe()
    if keyframe is None or keyframe.step != trainer.step or keyframe.data == made:
        return None, int(keyframe is not None and keyframe.step == trainer.step)
    if read_metadata(keyframe.data)["interventions"] != trainer.acted:
        return None, 0  # of the moment before an intervention at this step
    old, new = load_tensors(keyframe.data), load_tensors(made)
    for name in sorted(old.keys() & new.keys()):
        differs = np.flatnonzero(old[name].ravel() != new[name].ravel())
        if differs.size:
            place = np.unravel_index(int(differs[0]), old[name].shape)
            where = f"{name}[{', '.join(map(str, place))}]"
            values = float(old[name][place]), float(new[name][place])
            return Difference(trainer.step, where, *values), 1
    return None, 1
