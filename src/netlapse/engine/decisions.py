"""Decisions at the end of an epoch: reduce the learning rate, stop early."""

from __future__ import annotations

from netlapse.engine.keyframes import Memory
from netlapse.spec.training import EarlyStopping, PlateauSchedule, Training


def decide(training: Training, memory: Memory, loss: float) -> str:
    """Update the memory after an epoch; gives the reason to stop, or nothing.

    Args:
        training: The present settings.
        memory: What was seen so far; changed in place.
        loss: Loss of the validation part, or of the training part where there is none.
    """
    if isinstance(training.schedule, PlateauSchedule):
        _reduce_on_plateau(training.schedule, memory, loss)
    if training.early_stopping is None:
        return ""
    return _stop_early(training.early_stopping, memory, loss)


def _reduce_on_plateau(schedule: PlateauSchedule, memory: Memory, loss: float) -> None:
    """PyTorch's ReduceLROnPlateau with mode "min", threshold mode "rel" and no cooldown."""
    if loss < memory.plateau_best * (1 - schedule.threshold):
        memory.plateau_best, memory.plateau_bad_epochs = loss, 0
    else:
        memory.plateau_bad_epochs += 1
    if memory.plateau_bad_epochs > schedule.patience:
        memory.plateau_scale *= schedule.factor
        memory.plateau_bad_epochs = 0


def _stop_early(stopping: EarlyStopping, memory: Memory, loss: float) -> str:
    if loss < memory.stopping_best - stopping.min_delta:
        memory.stopping_best, memory.stopping_bad_epochs = loss, 0
        return ""
    memory.stopping_bad_epochs += 1
    if memory.stopping_bad_epochs < stopping.patience:
        return ""
    bad = memory.stopping_bad_epochs
    epochs = "1 epoch" if bad == 1 else f"{bad} epochs"
    memory.stopping_bad_epochs = 0
    return f"Stopped early: the loss has not fallen below {memory.stopping_best:.4g} for {epochs}."
