"""Runs beside each other: what differs, what they reached, how their losses fell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from netlapse.protocol.messages import RunState, Step
from netlapse.protocol.rest.library import RunOrigin
from netlapse.spec.base import Document

Numbers = tuple[float | None, ...]


class SpecChange(Document):
    """What was changed during a training."""

    step: Step
    changes: tuple[str, ...]
    """In words."""


class LossCurve(Document):
    """The loss of all steps in columns, exact for the steps that each spans; lists of one length.

    A column lies at its last step.
    """

    steps: tuple[int, ...]
    epochs: Numbers
    """Epochs done, with the fraction of the present one."""
    seconds: Numbers
    """Seconds of training; null where they are not known."""
    low: Numbers
    """The least loss of a step of the column; null where it is not finite."""
    high: Numbers


class EvaluationCurve(Document):
    """What the evaluations of a run said; lists of one length."""

    steps: tuple[int, ...]
    epochs: Numbers
    seconds: Numbers
    train_loss: Numbers
    validation_loss: Numbers


class ComparedRun(Document):
    """One of the runs that are compared."""

    id: str
    name: str
    state: RunState
    step: Step
    epochs: float
    """Epochs done."""
    seconds: float | None
    """Seconds of training; null where they are not known."""
    created: float
    """Seconds since 1970-01-01, UTC."""
    bytes: int
    origin: RunOrigin | None
    """Null where it is no branch."""
    tags: tuple[str, ...]
    differences: tuple[str, ...]
    """What differs in its spec at step 0 from that of the first run, in words."""
    changes: tuple[SpecChange, ...]
    """What was changed during its training."""
    losses: LossCurve
    evaluations: EvaluationCurve


class MetricRow(Document):
    """One metric of one part, for all runs."""

    part: Literal["train", "validation"]
    metric: str
    title: str
    better: Literal["low", "high"]
    """Which of two values is the better one."""
    values: Numbers
    """Of the newest evaluation of each run, in the order of the runs."""
    best: tuple[int, ...]
    """Which runs have the best value; none where all are alike, or only one has a value."""


class Comparison(Document):
    """Two to six runs beside each other. Made by `netlapse.compare`."""

    runs: tuple[ComparedRun, ...]
    metrics: tuple[MetricRow, ...]
    """Only what at least one of the runs has."""
    cautions: tuple[str, ...]
    """Why numbers may not be compared: a sentence each."""

    def to_markdown(self) -> str:
        """The differences and the table of metrics as Markdown; the best values are bold."""
        lines = ["# Comparison", ""]
        lines += [f"> {text}" for text in self.cautions] + [""] * bool(self.cautions)
        head = ["metric", *(_escaped(title) for title in self.titles)]
        lines += [_row(head), _row(["---", *("---:" for _ in self.runs)])]
        lines += [_row([title, *cells]) for title, cells in self._facts()]
        for row in self.metrics:
            shown = [
                f"**{number(value)}**" if index in row.best else number(value)
                for index, value in enumerate(row.values)
            ]
            lines.append(_row([f"{row.part} {row.title}", *shown]))
        for title, run in zip(self.titles, self.runs, strict=True):
            lines += ["", f"## {_escaped(title)}", ""]
            lines += [f"- {_escaped(text)}" for text in self.words(run)]
        return "\n".join(lines) + "\n"

    def to_csv(self, what: Literal["metrics", "losses"] = "metrics") -> str:
        """The table of metrics, or the losses of all runs, as CSV.

        Numbers are exact. A text that a spreadsheet would take for a formula begins with `'`.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows(self._metric_rows() if what == "metrics" else self._loss_rows())
        return text.getvalue()

    @property
    def titles(self) -> tuple[str, ...]:
        """What the runs are called; with their ids where names are alike."""
        names = [run.name or "Untitled" for run in self.runs]
        return tuple(
            name if names.count(name) == 1 else f"{name} ({run.id[:8]})"
            for name, run in zip(names, self.runs, strict=True)
        )

    def words(self, run: ComparedRun) -> list[str]:
        """All that is to be said of how a run differs from the first."""
        texts = list(run.differences)
        if run.origin is not None:
            parents = {other.id: title for title, other in zip(self.titles, self.runs, strict=True)}
            parent = parents.get(run.origin.run, run.origin.run)
            step = run.origin.step
            came = (
                f"edited from {parent}" if step is None else f"branch of {parent} at step {step:,}"
            )
            texts.insert(0, came)
        texts += [f"at step {c.step:,}: {', '.join(c.changes)}" for c in run.changes]
        if not texts:
            texts = ["the first: others are compared with it"] if run == self.runs[0] else ["alike"]
        return texts

    def _facts(self) -> list[tuple[str, list[str]]]:
        return [
            ("steps", [f"{run.step:,}" for run in self.runs]),
            ("epochs", [number(run.epochs) for run in self.runs]),
            ("seconds", [number(run.seconds) for run in self.runs]),
        ]

    def _metric_rows(self) -> Iterable[Sequence[object]]:
        yield ["part", "metric", "better", *(safe_cell(title) for title in self.titles), "best"]
        yield ["", "steps", "", *(run.step for run in self.runs), ""]
        yield ["", "epochs", "", *(run.epochs for run in self.runs), ""]
        yield ["", "seconds", "", *(run.seconds for run in self.runs), ""]
        for row in self.metrics:
            best = "; ".join(safe_cell(self.titles[index]) for index in row.best)
            yield [row.part, row.metric, row.better, *row.values, best]

    def _loss_rows(self) -> Iterable[Sequence[object]]:
        yield ["run", "name", "step", "epoch", "seconds", "least_loss", "greatest_loss"]
        for run in self.runs:
            curve = run.losses
            for values in zip(
                curve.steps, curve.epochs, curve.seconds, curve.low, curve.high, strict=True
            ):
                yield [run.id, safe_cell(run.name), *values]


def number(value: float | None) -> str:
    """A number in four digits.

    >>> number(0.012344), number(None), number(12.0)
    ('0.01234', '–', '12')
    """
    return "–" if value is None else f"{value:.4g}"


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Spiral")
    ("'=1+1", 'Spiral')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """A text that is no Markdown."""
    for sign in "\\`*_|<>[]#":
        text = text.replace(sign, f"\\{sign}")
    return text
