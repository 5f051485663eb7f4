"""`netlapse replay`: a recorded run trained again, and compared bit for bit."""

from __future__ import annotations

from dataclasses import asdict

import typer

from netlapse.cli.show import console, count, print_json
from netlapse.replaying import Verdict, verify
from netlapse.session.shared import shared_store

DIFFERS = 1
"""Exit code where the re-run is not the record, and `--verify` was given."""


def replay_and_print(run: str, *, strict: bool, as_json: bool) -> None:
    """Train a run again and say whether every bit is the same.

    Raises:
        NetlapseError: There is no such run, or its data is gone.
    """
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("training again", total=None)
        verdict = verify(
            shared_store(record=True),
            run,
            lambda step, last: bar.update(task, completed=step, total=last),
        )
    if as_json:
        print_json({**asdict(verdict), "same": verdict.difference is None})
    else:
        console().print(_sentence(verdict), soft_wrap=True, markup=False, highlight=False)
    if strict and verdict.difference is not None:
        raise typer.Exit(DIFFERS)


def _sentence(verdict: Verdict) -> str:
    if verdict.difference is not None:
        return f"The first difference is at {verdict.difference}."
    return (
        f"Every bit is the same: loss and gradient norm of {count(verdict.steps, 'step')}, "
        f"and {count(verdict.keyframes, 'keyframe')}."
    )
