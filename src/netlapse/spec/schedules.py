"""What a schedule makes of the learning rate.

All schedules are one formula with different numbers, so that changing one needs no new program.
With progress p (epochs done, with the fraction of the present one), held at the spec's last step:

    rate(p) = learning rate · warm(p) · factor^⌊p / every⌋ · fall(p)
    warm(p) = start + (1 - start)·p / warmup for p < warmup, else 1
    fall(p) = floor + (1 - floor)·(1 + cos(π·(p - warmup) / (epochs - warmup))) / 2

`step` and `exponential` equal PyTorch's StepLR and ExponentialLR called once an epoch; `cosine`
equals CosineAnnealingLR at whole epochs and moves between them.
"""

from __future__ import annotations

import math

from netlapse.spec.training import (
    ConstantSchedule,
    CosineSchedule,
    ExponentialSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmupSchedule,
)

NEVER = 1e9


def rate_factors(schedule: Schedule, epochs: int, steps_per_epoch: int) -> dict[str, float]:
    """The numbers of the formula, in a fixed order.

    Args:
        schedule: Which.
        epochs: The spec's epochs: the schedule's length.
        steps_per_epoch: Steps in one epoch; progress is held at the last step.
    """
    factors = {
        "last": epochs - 1 / steps_per_epoch,
        "warmup": 0.0,
        "start": 1.0,
        "every": NEVER,
        "factor": 1.0,
        "floor": 1.0,
        "epochs": float(epochs),
    }
    match schedule:
        case ConstantSchedule() | PlateauSchedule():
            pass
        case StepSchedule(every=every, factor=factor):
            factors |= {"every": float(every), "factor": factor}
        case ExponentialSchedule(factor=factor):
            factors |= {"every": 1.0, "factor": factor}
        case CosineSchedule(floor=floor, warmup_epochs=warmup):
            warmup = min(warmup, epochs - 1 / steps_per_epoch)
            factors |= {"floor": floor, "warmup": warmup, "start": 0.0 if warmup else 1.0}
            if warmup:
                factors["start"] = 1 / (warmup * steps_per_epoch + 1)
        case WarmupSchedule(epochs=warmup, start=start):
            factors |= {"warmup": warmup, "start": start}
    return factors


def scheduled_rate(schedule: Schedule, epochs: int, steps_per_epoch: int, progress: float) -> float:
    """The factor on the learning rate at some progress: the formula in plain Python.

    >>> step = StepSchedule(kind="step", every=10, factor=0.5)
    >>> scheduled_rate(step, epochs=100, steps_per_epoch=20, progress=25.0)
    0.25
    """
    f = rate_factors(schedule, epochs, steps_per_epoch)
    p = min(progress, f["last"])
    warm = f["start"] + (1 - f["start"]) * p / f["warmup"] if p < f["warmup"] else 1.0
    share = (p - f["warmup"]) / max(f["epochs"] - f["warmup"], 1e-9)
    fall = f["floor"] + (1 - f["floor"]) * (1 + math.cos(math.pi * max(share, 0.0))) / 2
    return warm * f["factor"] ** math.floor(p / f["every"]) * fall
