"""`netlapse runs`: the library on the command line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from netlapse.cli.show import number, print_json, print_table
from netlapse.protocol.rest.library import RunEntry
from netlapse.record.contract import RunQuery, RunSummary
from netlapse.server.shelf import entry_of
from netlapse.session.shared import shared_store

SHOWN = 20
"""Lines of the table, unless another number is asked for."""


def list_runs(query: RunQuery, *, as_json: bool) -> None:
    """Print the runs that fit, the newest first unless the query says otherwise."""
    store = shared_store(record=True)
    found = [entry_of(summary) for summary in store.runs(query)]
    if as_json:
        print_json([entry.to_dict() for entry in found])
        return
    if not found:
        print("There are no such runs." if query != RunQuery(limit=query.limit) else _EMPTY)
        return
    head = ["id", "name", "state", "step", "loss", "accuracy", "size", "age"]
    rows = [[*_cells(entry)] for entry in found]
    if any(entry.tags for entry in found):
        head.append("tags")
        for entry, row in zip(found, rows, strict=True):
            row.append(", ".join(entry.tags))
    print_table(head, rows, numbers=(3, 4, 5, 6, 7), whole=(0, 2, 3, 4, 5, 6, 7))
    more = store.count_runs(query) - len(found)
    if more > 0:
        print(f"{more:,} more; --limit says how many are shown.")


def _cells(entry: RunEntry) -> Iterator[str]:
    yield entry.id
    yield entry.name or "–"
    yield entry.state
    yield f"{entry.step:,}"
    yield number(entry.loss)
    yield number(entry.accuracy)
    yield size(entry.bytes)
    yield age(time.time() - entry.created)


def delete_runs(runs: Sequence[str], *, yes: bool) -> bool:
    """Delete runs for good, after a question unless `yes`; gives whether they were.

    Raises:
        NotFoundError: There is no such run; none is deleted then.
        StateError: Another program writes one of them.
    """
    store = shared_store(record=True)
    found = [store.summary(run) for run in runs]
    if not yes and not _agreed(found):
        print("Nothing is deleted.")
        return False
    for summary in found:
        store.delete(summary.run)
    print(f"Deleted {'1 run' if len(found) == 1 else f'{len(found)} runs'}.")
    return True


_EMPTY = "There are no runs yet. `netlapse train spiral` makes one."


def _agreed(runs: Sequence[RunSummary]) -> bool:
    for summary in runs:
        step, kept = f"{summary.status.step:,}", size(summary.bytes_used)
        print(f"{summary.run}  {summary.name or 'Untitled'}, step {step}, {kept}")
    try:
        answer = input("Delete for good? [y/N] ")
    except EOFError:  # nobody is there to answer
        print("Say --yes to delete without a question.", file=sys.stderr)
        return False
    return answer.strip().lower() in ("y", "yes")


def size(count: int) -> str:
    """Bytes in three digits.

    >>> size(999), size(1234), size(56_700_000)
    ('999 bytes', '1.23 KB', '56.7 MB')
    """
    value = float(count)
    for unit in ("bytes", "KB", "MB"):
        if value < 999.5:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} GB"


def age(seconds: float) -> str:
    """How long ago, in one unit.

    >>> age(5), age(150), age(7300), age(200_000)
    ('now', '2 min', '2 h', '2 d')
    """
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return "now"
