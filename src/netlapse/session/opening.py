"""How a recorded run is opened, or a past step is looked at: from a keyframe, re-run from there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlapse.protocol.messages import Extension, Open, Recall
from netlapse.record.contract import Store
from netlapse.session.kin import Kin, kin_of

MOST_COMPARED = 20_000_000
"""Recorded losses that are sent along to compare with: 80 MB."""


@dataclass(frozen=True)
class Opening:
    """The command and its payload: keyframe, then recorded losses as float32."""

    command: Open
    payload: bytes
    kin: Kin


def opening(store: Store, run: str, tables: str, *, confirmed: bool) -> Opening:
    """What to tell a worker so that it stands where the record ends."""
    keyframe = store.newest_keyframe(run)
    recorded = store.recorded_step(run)
    start = keyframe.step if keyframe else 0
    # A state ahead of its steps would leave a hole in the record.
    assert start <= recorded, "a keyframe is never kept without its steps"
    last = min(recorded, start + MOST_COMPARED)
    losses = store.metrics(run, start + 1, last).loss
    spec = store.spec(run)
    command = Open(
        kind="open",
        command=0,
        run=run,
        spec=spec.to_dict(),
        interventions=store.interventions(run),
        extensions=extensions(store, run),
        tables=tables,
        keyframe=keyframe is not None,
        replay_to=recorded,
        losses=len(losses),
        confirmed=confirmed,
        seconds=keyframe.seconds if keyframe else 0.0,
    )
    state = keyframe.data if keyframe else b""
    return Opening(command, state + losses.astype("<f4").tobytes(), kin_of(spec))


def recall(store: Store, run: str, at: int, *, nearest: bool) -> tuple[Recall, bytes]:
    """What to tell a worker so that it can show a past step, and the payload."""
    keyframe = store.keyframe_before(run, at)
    start = keyframe.step if keyframe else 0
    losses = np.empty(0, np.float32)
    if not nearest and at > start:
        losses = store.metrics(run, start + 1, min(at, start + MOST_COMPARED)).loss
    command = Recall(
        kind="recall",
        at=at,
        nearest=nearest,
        interventions=tuple(one for one in store.interventions(run) if one.step <= at),
        extensions=extensions(store, run),
        keyframe=keyframe is not None,
        losses=len(losses),
    )
    return command, (keyframe.data if keyframe else b"") + losses.astype("<f4").tobytes()


def extensions(store: Store, run: str) -> tuple[Extension, ...]:
    """All recorded extensions of a run."""
    return tuple(
        Extension(step=note.step, epochs=int(note.values["epochs"]))
        for note in store.notes(run)
        if note.kind == "extended"
    )
