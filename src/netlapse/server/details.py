"""All that is recorded of a run, as one document."""

from __future__ import annotations

from netlapse.protocol.messages import Evaluation, Status
from netlapse.protocol.rest.runs import RunDetails
from netlapse.record.contract import Store
from netlapse.spec.changes import intervene


def details_of(store: Store, run: str, status: Status) -> RunDetails:
    """All that is recorded of a run beside its metrics."""
    initial = store.spec(run)
    interventions = store.interventions(run)
    spec = initial
    for intervention in interventions:
        spec = intervene(spec, intervention.changes)
    return RunDetails(
        id=run,
        spec=spec,
        initial_spec=initial,
        interventions=interventions,
        status=status,
        evaluations=tuple(Evaluation.model_validate(e) for e in store.evaluations(run)),
    )
