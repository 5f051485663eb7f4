"""What a viewer asks to see. A view is a question; a picture is its answer at one step."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.protocol.warped import WarpedView
from netlapse.spec.base import Document
from netlapse.spec.layers import LayerId

Part = Literal["train", "validation", "test"]
"""A part of the data."""
Scope = Literal["unit", "layer", "network"]
"""What shares a scale."""
Shown = Literal[
    "activations", "kernels", "activation-gradients", "kernel-gradients", "distributions"
]
"""What of a layer is shown."""
DrawingId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
"""A name that whoever draws gives to the drawing."""
Resolution = Annotated[int, Field(ge=2, le=256)]


class BoundaryView(Document):
    """The network's answers on a plane (two or more inputs) or a line (one input)."""

    width: Resolution = 100
    """Columns of the output's grid."""
    height: Resolution = 100
    """Rows of the output's grid; row 0 is the smallest y. One input: ignored."""
    unit_size: Annotated[int, Field(ge=0, le=100)] = 0
    """Columns and rows of each unit's map; 0 for none."""
    axes: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | Literal["pca"] = (0, 1)
    """Which two raw inputs span the plane, the others at their median; or the first two principal
    components of the training features."""


class SampleSubject(Document):
    """A sample of the data."""

    kind: Literal["sample"]
    part: Part = "validation"
    """Which part of the data it is of."""
    index: Annotated[int, Field(ge=0)] = 0
    """Its number there; one beyond the end is the last."""


class DrawingSubject(Document):
    """What was sent by `Draw` under this name."""

    kind: Literal["drawing"]
    drawing: DrawingId
    """The name."""


class MeanSubject(Document):
    """The mean over the first 32 samples of a part."""

    kind: Literal["mean"]
    part: Part = "validation"
    """Which part of the data."""


Subject = Annotated[SampleSubject | DrawingSubject | MeanSubject, Field(discriminator="kind")]
"""Whose activations and gradients are shown."""


class LayerLook(Document):
    """A layer under the microscope."""

    layer: LayerId
    """Its id; `input` for the image itself."""
    start: Annotated[int, Field(ge=0)] = 0
    """The first unit that is shown."""
    count: Annotated[int, Field(ge=1, le=64)] = 16
    """How many units are shown at most. A layer without maps shows all, up to 4,096."""
    channel: Annotated[int, Field(ge=0)] | None = None
    """Which input channel of the kernels is shown; none for their mean."""


class MicroscopeView(Document):
    """Activations, kernels and gradients of layers, as maps of bytes."""

    subject: Subject = SampleSubject(kind="sample")
    """Whose activations and gradients are shown."""
    layers: Annotated[tuple[LayerLook, ...], Field(max_length=64)] = ()
    """Which layers; unknown ones are left out."""
    show: Annotated[tuple[Shown, ...], Field(max_length=5)] = ("activations",)
    """What of them."""
    scope: Scope = "layer"
    """What shares a scale: each unit has its own, or a layer has one, or all layers have one."""
    size: Annotated[int, Field(ge=1, le=64)] = 64
    """Most rows and columns of a map; a larger one is reduced to means of equal blocks."""


class View(Document):
    """What a viewer wants in each picture."""

    boundary: BoundaryView | None = None
    """The output on a grid, and each unit's map."""
    weights: bool = False
    """Every weight and bias (up to 20,000 in all)."""
    evaluation: bool = False
    """Metrics on the training and validation part."""
    inspect: Annotated[tuple[LayerId, ...], Field(max_length=8)] = ()
    """Layers whose weights, activations and gradients are summarized."""
    gradients: bool = False
    """The gradient of the loss over the training part, for every weight and bias (up to 20,000)."""
    microscope: MicroscopeView | None = None
    """What happens in layers with a chosen sample."""
    warped: WarpedView | None = None
    """The plane of two inputs as two units of a layer see it."""
    predictions: bool = False
    """What the network says of 50 validation samples, always the same."""
    at: Annotated[int, Field(ge=0)] | None = None
    """As it was at this step, with the interventions of that step; none for now."""
    nearest: bool = False
    """At the newest keyframe at or before that step instead: at once, without a re-run."""

    @property
    def key(self) -> str:
        """The same text for the same view."""
        return self.model_dump_json()
