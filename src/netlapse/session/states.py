"""What a session says of its run by itself: that it opens, failed to, or lost its worker."""

from __future__ import annotations

from netlapse.protocol.messages import Open, ProblemPart, Status

MOVING = ("opening", "compiling", "training")
"""States in which something is going on in the worker."""


def opening_status(command: Open, epochs: int) -> Status:
    """A run that a worker was told to open; `epochs` are those of its spec or its record."""
    return Status(
        kind="status",
        run=command.run,
        state="opening",
        step=command.replay_to,
        epoch=0.0,
        epochs=epochs,
        steps_per_epoch=1,
        steps_per_second=0.0,
        interventions=len(command.interventions),
        pace=None,
        learning_rate=None,
    )


def failed_status(before: Status, problem: ProblemPart) -> Status:
    """A run that cannot be trained."""
    return before.model_copy(update={"state": "failed", "problem": problem})


def died_status(before: Status, step: int, reason: str) -> Status:
    """A run whose worker died, at the last step that is recorded."""
    problem = ProblemPart(
        kind="WorkerError",
        message=reason,
        place=f"run {before.run}",
        remedy="Resume continues from the last step that is recorded.",
    )
    update = {"state": "worker-died", "step": step, "steps_per_second": 0.0, "problem": problem}
    return before.model_copy(update=update)
