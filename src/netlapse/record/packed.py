"""Vitals as bytes: JSON, deflated. They repeat the names of their fields many times."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from netlapse.record.contract import VitalsEntry

_FAST = 1


def pack_vitals(vitals: Mapping[str, Any]) -> VitalsEntry:
    """Vitals as they are kept.

    Args:
        vitals: A `netlapse.protocol.vitals.Vitals` as plain JSON data.

    >>> unpack_vitals(pack_vitals({"step": 3, "layers": []}))
    {'step': 3, 'layers': []}
    """
    text = json.dumps(dict(vitals), separators=(",", ":"), allow_nan=False)
    return VitalsEntry(int(vitals["step"]), zlib.compress(text.encode(), _FAST))


def unpack_vitals(entry: VitalsEntry) -> dict[str, Any]:
    """Vitals as plain JSON data."""
    return json.loads(vitals_text(entry))


def vitals_text(entry: VitalsEntry) -> str:
    """Vitals as JSON."""
    return zlib.decompress(entry.data).decode()
