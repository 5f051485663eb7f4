"""Where the record lies and how much room it may take, as the environment says.

NETLAPSE_DATABASE_URL        a PostgreSQL database, instead of SQLite in the data folder
NETLAPSE_KEYFRAME_MB         room for the keyframes of one run, 512
NETLAPSE_KEYFRAME_TOTAL_MB   room for those of all runs, 10,240
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from netlapse.errors import InputError
from netlapse.record.spacing import MOST_BYTES

URL_VARIABLE = "NETLAPSE_DATABASE_URL"
ROOM_VARIABLE = "NETLAPSE_KEYFRAME_MB"
TOTAL_VARIABLE = "NETLAPSE_KEYFRAME_TOTAL_MB"


@dataclass(frozen=True)
class RecordSettings:
    """What a store is made with."""

    url: str = ""
    """Of a PostgreSQL database; empty for SQLite in the data folder."""
    keyframe_bytes: int = MOST_BYTES
    """Of the keyframes of one run."""
    total_bytes: int = 20 * MOST_BYTES
    """Of those of all runs."""


def from_environment() -> RecordSettings:
    """The settings of this process.

    Raises:
        InputError: A variable is no number of megabytes.
    """
    settings = RecordSettings()
    return RecordSettings(
        os.environ.get(URL_VARIABLE, ""),
        _megabytes(ROOM_VARIABLE, settings.keyframe_bytes),
        _megabytes(TOTAL_VARIABLE, settings.total_bytes),
    )


def _megabytes(variable: str, default: int) -> int:
    given = os.environ.get(variable, "").strip()
    if not given:
        return default
    if not given.isascii() or not given.isdecimal() or int(given) == 0:
        raise InputError(
            f"A number of megabytes must be whole and at least 1, got {given[:40]!r}.",
            place=variable,
        )
    return int(given) * 2**20
