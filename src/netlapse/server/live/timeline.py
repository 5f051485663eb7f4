"""The timeline of a run, built from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import SpecError
from netlapse.protocol.frames import encode, pack
from netlapse.protocol.messages import Flag, Timeline
from netlapse.record.contract import EvaluationData, Note, Store
from netlapse.server.live.labels import label_of
from netlapse.spec.changes import Intervention, intervene, reweights
from netlapse.spec.document import Spec

_NOTES = ("extended", "finished", "differs")


class TimelineBuilder:
    """Makes timelines of one run; remembers the labels of interventions, which never change."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._spec: Spec | None = None
        self._labels: list[Flag] = []
        self._reweighted: list[int] = []
        self.is_saved = True
        """Whether all that the newest timeline shows would survive a crash."""

    def frame(self) -> bytes:
        """The timeline as it stands in the record now. Reads the store; blocks.

        Raises:
            NotFoundError: The run was deleted.
        """
        store, run = self._store, self._run
        columns = store.loss_columns(run)
        arrays: dict[str, NDArray[Any]] = {"loss_low": columns.low, "loss_high": columns.high}
        arrays |= evaluation_arrays(store.evaluations(run))
        buffers, payload = pack(arrays)
        width = columns.steps_per_column
        flags = [
            *merged(self._flags(store.interventions(run)), width),
            *latest(_note_flags(store.notes(run)), width),
        ]
        saved = store.saved_step(run)
        self.is_saved = saved >= columns.steps
        message = Timeline(
            kind="timeline",
            run=run,
            steps=columns.steps,
            saved=saved,
            steps_per_column=columns.steps_per_column,
            columns=len(columns.low),
            flags=tuple(sorted(flags, key=lambda flag: flag.step)),
            vitals=store.newest_vitals(run),
            keyframes=_thinned([entry.step for entry in store.keyframes(run)], width),
            reweighted=tuple(self._reweighted),
            buffers=buffers,
        )
        return encode(message, payload)

    def _flags(self, interventions: Sequence[Intervention]) -> list[Flag]:
        if self._spec is None:
            self._spec = self._store.spec(self._run)
        for intervention in interventions[len(self._labels) :]:
            label = label_of(intervention, self._spec)
            self._labels.append(Flag(step=intervention.step, label=label))
            with suppress(SpecError):  # an old record, read by a newer netlapse
                before, self._spec = self._spec, intervene(self._spec, intervention.changes)
                if reweights(before, self._spec):
                    self._reweighted.append(intervention.step)
        return self._labels


def _note_flags(notes: Sequence[Note]) -> list[Flag]:
    # "differs" last, so that it is the one that is shown where several fall into one column.
    chosen = sorted((n for n in notes if n.kind in _NOTES), key=lambda n: n.kind == "differs")
    return [Flag(step=note.step, label=note.text or note.kind) for note in chosen]


def merged(flags: Sequence[Flag], steps_per_column: int) -> list[Flag]:
    """One flag for each column: the last, with a count where there are several.

    >>> [flag.label for flag in merged([Flag(step=s, label=f"rate {s}") for s in (1, 3, 9)], 5)]
    ['rate 3 (2 changes)', 'rate 9']
    """
    columns: dict[int, list[Flag]] = {}
    for flag in flags:
        columns.setdefault(flag.step // max(1, steps_per_column), []).append(flag)
    return [_merged(column) for column in columns.values()]


def latest(flags: Sequence[Flag], steps_per_column: int) -> list[Flag]:
    """One flag for each column: the last."""
    return list({flag.step // max(1, steps_per_column): flag for flag in flags}.values())


def _merged(column: Sequence[Flag]) -> Flag:
    last = column[-1]
    if len(column) == 1:
        return last
    return Flag(step=last.step, label=f"{last.label} ({len(column)} changes)")


def _thinned(steps: Sequence[int], steps_per_column: int) -> tuple[int, ...]:
    """One step for each column: the last."""
    return tuple({step // max(1, steps_per_column): step for step in steps}.values())


def evaluation_arrays(evaluations: Sequence[EvaluationData]) -> dict[str, NDArray[Any]]:
    """Steps, losses and scores (accuracy, or R²) of all evaluations; NaN where there is none."""
    arrays: dict[str, NDArray[Any]] = {
        "evaluation_step": np.array([float(e["step"]) for e in evaluations], np.float64)
    }
    for split in ("train", "validation"):
        parts = [e.get(split) or {} for e in evaluations]
        arrays[f"{split}_loss"] = _numbers([part.get("loss") for part in parts])
        arrays[f"{split}_score"] = _numbers([_score(part) for part in parts])
    return arrays


def _score(part: Mapping[str, Any]) -> float | None:
    accuracy = part.get("accuracy")
    return accuracy if accuracy is not None else part.get("r2")


def _numbers(values: Sequence[float | None]) -> NDArray[np.float32]:
    # A loss too large for float32 is infinite there, which is what a curve can show of it.
    with np.errstate(over="ignore"):
        return np.array([np.nan if v is None else v for v in values], np.float32)
