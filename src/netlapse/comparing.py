"""Comparing runs: `compare`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import NotFoundError, SpecError
from netlapse.protocol.comparison import (
    ComparedRun,
    Comparison,
    EvaluationCurve,
    LossCurve,
    MetricRow,
    Numbers,
    SpecChange,
)
from netlapse.protocol.rest.library import RunOrigin, RunVersion
from netlapse.record.contract import EvaluationData, LossColumns, RunSummary, Store
from netlapse.spec.base import parse
from netlapse.spec.changes import intervene
from netlapse.spec.differences import differences, intervention_words
from netlapse.spec.document import Spec

if TYPE_CHECKING:
    from netlapse.run import Run

LEAST, MOST = 2, 6
MOST_EDITED = 50
"""Runs of a history, each edited into the next."""
MOST_COLUMNS = 512
"""Of each loss curve."""

_METRICS: tuple[tuple[str, str, Literal["low", "high"]], ...] = (
    ("loss", "loss", "low"),
    ("accuracy", "accuracy", "high"),
    ("precision", "precision", "high"),
    ("recall", "recall", "high"),
    ("f1", "F1", "high"),
    ("mae", "mean absolute error", "low"),
    ("rmse", "root mean squared error", "low"),
    ("r2", "R²", "high"),
)
_PARTS: tuple[Literal["validation", "train"], ...] = ("validation", "train")


def compare(*runs: str | Run) -> Comparison:
    """Two to six runs beside each other: what differs in words, final metrics, loss curves.

    Args:
        runs: Runs, or the ids of recorded ones. Specs are compared with that of the first.

    Raises:
        SpecError: There are fewer than two runs or more than six, or one is given twice.
        NotFoundError: There is no such run.

    >>> import netlapse as nl
    >>> from netlapse.spec.changes import set_value
    >>> slow = set_value(nl.presets.xor(), "training.optimizer.learning_rate", 0.001)
    >>> with nl.train(nl.presets.xor(), epochs=5, record=False) as one:
    ...     with nl.train(slow, epochs=5, record=False) as other:
    ...         comparison = nl.compare(one, other)
    >>> comparison.runs[1].differences
    ('learning rate 0.02 → 0.001',)
    >>> comparison.metrics[0].title, comparison.metrics[0].best
    ('loss', (0,))
    """
    from netlapse.session.shared import shared_store

    sources: list[tuple[Store, str]] = []
    for run in runs:
        if isinstance(run, str):
            sources.append((shared_store(record=True), run))
        else:
            session = cast("Any", run)._session
            session.store.flush(run.id)
            sources.append((session.store, run.id))
    return comparison_of(sources)


def comparison_of(sources: Sequence[tuple[Store, str]]) -> Comparison:
    """As `compare`, of runs and the stores that keep them.

    Raises:
        SpecError: There are fewer than two runs or more than six, or one is given twice.
        NotFoundError: There is no such run.
    """
    if not LEAST <= len(sources) <= MOST:
        raise SpecError(f"{LEAST} to {MOST} runs can be compared, got {len(sources)}.")
    if len({run for _, run in sources}) < len(sources):
        raise SpecError("A run cannot be compared with itself.", remedy="Name each run once.")
    first = sources[0][0].spec(sources[0][1])
    histories = [_History.of(store, run) for store, run in sources]
    return Comparison(
        runs=tuple(history.compared(first) for history in histories),
        metrics=tuple(_rows([history.newest for history in histories])),
        cautions=tuple(_cautions([history.spec for history in histories])),
    )


def history_of(store: Store, run: str) -> tuple[RunVersion, ...]:
    """The specs of a run and of those that were edited into it, the earliest first, with the
    differences in words. Where one of them is gone, the history begins after it.

    Raises:
        NotFoundError: There is no such run.
    """
    versions = versions_of(store, run)
    seen = {run}
    while (origin := store.summary(versions[0].run).origin) is not None:
        if origin.step is not None or origin.run in seen or len(seen) == MOST_EDITED:
            break
        seen.add(origin.run)
        try:
            before = versions_of(store, origin.run)
        except NotFoundError:
            break
        first = versions[0]
        words = differences(before[-1].spec, first.spec)
        versions = (*before, first.model_copy(update={"changes": words}), *versions[1:])
    return versions


def versions_of(store: Store, run: str) -> tuple[RunVersion, ...]:
    """The specs of a run as it was changed during its training, with the differences in words.

    Raises:
        NotFoundError: There is no such run.
    """
    spec = store.spec(run)
    versions = [RunVersion(run=run, step=0, changes=(), spec=spec)]
    for intervention in store.interventions(run):
        words = intervention_words(intervention, spec)
        with suppress(SpecError):  # an old record, read by a newer netlapse
            spec = intervene(spec, intervention.changes)
        versions.append(RunVersion(run=run, step=intervention.step, changes=words, spec=spec))
    return tuple(versions)


@dataclass(frozen=True)
class _History:
    """What the record of a run says."""

    summary: RunSummary
    spec: Spec
    """At step 0."""
    versions: tuple[RunVersion, ...]
    evaluations: tuple[EvaluationData, ...]
    columns: LossColumns
    clock: tuple[tuple[int, float], ...]
    """Seconds of training at some steps."""

    @classmethod
    def of(cls, store: Store, run: str) -> _History:
        return cls(
            store.summary(run),
            store.spec(run),
            versions_of(store, run),
            store.evaluations(run),
            store.loss_columns(run),
            tuple((entry.step, entry.seconds) for entry in store.keyframes(run)),
        )

    @property
    def newest(self) -> Mapping[str, Any]:
        return self.evaluations[-1] if self.evaluations else {}

    def compared(self, first: Spec) -> ComparedRun:
        summary, status = self.summary, self.summary.status
        origin = summary.origin and RunOrigin(run=summary.origin.run, step=summary.origin.step)
        changes = [
            SpecChange(step=version.step, changes=version.changes)
            for version in self.versions[1:]
            if version.changes
        ]
        return parse(
            ComparedRun,
            {
                "id": summary.run,
                "name": summary.name,
                "state": status.state,
                "step": status.step,
                "epochs": status.epoch,
                "seconds": self._seconds(np.array([status.step]))[0],
                "created": summary.created,
                "bytes": summary.bytes_used,
                "origin": origin,
                "tags": summary.tags,
                "differences": differences(first, self.spec),
                "changes": tuple(changes),
                "losses": self._losses(),
                "evaluations": self._evaluated(),
            },
        )

    def _losses(self) -> LossCurve:
        low, high, width = halved(self.columns)
        ends = self.columns.first_step - 1 + width * np.arange(1, len(low) + 1)
        steps = np.minimum(ends, self.columns.first_step - 1 + self.columns.steps)
        return LossCurve(
            steps=tuple(steps.tolist()),
            epochs=self._epochs(steps),
            seconds=self._seconds(steps),
            low=_finite(low),
            high=_finite(high),
        )

    def _evaluated(self) -> EvaluationCurve:
        steps = np.array([entry["step"] for entry in self.evaluations], np.int64)
        return EvaluationCurve(
            steps=tuple(steps.tolist()),
            epochs=self._epochs(steps),
            seconds=self._seconds(steps),
            train_loss=self._loss("train"),
            validation_loss=self._loss("validation"),
        )

    def _loss(self, part: str) -> Numbers:
        return tuple((entry.get(part) or {}).get("loss") for entry in self.evaluations)

    def _epochs(self, steps: NDArray[np.int64]) -> Numbers:
        """Evaluations say which epoch a step is of; a batch size may change between them."""
        status = self.summary.status
        known = [(entry["step"], entry["epoch"]) for entry in self.evaluations]
        return _between(steps, [*known, (status.step, status.epoch)])

    def _seconds(self, steps: NDArray[np.int64]) -> Numbers:
        """Keyframes say how long the training took to them."""
        if not any(seconds > 0 for _, seconds in self.clock):
            return (None,) * len(steps)
        return _between(steps, self.clock)


def halved(columns: LossColumns) -> tuple[NDArray[np.float32], NDArray[np.float32], int]:
    """Columns joined until they are few enough, each exact for what it spans; and their width."""
    low, high, width = columns.low, columns.high, columns.steps_per_column
    while len(low) > MOST_COLUMNS:
        pairs = np.arange(0, len(low), 2)
        low, high = np.fmin.reduceat(low, pairs), np.fmax.reduceat(high, pairs)
        width *= 2
    return low, high, width


def _between(steps: NDArray[np.int64], known: Sequence[tuple[int, float]]) -> Numbers:
    """A quantity that grows with the steps, 0 at step 0 and known at some; straight in between.

    Beyond the last it goes on as it did on average.
    """
    points = {0: 0.0, **{step: value for step, value in known if step > 0}}
    if len(points) == 1:
        return tuple(0.0 if step == 0 else None for step in steps.tolist())
    places = sorted(points)
    end = places[-1]
    values = np.interp(steps, places, [points[place] for place in places])
    values = np.where(steps > end, steps * (points[end] / end), values)
    return tuple(float(f"{value:.7g}") for value in values.tolist())


def _finite(values: NDArray[np.float32]) -> Numbers:
    return tuple(float(f"{v:.7g}") if np.isfinite(v) else None for v in values.tolist())


def _rows(evaluations: Sequence[Mapping[str, Any]]) -> Iterator[MetricRow]:
    for part in _PARTS:
        for metric, title, better in _METRICS:
            values = tuple((entry.get(part) or {}).get(metric) for entry in evaluations)
            if any(value is not None for value in values):
                yield MetricRow(
                    part=part,
                    metric=metric,
                    title=title,
                    better=better,
                    values=values,
                    best=best_of(values, better),
                )


def best_of(values: Numbers, better: Literal["low", "high"]) -> tuple[int, ...]:
    """The places of the best value; none where all are alike, or only one is known.

    >>> best_of((0.5, None, 0.25, 0.25), "low"), best_of((1.0, 1.0), "high")
    ((2, 3), ())
    """
    known = [value for value in values if value is not None]
    if len(set(known)) < 2:
        return ()
    best = min(known) if better == "low" else max(known)
    return tuple(index for index, value in enumerate(values) if value == best)


def _cautions(specs: Sequence[Spec]) -> Iterator[str]:
    if any(spec.data != specs[0].data for spec in specs):
        yield "The runs learn from different data: their metrics are not of the same samples."
    if any(spec.training.loss != specs[0].training.loss for spec in specs):
        yield "The runs make different losses small: these are not to be compared."
