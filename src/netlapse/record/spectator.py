"""A store that reads another and writes nothing: to look at a run that someone else may write."""

from __future__ import annotations

from typing import Any, cast

from netlapse.record.contract import Store

_WRITING = frozenset(
    {
        "acquire",
        "release",
        "append_metrics",
        "append_intervention",
        "append_evaluation",
        "append_vitals",
        "append_note",
        "save_keyframe",
        "set_status",
        "flush",
        "delete",
        "close",
    }
)


class _Spectator:
    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return _nothing if name in _WRITING else getattr(self._store, name)


def _nothing(*_: object, **__: object) -> None:
    """What a spectator writes."""


def spectator(store: Store) -> Store:
    """The same runs to read; writing one of them does nothing, and no writer is in the way.

    >>> from netlapse.record.memory import MemoryStore
    >>> from netlapse.spec.presets import PRESETS
    >>> store = MemoryStore()
    >>> run = store.create(PRESETS["spiral"].spec)
    >>> spectator(store).delete(run)
    >>> spectator(store).recorded_step(run)
    0
    """
    return cast("Store", _Spectator(store))
