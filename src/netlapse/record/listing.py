"""Which runs fit a query, and in which order: for stores that hold their summaries in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netlapse.record.contract import EvaluationData, RunQuery, RunSummary


def chosen(summaries: Iterable[RunSummary], query: RunQuery) -> list[RunSummary]:
    """The page of runs that a query asks for."""
    found = fitting(summaries, query)
    found.sort(key=lambda summary: summary.created, reverse=True)
    if query.sort != "created" or query.ascending:
        known = [entry for entry in found if sort_value(entry, query) is not None]
        missing = [entry for entry in found if sort_value(entry, query) is None]
        known.sort(key=lambda entry: sort_value(entry, query), reverse=not query.ascending)
        found = known + missing
    end = None if query.limit is None else query.offset + query.limit
    return found[query.offset : end]


def fitting(summaries: Iterable[RunSummary], query: RunQuery) -> list[RunSummary]:
    """All runs that a query asks for."""
    return [summary for summary in summaries if _fits(summary, query)]


def sort_value(summary: RunSummary, query: RunQuery) -> Any:
    """What a run is sorted by; None where it has no such value."""
    match query.sort:
        case "created":
            return summary.created
        case "name":
            return summary.name.casefold()
        case "step":
            return summary.status.step
        case "size":
            return summary.bytes_used
        case "loss" | "accuracy":
            return score_of(summary.evaluation, query.sort)


def score_of(evaluation: EvaluationData | None, name: str) -> float | None:
    """Loss or accuracy of the validation part, of the training part where there is no other."""
    if evaluation is None:
        return None
    part = evaluation.get("validation") or evaluation.get("train") or {}
    return part.get(name)


def _fits(summary: RunSummary, query: RunQuery) -> bool:
    text = " ".join((summary.name, *summary.tags, summary.remark, summary.run)).casefold()
    return (
        (summary.hidden is not None) == query.hidden
        and all(word in text for word in query.search.casefold().split())
        and (not query.states or summary.status.state in query.states)
        and set(query.tags) <= set(summary.tags)
    )
