"""`netlapse doctor`: what goes wrong in a recorded run, and what helps."""

from __future__ import annotations

from netlapse.cli.show import console, number, print_json
from netlapse.doctor import diagnose_run
from netlapse.protocol.diagnosis import Diagnosis, HealthFinding, Remedy
from netlapse.session.shared import shared_store


def diagnose_and_print(run: str, *, at: int | None, as_json: bool) -> None:
    """Print the diagnosis of a recorded run, at its last step or an earlier one.

    Raises:
        NotFoundError: There is no such run.
        StateError: The record does not reach so far.
    """
    diagnosis = diagnose_run(shared_store(record=True), run, at)
    if as_json:
        print_json(diagnosis.to_dict())
        return
    for line in _lines(diagnosis):
        console().print(line, soft_wrap=True)


def _lines(diagnosis: Diagnosis) -> list[str]:
    step = f"step {diagnosis.step:,}"
    if not diagnosis.findings:
        if not diagnosis.moments:
            return [f"Nothing is wrong at {step}, as far as losses say: the run has no vitals."]
        return [f"Nothing is wrong at {step}."]
    return [line for finding in diagnosis.findings for line in (*_finding(finding), "")][:-1]


def _finding(finding: HealthFinding) -> list[str]:
    where = f" in {finding.layer}" if finding.layer else ""
    numbers = [
        f"  {one.what}: {number(one.value)} at step {one.step:,}"
        + (f" (limit {number(one.limit)})" if one.limit is not None else "")
        for one in finding.evidence
    ]
    return [
        f"{finding.severity}: {finding.title}{where}, since step {finding.since:,}",
        f"  {finding.explanation}",
        *numbers,
        *(f"  Try: {_remedy(one)}" for one in finding.remedies),
    ]


def _remedy(remedy: Remedy) -> str:
    if remedy.changes:
        changes = ", ".join(f"{one.path} = {one.value}" for one in remedy.changes)
        return f"{remedy.label}, now ({changes})."
    return f"{remedy.label}, in a new run."
