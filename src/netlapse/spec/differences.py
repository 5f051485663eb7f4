"""What differs between two specs, in words, and what an intervention changed.

The same words stand on the timeline, in comparisons and on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from netlapse.errors import SpecError
from netlapse.spec.base import Document
from netlapse.spec.changes import EditParameter, Intervention, intervene
from netlapse.spec.data.base import DataDocument
from netlapse.spec.document import Spec
from netlapse.spec.layers import AnyLayer
from netlapse.spec.network import Network

_NAMES = {
    "l1": "L1",
    "l2": "L2",
    "batch_size": "batch",
    "clip_norm": "longest gradient",
    "clip_value": "largest gradient entry",
    "min_delta": "least improvement",
    "beta_1": "β₁",
    "beta_2": "β₂",
    "use_bias": "bias",
    "read_as": "type",
}
_COUNTS = ("units", "filters")
"""Of a layer: numbers that read as so many of something."""
_MISSING = object()
_LONGEST = 60


def differences(before: Spec, after: Spec) -> tuple[str, ...]:
    """What leads from one spec to another, most telling first; nothing where they train alike.

    The name of a spec says nothing about its training and is left out.

    >>> from netlapse.spec import presets
    >>> from netlapse.spec.changes import set_value
    >>> one = presets.spiral()
    >>> other = set_value(one, "training.optimizer.learning_rate", 0.1)
    >>> differences(one, set_value(other, "network.layers.hidden-1.units", 16))
    ('hidden-1: 8 → 16 units', 'learning rate 0.01 → 0.1')
    """
    texts = [*_data(before.data, after.data), *_network(before.network, after.network)]
    texts += _fields(before.training, after.training)
    if before.seed != after.seed:
        texts.append(_arrow("seed", before.seed, after.seed))
    return tuple(texts)


def intervention_words(intervention: Intervention, before: Spec) -> tuple[str, ...]:
    """What an intervention changed in a spec that read `before`; nothing where it changed nothing.

    >>> from netlapse.spec import presets
    >>> from netlapse.spec.changes import SetValue
    >>> change = SetValue(kind="set", path="training.batch_size", value="full")
    >>> intervention_words(Intervention(step=5, changes=(change,)), presets.spiral())
    ('batch 10 → full',)
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
            texts.append(_words(change.path.rpartition(".")[2]))
            continue
        texts += differences(spec, after)
        spec = after
    return tuple(dict.fromkeys(texts))


def _edit(change: EditParameter) -> str:
    what = {"kernel": "weight"}.get(change.parameter, change.parameter)
    index = ",".join(map(str, change.index))
    return f"{what} {change.layer}[{index}] = {change.value:.4g}"


# --- data -----------------------------------------------------------------------------------


def _data(old: DataDocument, new: DataDocument) -> list[str]:
    if type(old) is not type(new) or _data_name(old) != _data_name(new):
        return [f"data: {_data_name(old)} → {_data_name(new)}"]
    return [f"data: {text}" for text in _fields(old, new)]


def _data_name(data: DataDocument) -> str:
    """What people call it: the set's own name, or that of its kind."""
    return cast("str", getattr(data, "name", None) or getattr(data, "kind", "")).replace("-", " ")


# --- network --------------------------------------------------------------------------------


def _network(old: Network, new: Network) -> Iterator[str]:
    """Layers are the same where they have the same id."""
    before, after = ({layer.id: layer for layer in n.layers} for n in (old, new))
    renamed = _renamed(old, new)
    for name, id in renamed.items():
        yield f"layer `{name}` is called `{id}`"
    for place, layer in enumerate(new.layers):
        if layer.id not in before and layer.id not in renamed.values():
            where = f"after `{new.layers[place - 1].id}`" if place else "at the front"
            yield f"layer `{layer.id}` added {where}"
    for layer in old.layers:
        if layer.id not in after and layer.id not in renamed:
            yield f"layer `{layer.id}` removed"
    for id, layer in after.items():
        if id in before:
            yield from _layer(before[id], layer, renamed)
    common = [id for id in before if id in after]
    if common != (order := [id for id in after if id in before]):
        yield f"layers in the order {', '.join(order)}"


