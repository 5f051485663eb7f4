"""Rules about how well it learns: over-fitting, under-fitting, a plateau."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from netlapse.doctor import remedies
from netlapse.doctor.history import History, evidence
from netlapse.doctor.rule import Rule, Sign
from netlapse.protocol.diagnosis import Remedy
from netlapse.protocol.messages import Evaluation

RISE = 0.25
"""Of the first validation loss."""
GAP = 2.0
OVER_EVALUATIONS = 6
FLAT = 0.99
FLAT_SHARE = 0.4
FEWEST_STEPS, FEWEST_EPOCHS = 500, 20
POOR_SCORE = 0.5
"""Of what lies between a guess and perfection."""
HIGH_LOSS = 0.7


def _over(history: History) -> Iterator[Sign]:
    compared = history.comparable(history.evaluations)
    known = [one for one in compared if _losses(one) is not None]
    if len(known) < 2 * OVER_EVALUATIONS or history.epoch < FEWEST_EPOCHS / 2:
        return
    first = _losses(known[0])
    best = min(known, key=lambda one: (_losses(one) or (0, math.inf))[1])
    at_best, at_start = _losses(best), first
    assert at_best is not None and at_start is not None

    def holds(one: Evaluation) -> bool:
        found = _losses(one)
        return (
            found is not None
            and one.step > best.step
            and found[1] >= at_best[1] + RISE * at_start[1]
            and found[1] >= GAP * found[0]
            and found[0] < at_best[0]
        )

    lasting = history.lasting(known, holds)
    if len(lasting) < OVER_EVALUATIONS:
        return
    newest = lasting[-1]
    train, validation = _losses(newest) or (math.nan, math.nan)
    yield Sign(
        since=lasting[0].step,
        evidence=[
            evidence("validation loss", validation, newest.step, at_best[1] + RISE * at_start[1]),
            evidence("best validation loss", at_best[1], best.step),
            evidence("training loss", train, newest.step),
        ],
        explanation=f"Since step {best.step:,} the validation loss has risen from "
        f"{at_best[1]:.3g} to {validation:.3g}, while the training loss fell to {train:.3g}. The "
        "network learns its training samples by heart, and new ones suffer from it.",
        remedies=[
            remedies.more_l2(history),
            *remedies.more_dropout(history),
            *_stopping(history),
        ],
    )


def _stopping(history: History) -> list[Remedy]:
    if history.spec.training.early_stopping is not None:
        return []
    path = "/training/early_stopping"
    return [
        remedies.fix(
            "Stop when the validation loss no longer falls", ("replace", path, {"patience": 20})
        )
    ]


def _under(history: History) -> Iterator[Sign]:
    flat = _flat(history)
    if not flat or not _is_small(history):
        return
    newest = flat[-1]
    what, value = _score(newest)
    if history.learned >= POOR_SCORE or value is None:
        return
    yield Sign(
        since=flat[0].step,
        evidence=[
            evidence(f"{what.split()[1]} of the training part", value, newest.step),
            evidence(
                "part that is learned, of guess to perfect",
                history.learned,
                newest.step,
                POOR_SCORE,
            ),
        ],
        explanation=f"Even on its own training samples the network reaches {what} of "
        f"{value:.3g}, and has not improved since step {flat[0].step:,}. It is too small for what "
        "it should tell apart.",
        remedies=remedies.wider(history),
    )


def _plateau(history: History) -> Iterator[Sign]:
    flat = _flat(history)
    if not flat or history.loss_left <= HIGH_LOSS:
        return
    newest = flat[-1]
    yield Sign(
        since=flat[0].step,
        evidence=[
            evidence("training loss", newest.train.loss, newest.step),
            evidence("training loss against the first", history.loss_left, newest.step, HIGH_LOSS),
        ],
        explanation=f"The training loss has not improved by 1 % since step {flat[0].step:,} and is "
        f"still {100 * history.loss_left:.0f} % of the first. On flat ground the gradient of a "
        "few samples says little about where it goes down.",
        remedies=[remedies.rate(history, 3.0), *_momentum(history)],
    )


def _momentum(history: History) -> list[Remedy]:
    optimizer = history.spec.training.optimizer
    if optimizer.kind != "sgd":
        return []
    value = {"kind": "momentum", "learning_rate": optimizer.learning_rate}
    return [remedies.change(history, "training.optimizer", value, "Use momentum")]


def _flat(history: History) -> Sequence[Evaluation]:
    """The evaluations of the last two fifths of all steps, where the training loss has not improved
    in them; none where it has, or it is too early to say."""
    steps = history.step - history.changed
    epochs = history.epoch * steps / max(1, history.step)
    if steps < FEWEST_STEPS or epochs < FEWEST_EPOCHS:
        return ()
    edge = history.step - FLAT_SHARE * steps
    compared = history.comparable(history.evaluations)
    before = [one.train.loss for one in compared if history.changed <= one.step < edge]
    after = [one for one in history.evaluations if one.step >= edge]
    old = min((loss for loss in before if loss is not None), default=math.inf)
    new = min((one.train.loss for one in after if one.train.loss is not None), default=0.0)
    if len(after) < 6 or not math.isfinite(old) or new < FLAT * old:
        return ()
    return after


def _is_small(history: History) -> bool:
    """Whether there are fewer parameters than training samples."""
    newest = history.vitals[-1].layers if history.vitals else ()
    counted = [
        one.count
        for layer in newest
        for one in layer.summaries
        if one.quantity in ("weights", "biases")
    ]
    return 0 < sum(counted) < history.evaluations[-1].train.samples


def _score(one: Evaluation) -> tuple[str, float | None]:
    """What the training part is judged by, and how much it is."""
    if one.train.confusion is not None:
        return "an accuracy", one.train.accuracy
    return "an R²", one.train.r2


def _losses(one: Evaluation) -> tuple[float, float] | None:
    """Loss of the training and of the validation part."""
    validation = one.validation.loss if one.validation is not None else None
    return None if one.train.loss is None or validation is None else (one.train.loss, validation)


OVER_FITTING = Rule(
    name="over-fitting",
    title="Over-fitting",
    severity="warning",
    watches="The loss of the training part and of the validation part.",
    threshold="Since its best the validation loss has risen by a quarter of the first one, is at "
    "least twice the training loss, and the training loss has fallen on meanwhile: at six "
    "evaluations in a row and for a fifth of all steps; after 10 epochs at the earliest.",
    why="What it learns now holds for its training samples alone.",
    remedy="L2, or more dropout where there is some, at once; early stopping for a new run. The "
    "step of the best validation loss is in the evidence: a branch can leave there.",
    look=_over,
    unless=("diverged",),
)
UNDER_FITTING = Rule(
    name="under-fitting",
    title="Under-fitting",
    severity="advice",
    watches="How well the network does on its own training samples, where their loss no longer "
    "falls.",
    threshold="Not 1 % better in the last two fifths of all steps, less than half of what lies "
    "between a guess and perfection (of the accuracy, or R²), and fewer parameters than training "
    "samples; after 500 updates and 20 epochs at the earliest.",
    why="What it cannot say of samples that it has seen, it will not say of new ones.",
    remedy="Twice the hidden units, or a hidden layer where there is none, for a new run.",
    look=_under,
    unless=(
        "diverged",
        "exploding-gradients",
        "vanishing-gradients",
        "dead-units",
        "saturated-units",
        "learning-rate-high",
        "learning-rate-low",
        "class-imbalance",
        "unscaled-inputs",
        "unfitting-loss",
    ),
)
PLATEAU = Rule(
    name="plateau",
    title="Plateau",
    severity="advice",
    watches="The training loss.",
    threshold="Not 1 % better in the last two fifths of all steps, and still above 70 % of the "
    "first; after 500 updates and 20 epochs at the earliest.",
    why="It stands still, far from where it should be.",
    remedy="Three times the learning rate, or momentum in place of plain SGD: both carry across "
    "flat ground.",
    look=_plateau,
    unless=(*UNDER_FITTING.unless, "under-fitting"),
)
