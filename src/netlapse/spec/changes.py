"""Changing a spec by paths: `training.optimizer.learning_rate=0.01`, and interventions.

A path is written with dots and indices, `network.layers[1].units`; a layer may also be named by its
id, `network.layers.hidden.units`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from netlapse.errors import SpecError
from netlapse.spec.base import Document, parse
from netlapse.spec.document import Spec
from netlapse.spec.layers import LayerId
from netlapse.spec.optimizers import OptimizerBase
from netlapse.spec.training import Training

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class SetValue(Document):
    """A new value at a path of the spec."""

    kind: Literal["set"]
    path: Annotated[str, Field(max_length=200)]
    """Such as `training.optimizer.learning_rate` or `network.layers[1].rate`."""
    value: Any
    """The new value. For a path whose value has kinds, the name of a kind will do."""


class EditParameter(Document):
    """A new value for one weight or bias."""

    kind: Literal["edit"]
    layer: LayerId
    """The layer."""
    parameter: Annotated[str, Field(max_length=40)]
    """Which of its arrays: `kernel`, `bias`."""
    index: tuple[Annotated[int, Field(ge=0)], ...]
    """Which entry: for a dense kernel (feature, unit)."""
    value: Annotated[float, Field(ge=-1e6, le=1e6)]
    """The new value."""


Change = Annotated[SetValue | EditParameter, Field(discriminator="kind")]


class Intervention(Document):
    """What the user changed during a training, and exactly when."""

    step: Annotated[int, Field(ge=0)]
    """Acts on the state after this many updates, before the next one."""
    changes: Annotated[tuple[Change, ...], Field(min_length=1, max_length=1000)]
    """What changed, in order."""


CHANGEABLE_TRAINING = tuple(name for name in Training.model_fields if name != "loss")
"""Fields of the training that an intervention may set, and all that lies in them."""
CHANGEABLE_LAYER = ("rate", "frozen")
"""Fields of a layer that it may set."""
CHANGEABLE = re.compile(
    rf"^(training\.({'|'.join(CHANGEABLE_TRAINING)})(\..*)?"
    rf"|network\.layers(\[\d+\]|\.[A-Za-z0-9_-]+)\.({'|'.join(CHANGEABLE_LAYER)}))$"
)
"""Paths that an intervention may set: none of them changes the shapes of the parameters."""


def intervene(spec: Spec, changes: Sequence[SetValue | EditParameter]) -> Spec:
    """The spec as it reads after some changes; edits of parameters leave it as it is.

    Raises:
        SpecError: A path cannot change during a training, or a new value breaks a rule.
    """
    for change in changes:
        if isinstance(change, SetValue):
            if not CHANGEABLE.match(change.path):
                raise SpecError(
                    "This cannot change during a training.",
                    place=change.path,
                    remedy="Start anew with the changed spec.",
                )
            spec = set_value(spec, change.path, change.value)
    return spec


def reweights(old: Spec, new: Spec) -> bool:
    """Whether classes count otherwise from now on: losses before and after do not compare."""
    return old.training.class_weights != new.training.class_weights


def parse_assignment(text: str) -> tuple[str, object]:
    """Split `path=value`; the value is JSON, or text where it is not.

    Raises:
        SpecError: There is no `=`.

    >>> parse_assignment("training.optimizer.learning_rate=0.01")
    ('training.optimizer.learning_rate', 0.01)
    >>> parse_assignment("training.optimizer=adam")
    ('training.optimizer', 'adam')
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise SpecError(f"A setting is written path=value, got {text!r}.")
    try:
        return path.strip(), json.loads(value)
    except (ValueError, RecursionError):  # no JSON, thousands of digits, or nested without end
        return path.strip(), value


def set_value(spec: Spec, path: str, value: object) -> Spec:
    """A copy of the spec with another value at a path.

    The name of a kind stands for that kind with its defaults; another optimizer keeps the learning
    rate unless one is given.

    Raises:
        SpecError: The path does not exist, or the value breaks a rule.
    """
    document = spec.to_dict()
    parent: Any = None
    key: int | str = ""
    node: Any = document
    for step in _steps(path):
        key, parent = _resolve(node, step, path), node
        node = node[key]
    if isinstance(node, dict) and "kind" in node:
        value = _as_kind(cast("dict[str, Any]", node), value, path)
    parent[key] = value
    return parse(Spec, document)


def _steps(path: str) -> list[int | str]:
    steps: list[int | str] = [int(index) if index else name for name, index in _STEP.findall(path)]
    written = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps).lstrip(".")
    if not steps or written != path:
        raise SpecError("A path is written like `training.optimizer.learning_rate`.", place=path)
    return steps


def _resolve(node: Any, step: int | str, path: str) -> int | str:
    if isinstance(node, list):
        entries = cast("list[Any]", node)
        if isinstance(step, int) and step < len(entries):
            return step
        ids = [
            cast("Mapping[str, Any]", entry).get("id") if isinstance(entry, Mapping) else None
            for entry in entries
        ]
        if step in ids:
            return ids.index(step)
        named = ", ".join(name for name in ids if name is not None)
        known = named or (f"[0] to [{len(entries) - 1}]" if entries else "none")
        raise SpecError(f"There is no entry `{step}`; there are: {known}.", place=path)
    if isinstance(node, dict) and step in node:
        return step
    known = ", ".join(cast("dict[str, Any]", node)) if isinstance(node, dict) else "none here"
    raise SpecError(f"There is no field `{step}`; there are: {known}.", place=path)


def _as_kind(node: Mapping[str, Any], value: object, path: str) -> object:
    if isinstance(value, str):
        value = {"kind": value}
    is_optimizer = path == "training.optimizer"
    if is_optimizer and isinstance(value, dict) and "learning_rate" not in value:
        value = {**cast("dict[str, Any]", value), "learning_rate": node["learning_rate"]}
    return cast("object", value)


def is_new_optimizer(before: OptimizerBase, after: OptimizerBase) -> bool:
    """Whether a change of the optimizer starts it anew, with zero moments.

    It does where the kind differs (or `centered`, which adds a moment); other numbers go on with
    the moments there are.
    """
    centered = [getattr(o, "centered", None) for o in (before, after)]
    return type(before) is not type(after) or centered[0] != centered[1]
