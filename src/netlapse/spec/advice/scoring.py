"""What an architecture is worth."""

from __future__ import annotations

from collections.abc import Iterable

from netlapse.spec.advice.documents import ArchitectureScore, Lost, ScorePart
from netlapse.spec.advice.place import Whole
from netlapse.spec.advice.rules import PARTS
from netlapse.spec.network import Facts, Network
from netlapse.spec.resolve import examine_training
from netlapse.spec.training import Training


def architecture_score(
    network: Network, facts: Facts, training: Training | None = None
) -> ArchitectureScore:
    """What an architecture is worth, from 0 to 100, and why not more. Never raises.

    Args:
        network: A network, finished or not.
        facts: What it must know of its data.
        training: How it is trained; by default as an unchanged `Training`.

    >>> from netlapse.spec.presets import beginner
    >>> spec = beginner()
    >>> facts = Facts((28, 28, 1), "multiclass", 10, 55_000)
    >>> architecture_score(spec.network, facts, spec.training).total
    100
    """
    training = training or Training()
    return score_of(Whole(network, facts, training, examine_training(network, training, facts)))


def score_of(whole: Whole) -> ArchitectureScore:
    """The score of what has been examined already."""
    parts: list[ScorePart] = []
    for name, (of, judges) in PARTS.items():
        if name == "validity" or whole.examination.trainable:
            lost = _bounded((one for judge in judges for one in judge(whole)), of)
        else:
            lost = (_not_judged(whole, of),)
        points = of - sum(one.points for one in lost)
        parts.append(ScorePart(part=name, points=points, of=of, lost=lost))
    return ArchitectureScore(total=sum(part.points for part in parts), parts=tuple(parts))


def _bounded(lost: Iterable[Lost], of: int) -> tuple[Lost, ...]:
    """The largest losses first, as far as there are points to lose."""
    kept: list[Lost] = []
    for one in sorted(lost, key=lambda one: -one.points):
        points = min(one.points, of)
        if points == 0:
            break
        of -= points
        kept.append(one.model_copy(update={"points": points}))
    return tuple(kept)


def _not_judged(whole: Whole, of: int) -> Lost:
    first = whole.examination.findings[0]
    return Lost(
        points=of,
        sentence="This is judged as soon as the network can be trained.",
        remedy="Clear the errors first.",
        layer=first.layer,
        fix=first.fix,
    )
