"""Findings about how weights start, for every layer that has an activation."""

from __future__ import annotations

from netlapse.spec.activations import Activation
from netlapse.spec.findings import Finding, replace
from netlapse.spec.initializers import Glorot, He, Initializer, Zeros
from netlapse.spec.layers.base import Layer

RECTIFIERS: tuple[Activation, ...] = ("relu", "leaky-relu", "elu", "gelu")


def start_findings(
    layer: Layer, path: str, initializer: Initializer, units: int, field: str = "kernel_initializer"
) -> list[Finding]:
    """What there is to say about the first weights of a layer.

    Args:
        layer: The layer.
        path: Its JSON pointer.
        initializer: How its weights start.
        units: Its units or filters.
        field: The name of the field that says so.
    """
    where = f"{path}/{field}"
    if isinstance(initializer, Zeros) and units > 1:
        return [
            Finding(
                severity="warning",
                message="All weights start at zero, so all units of this layer stay equal; "
                "draw them at random.",
                layer=layer.id,
                path=where,
                fix=replace(where, {"kind": "glorot"}, "Use Glorot"),
            )
        ]
    if layer.function in RECTIFIERS and isinstance(initializer, Glorot):
        return [
            Finding(
                severity="advice",
                message=f"He initialization keeps the signal's size through {layer.function} "
                "layers better than Glorot.",
                layer=layer.id,
                path=where,
                fix=replace(where, He(kind="he").to_dict(), "Use He"),
            )
        ]
    return []