def _renamed(old: Network, new: Network) -> dict[str, str]:
    """Layers that stand in the same place and differ in their id alone."""
    if len(old.layers) != len(new.layers):
        return {}
    kept = {layer.id for layer in old.layers} & {layer.id for layer in new.layers}
    return {
        a.id: b.id
        for a, b in zip(old.layers, new.layers, strict=True)
        if not {a.id, b.id} & kept and a.model_copy(update={"id": b.id}) == b
    }


def _layer(old: AnyLayer, new: AnyLayer, renamed: Mapping[str, str]) -> Iterator[str]:
    if type(old) is not type(new):
        yield f"{new.id}: {_title(old)} → {_title(new)}"
        return
    for name, (one, other) in _changed(old, new).items():
        if name == "frozen":
            yield f"{new.id} {'frozen' if other else 'unfrozen'}"
        elif name == "inputs":
            if [renamed.get(id, id) for id in one or ()] != list(other or ()):
                yield f"{new.id}: reads {', '.join(other or ()) or 'the layer before'}"
        elif name in _COUNTS:
            yield f"{new.id}: {_value(one)} → {_value(other)} {name}"
        else:
            for text in _field(name, one, other):
                yield f"{new.id}: {text}"


# --- any document ---------------------------------------------------------------------------


def _fields(old: Document, new: Document) -> list[str]:
    """Fields that differ, of two documents of one class."""
    texts: list[str] = []
    for name, (one, other) in _changed(old, new).items():
        texts += _field(name, one, other)
    return texts


def _changed(old: Document, new: Document) -> dict[str, tuple[Any, Any]]:
    """Values that differ, by the names of the fields of the new one."""
    pairs = {name: (getattr(old, name, _MISSING), value) for name, value in new}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _field(name: str, old: object, new: object) -> list[str]:
    if isinstance(old, Document) and isinstance(new, Document):
        if type(old) is type(new):
            return [_qualified(name, text) for text in _fields(old, new)]
        return [f"{_words(name)} {_title(old)} → {_title(new)}", *_unusual(old, new)]
    if isinstance(old, Document) or isinstance(new, Document):
        return [f"{_words(name)} {'off' if new is None else 'on'}"]
    if isinstance(old, bool) and isinstance(new, bool):
        return [f"{_words(name)} {'on' if new else 'off'}"]
    if isinstance(old, tuple) and isinstance(new, tuple):
        return _list(name, cast("tuple[object, ...]", old), cast("tuple[object, ...]", new))
    return [_arrow(name, old, new)]


def _qualified(name: str, text: str) -> str:
    """A field within a field; those of an optimizer are known by their own names."""
    return text if name == "optimizer" else f"{_words(name)}: {text}"


def _unusual(old: Document, new: Document) -> list[str]:
    """What another kind brings: shared fields that differ, and its own that are no defaults."""
    texts: list[str] = []
    for name, (one, other) in _changed(old, new).items():
        if name == "kind":
            continue
        if one is not _MISSING:
            texts.append(_arrow(name, one, other))
        elif other != type(new).model_fields[name].default:
            texts.append(f"{_words(name)} {_value(other)}")
    return texts


def _list(name: str, old: Sequence[object], new: Sequence[object]) -> list[str]:
    """Lists of names by what came and went; of other things by how many there are."""
    one, other = ([_entry(value) for value in values] for values in (old, new))
    if all(isinstance(text, str) for text in (*one, *other)):
        removed = [str(text) for text in one if text not in other]
        added = [str(text) for text in other if text not in one]
        texts = [
            f"{_words(name)} {how}: {_cut(', '.join(texts))}"
            for how, texts in (("added", added), ("removed", removed))
            if texts
        ]
        return texts or [f"{_words(name)} changed"]
    if all(isinstance(value, int) for value in (*one, *other)):
        return [_arrow(name, "×".join(map(str, one)), "×".join(map(str, other)))]
    if len(old) != len(new):
        return [_arrow(name, len(old), len(new))]
    return [f"{_words(name)} changed"]


def _entry(value: object) -> object:
    """What an entry of a list is called; itself where it has no name."""
    return getattr(value, "name", value)


def _title(document: Document) -> str:
    return cast("str", getattr(type(document), "title", "") or type(document).__name__)


def _arrow(name: str, old: object, new: object) -> str:
    return f"{_words(name)} {_value(old)} → {_value(new)}"


def _value(value: object) -> str:
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.4g}" if isinstance(value, float) else _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))
