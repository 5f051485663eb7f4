"""`netlapse presets`."""

from __future__ import annotations

from netlapse.cli.show import print_json, print_table
from netlapse.spec.presets import PRESETS, preset


def list_presets(*, as_json: bool) -> None:
    """Print name, title and summary of all presets."""
    if as_json:
        print_json(
            [{"name": p.name, "title": p.title, "summary": p.summary} for p in PRESETS.values()]
        )
    else:
        print_table(
            ("preset", "what there is to see"), ((p.name, p.summary) for p in PRESETS.values())
        )


def print_preset(name: str) -> None:
    """Print the spec of a preset as JSON.

    Raises:
        NotFoundError: There is none of that name.
    """
    print(preset(name).spec.to_json(), end="")
