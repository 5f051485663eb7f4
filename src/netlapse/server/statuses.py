"""The status of a run that is not open in a worker."""

from __future__ import annotations

from netlapse.errors import NetlapseError
from netlapse.protocol.messages import ProblemPart, Status
from netlapse.record.contract import Store


def recorded_status(store: Store, run: str) -> Status:
    """Where a run stands by its record alone.

    Raises:
        NotFoundError: There is no such run.
    """
    kept = store.summary(run).status
    state = kept.state if kept.state not in ("opening", "compiling", "training") else "paused"
    return Status.model_validate(
        {
            "kind": "status",
            "run": run,
            "state": state,
            "step": kept.step,
            "epoch": kept.epoch,
            "epochs": kept.epochs,
            "steps_per_epoch": max(1, round(kept.step / kept.epoch)) if kept.epoch > 0 else 1,
            "steps_per_second": 0.0,
            "interventions": len(store.interventions(run)),
            "pace": None,
            "learning_rate": None,
            "problem": kept.problem and ProblemPart(**vars(kept.problem)),
            "note": kept.note,
        }
    )


def failed_status(before: Status, error: NetlapseError) -> Status:
    """The status of a run that cannot be opened now, with the reason."""
    problem = ProblemPart(**error.as_dict())
    return before.model_copy(update={"state": "failed", "problem": problem})
