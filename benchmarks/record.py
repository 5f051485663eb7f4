"""The record, on SQLite and PostgreSQL: `python -m benchmarks.record [--json]`.

Ten million steps are appended as a session appends them, in pieces of some thousand, and synced as
they always are. Then that run is opened anew and its losses are asked for: all, and parts. Last,
the library holds ten thousand runs and is searched, filtered and sorted.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import insert

import netlapse as nl
from netlapse.record.contract import RunQuery, RunStatus
from netlapse.record.settings import RecordSettings
from netlapse.record.sql.library import NewRun, insert_run
from netlapse.record.sql.store import SqlStore
from netlapse.record.sql.tables import evaluations, tags
from netlapse.spec.document import Spec
from tests.record.postgres import NoPostgresError, postgres

STEPS = 10_000_000
PIECE = 8_192
"""Steps that are appended at a time."""
RUNS = 10_000
ROUNDS = 7
WORDS = ("spiral", "moons", "wide", "deep", "narrow", "digits", "thesis", "final", "tanh", "relu")
QUERIES = {
    "one word": RunQuery(search="thesis", limit=50),
    "three words": RunQuery(search="deep tanh 77", limit=50),
    "nothing found": RunQuery(search="unheard-of", limit=50),
    "a tag, by accuracy": RunQuery(tags=("wide",), sort="accuracy", limit=50),
    "two states, by name, page 50": RunQuery(
        states=("paused", "diverged"), sort="name", limit=50, offset=2450
    ),
    "all, by size": RunQuery(sort="size", limit=50),
}


@dataclass(frozen=True)
class Line:
    """One measured value."""

    measure: str
    value: float
    unit: str
    spread: tuple[float, float]
    asked: str

    def __str__(self) -> str:
        low, high = self.spread
        spread = f" ({low:,.1f} to {high:,.1f})" if low != high else ""
        return f"{self.measure}: {self.value:,.1f} {self.unit}{spread}; asked: {self.asked}"


def main() -> None:
    """Measure on both databases, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    arguments = parser.parse_args()
    lines: list[Line] = []
    for name, url in _databases():
        with tempfile.TemporaryDirectory() as folder:
            for line in measure(name, Path(folder), RecordSettings(url=url)):
                lines.append(line)
                print(line, file=sys.stderr if arguments.json else sys.stdout, flush=True)
    if arguments.json:
        print(json.dumps([asdict(line) for line in lines]))


def measure(name: str, folder: Path, settings: RecordSettings) -> Iterator[Line]:
    """All that is measured on one database."""
    with _store(folder, settings) as store:
        rates = [append(store, STEPS // 10) for _ in range(ROUNDS)]
        asked = "at least 1,000,000"
        yield _line(f"{name}: metric points appended", rates, "points/s", asked)
        run = store.create(nl.presets.spiral())
        append_to(store, run, STEPS)
        store.release(run)
    for what, last in (("all of it", None), ("a tenth of it", 6_000_000), ("a screen", 5_100_000)):

        def look(last: int | None = last) -> None:
            with _store(folder, settings) as store:
                store.spec(run), store.summary(run), store.interventions(run)
                store.loss_columns(run, 1 if last is None else 5_000_001, last)

        yield _line(f"{name}: open {STEPS:,} points, {what}", _times(look), "ms", "at most 300")

    def write() -> None:
        with _store(folder, settings) as store:
            store.acquire(run)
            store.loss_columns(run)

    what = f"{name}: open {STEPS:,} points to train on"
    yield _line(what, _times(write), "ms", "at most 300")
    with _store(folder, settings) as store:
        fill(store, RUNS)
        for what, query in QUERIES.items():
            times = _times(lambda query=query: (store.runs(query), store.count_runs(query)))
            yield _line(f"{name}: {RUNS:,} runs, {what}", times, "ms", "under 100")


def append(store: SqlStore, steps: int) -> float:
    """Points a second, until the last one is promised."""
    run = store.create(nl.presets.spiral())
    began = time.perf_counter()
    append_to(store, run, steps)
    taken = time.perf_counter() - began
    store.delete(run)
    return steps / taken


def append_to(store: SqlStore, run: str, steps: int) -> None:
    """A point is a step: its loss and its gradient norm."""
    values = np.random.default_rng(0).random(PIECE, np.float32)
    for first in range(1, steps + 1, PIECE):
        part = values[: steps + 1 - first]
        store.append_metrics(run, first, part, part)
    store.flush(run)


def fill(store: SqlStore, count: int) -> None:
    """Runs with names, tags and an evaluation, as a year of trying leaves them."""
    chance = random.Random(0)
    spec = nl.presets.spiral()
    document = spec.to_json()
    scores: list[dict[str, object]] = []
    tagged: list[dict[str, object]] = []
    with store._database.write() as connection:
        for number in range(count):
            run = f"{number:016x}"
            name = " ".join([*chance.sample(WORDS, 3), str(chance.randrange(1000))])
            status = RunStatus(chance.choice(("paused", "finished", "diverged")), number)
            insert_run(connection, NewRun(run, name, document, status, float(number)))
            tagged += [{"run": run, "tag": tag} for tag in chance.sample(WORDS, 2)]
            scores.append({"run": run, "number": 0, "step": 0, "data": _evaluation(chance, spec)})
        connection.execute(insert(tags), tagged)
        connection.execute(insert(evaluations), scores)
        connection.exec_driver_sql(
            "UPDATE runs SET evaluations = 1, loss = 1.0 / (1 + created), accuracy = step / 10000.0"
        )


def _evaluation(chance: random.Random, spec: Spec) -> str:
    part = {"samples": 200, "loss": chance.random(), "accuracy": chance.random()}
    confusion = [[chance.randrange(100) for _ in range(10)] for _ in range(10)]
    return json.dumps({"step": 0, "name": spec.name, "train": part | {"confusion": confusion}})


@contextmanager
def _store(folder: Path, settings: RecordSettings) -> Iterator[SqlStore]:
    store = SqlStore(folder, settings)
    try:
        yield store
    finally:
        store.close()


def _times(act: Callable[[], object]) -> list[float]:
    """Milliseconds, after a first time that is not counted."""
    act()
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - began))
    return times


def _line(measure: str, values: list[float], unit: str, asked: str) -> Line:
    return Line(measure, statistics.median(values), unit, (min(values), max(values)), asked)


def _databases() -> Iterator[tuple[str, str]]:
    yield "SQLite", ""
    try:
        with postgres(is_durable=True) as server:
            yield "PostgreSQL", server.url()
    except NoPostgresError as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
