"""The diagnosis of a recorded run."""

from __future__ import annotations

from functools import lru_cache

from netlapse.doctor.history import Diverged, History
from netlapse.doctor.rules import diagnose
from netlapse.errors import StateError
from netlapse.protocol.diagnosis import Diagnosis
from netlapse.protocol.messages import Evaluation
from netlapse.protocol.vitals import Vitals
from netlapse.record.contract import Store, VitalsEntry
from netlapse.record.packed import unpack_vitals
from netlapse.spec.changes import intervene, reweights

RECENT = 4096
"""So many updates are looked at one by one."""


def diagnose_run(store: Store, run: str, at: int | None = None) -> Diagnosis:
    """What goes wrong in a run, by its record up to a step.

    Args:
        store: Where it is recorded.
        run: Its id.
        at: The step; none for the last one.

    Raises:
        NotFoundError: There is no such run.
        StateError: The record does not reach so far.
    """
    history = history_of(store, run, at)
    return Diagnosis(
        run=run,
        step=history.step,
        moments=len(history.vitals),
        findings=diagnose(history),
    )


def history_of(store: Store, run: str, at: int | None = None) -> History:
    """The record of a run up to a step; raises as `diagnose_run`."""
    recorded = store.recorded_step(run)
    step = recorded if at is None else at
    if step > recorded:
        raise StateError(
            f"The record ends at step {recorded:,}, before step {step:,}.", place=f"run {run}"
        )
    spec, changed, reweighted = store.spec(run), 0, None
    for one in store.interventions(run):
        if one.step <= step:
            before, spec, changed = spec, intervene(spec, one.changes), one.step
            reweighted = one.step if reweights(before, spec) else reweighted
    stopped = [n for n in store.notes(run) if n.kind == "diverged" and n.step == step]
    stands = stopped and step == recorded
    return History(
        spec=spec,
        step=step,
        vitals=[_vitals(one) for one in store.vitals(run, 0, step)],
        evaluations=[
            Evaluation.model_validate(one) for one in store.evaluations(run) if one["step"] <= step
        ],
        gradient_norms=store.metrics(run, max(1, step - RECENT + 1), step).gradient_norm,
        changed=changed,
        reweighted=reweighted,
        diverged=Diverged(step, stopped[-1].text) if stands else None,
    )


@lru_cache(maxsize=1024)
def _vitals(entry: VitalsEntry) -> Vitals:
    """Vitals of the record, which are asked for again and again while a run trains; without what no
    rule looks at."""
    vitals = unpack_vitals(entry)
    for layer in vitals["layers"]:
        for summary in layer["summaries"]:
            summary["counts"] = ()
    return Vitals.model_validate({**vitals, "parameters": ()})
