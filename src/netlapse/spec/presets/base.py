"""What a preset is, and what it promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from netlapse.spec.document import Spec


@dataclass(frozen=True)
class Preset:
    """A named spec."""

    name: str
    title: str
    summary: str
    """What there is to see, in one sentence."""
    spec: Spec
    template: bool = False
    """Whether it is also a network to begin with, for data of other images."""


@dataclass(frozen=True)
class Promise:
    """What a preset reaches after its epochs: at least for accuracy and R², of the validation part,
    or of the training part where there is no other."""

    metric: Literal["accuracy", "r2"]
    threshold: float
    epochs: int


def dense(name: str, units: int, activation: str) -> dict[str, Any]:
    """A dense layer, which starts as suits its activation."""
    return {
        "kind": "dense",
        "id": name,
        "units": units,
        "activation": activation,
        "kernel_initializer": {"kind": "he" if activation == "relu" else "glorot"},
    }


def build(
    name: str,
    title: str,
    summary: str,
    *,
    data: dict[str, Any],
    network: dict[str, Any],
    epochs: int,
    optimizer: dict[str, Any],
    batch_size: int | str = 10,
    template: bool = False,
    **training: Any,
) -> Preset:
    """A preset of plain data; what is not named goes into `training`."""
    spec = Spec.model_validate(
        {
            "name": title,
            "data": data,
            "network": network,
            "training": {
                "optimizer": optimizer,
                "batch_size": batch_size,
                "epochs": epochs,
                **training,
            },
        }
    )
    return Preset(name, title, summary, spec, template)
