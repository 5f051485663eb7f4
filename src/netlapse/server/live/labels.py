"""What an intervention is called on the timeline, in a few words."""

from __future__ import annotations

from netlapse.spec.changes import Intervention
from netlapse.spec.differences import intervention_words
from netlapse.spec.document import Spec

_SHOWN = 2


def label_of(intervention: Intervention, before: Spec) -> str:
    """What changed, in a few words.

    Args:
        intervention: The change.
        before: The spec as it read before it.

    >>> from netlapse.spec.changes import SetValue
    >>> from netlapse.spec.data import Xor
    >>> spec = Spec(data=Xor(kind="xor"))
    >>> change = SetValue(kind="set", path="training.optimizer.learning_rate", value=0.1)
    >>> label_of(Intervention(step=5, changes=(change,)), spec)
    'learning rate 0.03 → 0.1'
    """
    texts = intervention_words(intervention, before) or ("no change",)
    more = f", {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
