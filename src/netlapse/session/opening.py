"""How a recorded run is opened: from its newest keyframe, re-run to the last recorded step."""

from __future__ import annotations

from dataclasses import dataclass

from netlapse.protocol.messages import Extension, Open
from netlapse.record.contract import Store

MOST_COMPARED = 20_000_000
"""Recorded losses that are sent along to compare with: 80 MB."""


@dataclass(frozen=True)
class Opening:
    """The command and its payload: keyframe, then recorded losses as float32."""

    command: Open
    payload: bytes


def opening(store: Store, run: str, tables: str, *, confirmed: bool) -> Opening:
    """What to tell a worker so that it stands where the record ends."""
    keyframe = store.newest_keyframe(run)
    recorded = store.recorded_step(run)
    start = keyframe.step if keyframe else 0
    # A state ahead of its steps would leave a hole in the record.
    assert start <= recorded, "a keyframe is never kept without its steps"
    last = min(recorded, start + MOST_COMPARED)
    losses = store.metrics(run, start + 1, last).loss
    command = Open(
        kind="open",
        command=0,
        run=run,
        spec=store.spec(run).to_dict(),
        interventions=store.interventions(run),
        extensions=_extensions(store, run),
        tables=tables,
        keyframe=keyframe is not None,
        replay_to=recorded,
        losses=len(losses),
        confirmed=confirmed,
    )
    state = keyframe.data if keyframe else b""
    return Opening(command, state + losses.astype("<f4").tobytes())


def _extensions(store: Store, run: str) -> tuple[Extension, ...]:
    return tuple(
        Extension(step=note.step, epochs=int(note.values["epochs"]))
        for note in store.notes(run)
        if note.kind == "extended"
    )
