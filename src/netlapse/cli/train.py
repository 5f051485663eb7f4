"""`netlapse train`: progress on standard error, the result on standard output."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

from netlapse.cli.show import console, count, duration, number, print_json, print_table
from netlapse.errors import DataError
from netlapse.protocol.messages import SplitMetrics
from netlapse.run import Progress, Run, start
from netlapse.session.waiting import OnProgress
from netlapse.spec.document import Spec

SHOWN = ("loss", "accuracy", "precision", "recall", "f1", "mae", "rmse", "r2")


def train_and_print(
    spec: Spec,
    *,
    steps: int | None,
    record: bool,
    as_json: bool,
    quiet: bool,
    test: bool = False,
    confirmed: bool = False,
) -> None:
    """Train to the end, or until Ctrl-C, and print the result.

    Args:
        spec: What to train.
        steps: Stop after so many updates.
        record: Whether to keep the run.
        as_json: Whether to print JSON for programs.
        quiet: Whether to show no progress.
        test: Whether to evaluate the test part at the end.
        confirmed: Whether it may take much memory.

    Raises:
        NetlapseError: The training could not start, or could not go on.
    """
    with start(spec, record=record, confirmed=confirmed) as run:
        try:
            with training_bar(quiet=quiet) as show:
                run.train(steps=steps, on_progress=show)
        except KeyboardInterrupt:
            _say(f"Stopped by Ctrl-C after {count(run.step, 'step')}; this is the result so far.")
        if run.note:
            _say(run.note)
        tested = _tested(run) if test else None
        if as_json:
            more = {"test": _split(tested) if tested else None} if test else {}
            print_json({**result(run, recorded=record), **more}, indent=None)
        else:
            _print(run, tested)
            if test and tested is None:
                _say("The data has no test part.")
        if record:
            run.vitals()  # what is still on its way is recorded, too


def result(run: Run, *, recorded: bool) -> dict[str, Any]:
    """What `--json` prints: plain data, null for what is not finite or does not exist."""
    metrics = run.metrics
    epoch = run.epoch
    return {
        "run": run.id if recorded else None,
        "steps": run.step,
        "epochs": int(epoch) if epoch == int(epoch) else epoch,
        "train": _split(metrics.train),
        "validation": _split(metrics.validation) if metrics.validation else None,
        "seconds": run.seconds,
        "steps_per_second": run.steps_per_second,
        "compile_seconds": run.compile_seconds,
        "parameters": run.parameters,
    }


def _split(metrics: SplitMetrics) -> dict[str, Any]:
    """A split's metrics; those of another task are left out, the loss stays."""
    given = metrics.to_dict()
    return {key: value for key, value in given.items() if value is not None or key == "loss"}


def _tested(run: Run) -> SplitMetrics | None:
    """Loss and metrics of the test part; none where the data has none."""
    try:
        return run.evaluate("test")
    except DataError:
        return None


def _print(run: Run, tested: SplitMetrics | None) -> None:
    metrics = run.metrics
    splits = {"training": metrics.train, "validation": metrics.validation, "test": tested}
    there = {name: split for name, split in splits.items() if split is not None}
    rows = [
        (name, *(number(getattr(split, name)) for split in there.values()))
        for name in SHOWN
        if getattr(metrics.train, name) is not None or name == "loss"
    ]
    print_table(("metric", *there), rows, numbers=range(1, 1 + len(there)))
    console().print(
        f"{count(run.step, 'step')}, {count(run.epoch, 'epoch')}, "
        f"{count(run.parameters, 'parameter')}; "
        f"{duration(run.seconds)} at {run.steps_per_second:,.0f} steps/s, "
        f"compiled in {duration(run.compile_seconds)}",
        soft_wrap=True,
    )


def _say(text: str) -> None:
    console(stderr=True).print(text, soft_wrap=True)


@contextlib.contextmanager
def training_bar(*, quiet: bool) -> Generator[OnProgress | None, None, None]:
    """A bar on standard error, fed by `Run.train`."""
    if quiet:
        yield None
        return
    from rich import progress as rich_progress

    columns = (
        rich_progress.TextColumn("epoch {task.fields[shown][epoch]}", markup=False),
        rich_progress.BarColumn(),
        rich_progress.TextColumn("loss {task.fields[shown][loss]}", markup=False),
        rich_progress.TextColumn("{task.fields[shown][speed]} steps/s", markup=False),
        rich_progress.TextColumn("{task.fields[shown][left]}", markup=False),
    )
    with rich_progress.Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task("", total=None, shown=_fields(None))

        def show(progress: Progress) -> None:
            bar.update(
                task, completed=progress.step, total=progress.target, shown=_fields(progress)
            )

        yield show


def _fields(progress: Progress | None) -> dict[str, str]:
    if progress is None:
        return dict.fromkeys(("epoch", "loss", "speed", "left"), "–")
    left = progress.seconds_left
    return {
        "epoch": f"{progress.epoch:.0f}/{progress.epochs}",
        "loss": number(progress.loss),
        "speed": f"{progress.steps_per_second:,.0f}",
        "left": "" if left is None else f"about {duration(left)} left",
    }
