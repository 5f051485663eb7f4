"""Which keyframes stay: so many that they fit the room, so spread that the slowest seek is fast."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping, Sequence
from typing import Protocol, TypeVar

MOST_BYTES = 512 * 2**20
"""Of the keyframes of one run."""

Place = tuple[int, int]
"""Step and interventions."""


class Kept(Protocol):
    """What is known of a keyframe."""

    @property
    def step(self) -> int:
        """Its step."""
        ...

    @property
    def seconds(self) -> float:
        """Seconds of training that led to it."""
        ...


K = TypeVar("K", bound=Kept)


def least_missed(keyframes: Sequence[Kept], flagged: Collection[int]) -> int | None:
    """The keyframe whose absence leaves the shortest wait; none where each must stay.

    A seek starts at the keyframe before it, so without keyframe i the slowest one takes the seconds
    from i - 1 to i + 1. The first and the newest stay, and those at the step of an intervention.

    Args:
        keyframes: All of a run, in order.
        flagged: Steps of interventions.

    >>> from netlapse.record.contract import KeyframeEntry
    >>> least_missed([KeyframeEntry(10 * s, 0, s, 1) for s in (0, 4, 5, 6, 9)], flagged=[50])
    3
    """
    gaps = [
        (after.seconds - before.seconds, index)
        for index, (before, kept, after) in enumerate(
            zip(keyframes, keyframes[1:], keyframes[2:], strict=False), start=1
        )
        if kept.step not in flagged
    ]
    return min(gaps)[1] if gaps else None


def drop_over(
    keyframes: MutableMapping[Place, K], most_bytes: int, flagged: Collection[int]
) -> list[K]:
    """Take out keyframes until the rest fits; gives what was taken out.

    Args:
        keyframes: By place; each has `data` or `bytes_used`.
        most_bytes: How many bytes may stay.
        flagged: Steps of interventions.
    """
    dropped: list[K] = []
    used = sum(map(_size, keyframes.values()))
    while used > most_bytes:
        places = sorted(keyframes)
        index = least_missed([keyframes[place] for place in places], flagged)
        if index is None:
            break
        gone = keyframes.pop(places[index])
        used -= _size(gone)
        dropped.append(gone)
    return dropped


def _size(keyframe: object) -> int:
    data = getattr(keyframe, "data", None)
    return len(data) if data is not None else getattr(keyframe, "bytes_used", 0)
