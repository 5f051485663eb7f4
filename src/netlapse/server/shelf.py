"""The library of runs as it travels, and what is taken off the shelf for good."""

from __future__ import annotations

import logging
import time
from collections import Counter

from netlapse.errors import NetlapseError
from netlapse.protocol.rest.library import RunEntry, RunPage, TagCount
from netlapse.record.contract import RunQuery, RunSummary, Store

log = logging.getLogger("netlapse.server")

KEPT_HIDDEN_S = 24 * 3600.0
"""How long a run that was deleted can be restored."""


def entry_of(summary: RunSummary) -> RunEntry:
    """One line of the list."""
    evaluation = summary.evaluation or {}
    part = next((name for name in ("validation", "train") if evaluation.get(name)), None)
    metrics = evaluation.get(part) or {} if part else {}
    return RunEntry.model_validate(
        {
            "id": summary.run,
            "name": summary.name,
            "state": summary.status.state,
            "step": summary.status.step,
            "epochs": summary.status.epoch,
            "created": summary.created,
            "bytes": summary.bytes_used,
            "origin": summary.origin and vars(summary.origin),
            "tags": summary.tags,
            "remark": summary.remark,
            "hidden": summary.hidden is not None,
            "part": part,
            "loss": metrics.get("loss"),
            "accuracy": metrics.get("accuracy"),
        }
    )


def entries(store: Store, query: RunQuery) -> list[RunEntry]:
    """The runs that fit. Reads the store; blocks."""
    return [entry_of(summary) for summary in store.runs(query)]


def page(store: Store, query: RunQuery) -> RunPage:
    """A page of the library. Reads the store; blocks."""
    return RunPage(
        total=store.count_runs(query),
        runs=tuple(entries(store, query)),
        bytes=store.bytes_used(),
    )


def tag_counts(store: Store) -> list[TagCount]:
    """All tags, the most used first. Reads the store; blocks."""
    counts = Counter(tag for summary in store.runs() for tag in summary.tags)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0].casefold()))
    return [TagCount(name=name, runs=runs) for name, runs in ordered]


def forget_hidden(store: Store) -> None:
    """Delete for good what was hidden more than a day ago; what cannot be deleted stays."""
    for summary in store.runs(RunQuery(hidden=True)):
        if summary.hidden is not None and summary.hidden < time.time() - KEPT_HIDDEN_S:
            try:
                store.delete(summary.run)
            except NetlapseError as error:
                log.warning("Run %s is not deleted: %s", summary.run, error)
