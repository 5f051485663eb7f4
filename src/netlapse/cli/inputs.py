"""From what was typed to a spec."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from netlapse.errors import NotFoundError, SpecError
from netlapse.spec.changes import parse_assignment, set_value
from netlapse.spec.document import Spec, read_spec
from netlapse.spec.presets import PRESETS


def find_spec(name: str) -> Spec:
    """The spec of a preset, or of a file.

    Raises:
        NotFoundError: There is neither.
        SpecError: The file is no spec.

    >>> find_spec("spiral").data.kind
    'spiral'
    """
    if name in PRESETS:
        return PRESETS[name].spec
    if os.path.exists(name):  # not Path's, which raises where a name is too long
        return read_spec(Path(name))
    raise NotFoundError(
        f"There is no file and no preset `{name:.200}`; the presets are: {', '.join(PRESETS)}."
    )


def changed_spec(
    name: str,
    *,
    epochs: int | None,
    steps: int | None,
    settings: Sequence[str],
    seed: int | None,
) -> Spec:
    """The spec of that name with the changes of the options, in the order they stand here.

    Raises:
        NotFoundError: There is no such spec.
        SpecError: A change breaks a rule, or `epochs` and `steps` are both given.
    """
    if epochs is not None and steps is not None:
        raise SpecError("Give --epochs or --steps, not both.")
    if steps is not None and steps < 1:
        raise SpecError(f"--steps must be at least 1, got {steps}.")
    spec = find_spec(name)
    for setting in settings:
        spec = set_value(spec, *parse_assignment(setting))
    if seed is not None:
        spec = set_value(spec, "seed", seed)
    if epochs is not None:
        spec = set_value(spec, "training.epochs", epochs)
    return spec
