"""Accuracy of the templates on MNIST: `python -m benchmarks.accuracy [--only NAME] [--json]`.

Each template is trained as it is, with three seeds; the last weights are evaluated once on the test
part. What is done is kept in a file, so that a call that was stopped goes on where it was; a
template that has changed since is trained anew. Hyperparameters are chosen with `--validation`,
which never reads the test part.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import netlapse as nl
from benchmarks.images import FOLDER_VARIABLE, mnist_folder
from netlapse.folders import HOME_VARIABLE
from netlapse.spec.document import Spec
from netlapse.spec.presets import PRESETS

SEEDS = (0, 1, 2)
PROMISED = {
    "two-layer": (0.945, None),
    "beginner": (0.985, None),
    "intermediate": (0.991, None),
    "advanced": (0.994, 0.993),
}
"""Template → least mean and least minimum of the test accuracy."""


@dataclass(frozen=True)
class Trained:
    """One training."""

    template: str
    seed: int
    part: str
    """Which part the accuracy is of: `test` or `validation`."""
    spec: str
    """Hash of what was trained."""
    accuracy: float
    seconds: float
    """Of the training, without compilation."""
    epochs: int


def main() -> None:
    """Train what is missing, and print all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--only", choices=PROMISED, help="one template")
    parser.add_argument("--results", type=Path, default=Path("accuracy.jsonl"), help="what is done")
    parser.add_argument("--validation", action="store_true", help="the validation part instead")
    arguments = parser.parse_args()
    mnist = mnist_folder()
    if mnist is None:
        sys.exit(f"MNIST is not here; name its folder in {FOLDER_VARIABLE}.")
    part = "validation" if arguments.validation else "test"
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {FOLDER_VARIABLE: os.fspath(mnist), HOME_VARIABLE: home}
        names = [arguments.only] if arguments.only else list(PROMISED)
        lines = [list(_trained(name, part, arguments.results)) for name in names]
    if arguments.json:
        print(json.dumps([asdict(one) for line in lines for one in line]))
    if part == "test" and not all(_holds(line) for line in lines):
        sys.exit("A promise is not kept.")


def _trained(name: str, part: str, results: Path) -> Iterator[Trained]:
    done: list[Trained] = []
    for seed in SEEDS:
        spec = PRESETS[name].spec.with_changes(seed=seed)
        one = _known(results, name, spec, part) or _train(name, spec, part)
        _keep(results, one)
        done.append(one)
        yield one
    accuracies = [one.accuracy for one in done]
    seconds = statistics.mean(one.seconds for one in done)
    promise = f"; promised {_promise(name)}" if part == "test" else ""
    print(
        f"{name}, {done[0].epochs} epochs: {part} accuracy {statistics.mean(accuracies):.2%} on "
        f"average, {min(accuracies):.2%} at least, of {len(SEEDS)} seeds, {seconds:.0f} s each"
        f"{promise}",
        file=sys.stderr,
        flush=True,
    )


def _promise(name: str) -> str:
    mean, least = PROMISED[name]
    return f"{mean:.1%}" + (f" and {least:.1%}" if least else "")


def _holds(line: list[Trained]) -> bool:
    mean, least = PROMISED[line[0].template]
    accuracies = [one.accuracy for one in line]
    return statistics.mean(accuracies) >= mean and min(accuracies) >= (least or 0)


def _train(name: str, spec: Spec, part: str) -> Trained:
    with nl.train(spec) as run:
        accuracy = run.evaluate(part).accuracy
        assert accuracy is not None
        return Trained(
            name, spec.seed, part, _hash(spec), accuracy, run.seconds, spec.training.epochs
        )


def _known(results: Path, name: str, spec: Spec, part: str) -> Trained | None:
    lines = results.read_text().splitlines() if results.exists() else []
    for one in (Trained(**json.loads(line)) for line in lines):
        if (one.template, one.seed, one.part, one.spec) == (name, spec.seed, part, _hash(spec)):
            return one
    return None


def _keep(results: Path, one: Trained) -> None:
    line = json.dumps(asdict(one)) + "\n"
    if not results.exists() or line not in results.read_text():
        with results.open("a") as file:
            file.write(line)


def _hash(spec: Spec) -> str:
    return hashlib.sha256(spec.to_json().encode()).hexdigest()[:16]


if __name__ == "__main__":
    main()
