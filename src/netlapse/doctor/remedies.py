"""What helps: interventions that can be taken back, or changes of the spec for a new run."""

from __future__ import annotations

import math
from typing import Any

from netlapse.doctor.history import History
from netlapse.protocol.diagnosis import Remedy
from netlapse.spec.changes import SetValue
from netlapse.spec.document import Spec
from netlapse.spec.findings import Fix, PatchOperation
from netlapse.spec.layers import Dense, Dropout


def rate(history: History, factor: float) -> Remedy:
    """Another learning rate, of one digit."""
    new = rounded(history.learning_rate * factor)
    return change(history, "training.optimizer.learning_rate", new, f"Use a learning rate of {new}")


def change(history: History, path: str, value: Any, label: str) -> Remedy:
    """An intervention that sets one value, and the one that takes it back."""
    before = _value(history.spec, path)
    return Remedy(
        label=label,
        changes=(SetValue(kind="set", path=path, value=value),),
        undo=(SetValue(kind="set", path=path, value=before),),
    )


def fix(label: str, *operations: tuple[str, str, Any]) -> Remedy:
    """A change of the spec for a new run.

    Args:
        label: What the button says.
        operations: What to do, where, and with which value, as in a JSON Patch.
    """
    patch = (
        PatchOperation.model_validate(dict(zip(("op", "path", "value"), one, strict=True)))
        for one in operations
    )
    return Remedy(label=label, fix=Fix(title=label, patch=tuple(patch)))


def clipped(history: History) -> list[Remedy]:
    """The gradient's norm cut at 1, where it is not."""
    if (history.spec.training.clip_norm or math.inf) <= 1:
        return []
    return [change(history, "training.clip_norm", 1.0, "Clip the gradient's norm at 1")]


def more_l2(history: History) -> Remedy:
    """Ten times as much L2, or a little where there is none."""
    now = history.spec.training.l2
    new = min(10.0, rounded(10 * now)) if now else 0.001
    return change(history, "training.l2", new, f"Pull the weights back with an L2 of {new}")


def balanced(history: History) -> list[Remedy]:
    """Classes that count the same in the loss, where they do not."""
    if history.spec.training.class_weights == "balanced":
        return []
    label = "Let every class count the same"
    return [change(history, "training.class_weights", "balanced", label)]


def more_dropout(history: History) -> list[Remedy]:
    """More dropout, where there is any."""
    for layer in history.spec.network.layers:
        if isinstance(layer, Dropout) and layer.rate < 0.5:
            new = 0.5
            path = f"network.layers.{layer.id}.rate"
            return [change(history, path, new, f"Raise the dropout of {layer.id} to {new}")]
    return []


def activation(history: History, names: set[str], new: str, label: str) -> list[Remedy]:
    """Another function in the hidden layers of some names."""
    layers = history.spec.network.layers
    places = [
        (f"/network/layers/{index}/activation", new)
        for index, layer in enumerate(layers[:-1])
        if layer.id in names and "activation" in type(layer).model_fields
    ]
    operations = [("replace", path, value) for path, value in places]
    return [fix(label, *operations)] if operations else []


def wider(history: History) -> list[Remedy]:
    """Twice the units in the hidden dense layers; a hidden layer where there is none."""
    layers = history.spec.network.layers
    hidden = [(index, layer) for index, layer in enumerate(layers[:-1]) if isinstance(layer, Dense)]
    if hidden:
        operations = [
            ("replace", f"/network/layers/{index}/units", min(4096, 2 * layer.units))
            for index, layer in hidden
        ]
        return [fix("Double the units of the hidden layers", *operations)]
    last = len(layers) - 1
    if last < 0 or not isinstance(layers[last], Dense) or layers[last].inputs is not None:
        return []
    ids = {layer.id for layer in layers}
    new = next(f"hidden-{n}" for n in range(1, 999) if f"hidden-{n}" not in ids)
    value = {"kind": "dense", "id": new, "units": 16, "activation": "tanh"}
    return [fix("Add a hidden layer of 16 units", ("add", f"/network/layers/{last}", value))]


def rounded(value: float) -> float:
    """One digit.

    >>> rounded(0.0034), rounded(250)
    (0.003, 200.0)
    """
    return float(f"{value:.0e}")


def _value(spec: Spec, path: str) -> Any:
    """The value at a path of the spec, as plain data."""
    node: Any = spec.to_dict()
    for step in path.split("."):
        if isinstance(node, list):
            node = next(one for one in node if one["id"] == step)  # pyright: ignore
        else:
            node = node[step]
    return node
