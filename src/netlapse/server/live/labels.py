"""What an intervention is called on the timeline, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from netlapse.errors import SpecError
from netlapse.spec.base import Document
from netlapse.spec.changes import EditParameter, Intervention, SetValue, intervene
from netlapse.spec.document import Spec

_NAMES = {"l1": "L1", "l2": "L2", "batch_size": "batch", "clip_norm": "longest gradient"}
_SHOWN = 2
_MISSING = object()


def label_of(intervention: Intervention, before: Spec) -> str:
    """What changed, in a few words.

    Args:
        intervention: The change.
        before: The spec as it read before it.

    >>> from netlapse.spec.data import Xor
    >>> spec = Spec(data=Xor(kind="xor"))
    >>> change = SetValue(kind="set", path="training.optimizer.learning_rate", value=0.1)
    >>> label_of(Intervention(step=5, changes=(change,)), spec)
    'learning rate 0.03 → 0.1'
    """
    texts: list[str] = []
    spec = before
    for change in intervention.changes:
        if isinstance(change, EditParameter):
            texts.append(_edit(change))
            continue
        try:
            after = intervene(spec, (change,))
        except SpecError:  # an old record, read by a newer netlapse
            texts.append(_words(change.path))
            continue
        texts += _differences(change, spec, after)
        spec = after
    different = list(dict.fromkeys(texts)) or ["no change"]
    more = f", {len(different) - _SHOWN} more" if len(different) > _SHOWN else ""
    return ", ".join(different[:_SHOWN]) + more


def _edit(change: EditParameter) -> str:
    what = {"kernel": "weight"}.get(change.parameter, change.parameter)
    index = ",".join(map(str, change.index))
    return f"{what} {change.layer}[{index}] = {change.value:.4g}"


def _differences(change: SetValue, before: Spec, after: Spec) -> list[str]:
    if change.path.startswith("network.layers"):
        return [
            _layer(new.id, name, value)
            for old, new in zip(before.network.layers, after.network.layers, strict=True)
            for name, value in _changed(old.to_dict(), new.to_dict()).items()
        ]
    texts: list[str] = []
    for name in _changed(before.training.to_dict(), after.training.to_dict()):
        texts += _field(name, getattr(before.training, name), getattr(after.training, name))
    return texts


def _field(name: str, old: object, new: object) -> list[str]:
    """One field of the training that differs."""
    if isinstance(old, Document) and isinstance(new, Document):
        if type(old) is not type(new):
            return [_title(new)]
        inner = _changed(old.to_dict(), new.to_dict())
        return [_arrow(key, *values) for key, values in inner.items()]
    if isinstance(old, Document) or isinstance(new, Document):
        return [f"{_words(name)} {'off' if new is None else 'on'}"]
    return [_arrow(name, old, new)]


def _title(document: Document) -> str:
    title = cast("str", getattr(type(document), "title", type(document).__name__))
    return title if "Schedule" not in type(document).__name__ else f"{title} schedule"


def _layer(layer: str, name: str, values: tuple[object, object]) -> str:
    if name == "frozen":
        return f"{layer} {'frozen' if values[1] else 'unfrozen'}"
    return f"{layer} {_arrow(name, *values)}"


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    return {
        key: (old.get(key), new.get(key))
        for key in {**old, **new}
        if old.get(key, _MISSING) != new.get(key, _MISSING)
    }


def _arrow(name: str, old: object, new: object) -> str:
    return f"{_words(name)} {_number(old)} → {_number(new)}"


def _number(value: object) -> str:
    if value is None:
        return "off"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _words(path: str) -> str:
    name = path.rpartition(".")[2]
    return _NAMES.get(name, name.replace("_", " "))
